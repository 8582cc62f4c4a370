"""The filer and the applicant are two: proof before acceptance, sight of each, result to the applicant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.dossiers import test_results
from tests.support import people
from tests.support.machines import Machine, is_problem, said
from tests.support.office import SENT, Office, filed, office, submission
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Filer, PaperFault, PaperForm, PaperGiven, ProofState, Verdict
from tinhso.dossiers.models import Dossier, FiledBy, SubmittedPaper, Supplement
from tinhso.dossiers.operations import endings, erasures, grouping, intake, results, signatures, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.filers import filed_by, told_as_well
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import files, legal, moments
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, MemberRole, ProofGiven, Represented
from tinhso.identity.models import Look, Relation
from tinhso.notify import api as notify
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
UNTIL = today(SENT) + timedelta(days=3)


@pytest.fixture
def place() -> Office:
    return office()


signing_place = test_results.place
"""An office that can sign, as the tests of results have it."""


def id_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def kept(by: ActorRef) -> UUID:
    return files.keep(b"%PDF-1.4 giay", name="giay.pdf", by=by, at=SENT).id


def proxy(agent: ActorRef, whom: ActorRef, *, file: bool = True, until: date = UNTIL) -> UUID:
    """A proxy by paper, as the agent declares it."""
    return identity.declare(
        agent=id_of(agent),
        capacity=Capacity.PROXY,
        represented=Represented(whom.name, identity.personal_id(id_of(whom))),
        proof=ProofGiven(
            "van-ban-uy-quyen", number="7", valid_until=until, file_id=kept(agent) if file else None
        ),
        by=agent,
        at=SENT,
    )


def handed_in(place: Office, agent: ActorRef, relation: UUID, **more: Any) -> Dossier:
    """A dossier of the relation's represented, sent by its agent."""
    view = identity.relation(relation, at=SENT)
    assert view is not None
    given = submission(place)
    filer = Filer(
        name=agent.name,
        capacity=view.capacity,
        id=agent.id,
        relation=relation,
        proof=view.proof.given if view.proof else None,
        **more,
    )
    applicant = replace(given.applicant, name=view.name, owner=view.represented)
    if view.represented.kind == "organisation":
        applicant = replace(applicant, kind="organisation")
    return Dossier.objects.get(
        id=submit(replace(given, applicant=applicant, filer=filer), by=agent, at=SENT).id
    )


def state(dossier: Dossier, at: Any = LATER) -> ProofState:
    view = filed_by(dossier, at=at)
    assert view is not None
    return view.state


def test_intake_accepts_only_once_the_proof_was_checked_and_the_relation_is_then_vouched_for(
    place: Office,
) -> None:
    agent = people.person()
    relation = proxy(agent, place.citizen)
    dossier = handed_in(place, agent, relation)

    assert state(dossier) is ProofState.UNCHECKED
    with pytest.raises(Invalid, match="Chưa đối chiếu"):
        intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)
    paper = SubmittedPaper.objects.get(dossier_id=dossier.id, code=PROOF)
    assert "ủy quyền" in paper.name
    supplements.judge(
        dossier_id=dossier.id, paper_id=paper.id, verdict=Verdict.GOOD, by=place.intake, at=LATER
    )
    intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)
    proven = Relation.objects.get(id=relation)
    assert (proven.proven_by, state(dossier)) == (place.intake.name, ProofState.GOOD)


def test_a_missing_proof_is_refused_at_sending_and_an_expired_one_at_intake(place: Office) -> None:
    agent = people.person()
    relation = proxy(agent, place.citizen)
    given = replace(
        submission(place), filer=Filer(agent.name, Capacity.PROXY, id=agent.id, relation=relation)
    )
    with pytest.raises(Invalid) as wanting:
        submit(given, by=agent, at=SENT)
    assert f"papers.{PROOF}" in wanting.value.faults

    dossier = handed_in(place, agent, relation)
    after = SENT + timedelta(days=5)
    assert state(dossier, after) is ProofState.EXPIRED
    with pytest.raises(Invalid, match="hết hiệu lực"):
        intake.accept(dossier_id=dossier.id, by=place.intake, at=after)


def test_a_faulty_proof_is_asked_for_and_a_new_paper_answers(place: Office) -> None:
    agent = people.person()
    dossier = handed_in(place, agent, proxy(agent, place.citizen))
    fault = PaperFault(code=PROOF, reason="Không có dấu công chứng.")
    supplements.ask(dossier_id=dossier.id, faults=[fault], by=place.intake, at=LATER)

    assert "công chứng" in Supplement.objects.get().faults.get().name
    supplements.answer(
        dossier_id=dossier.id,
        papers=[PaperGiven(code=PROOF, file_id=kept(agent))],
        by=agent,
        at=LATER + timedelta(hours=1),
    )
    assert state(dossier) is ProofState.UNCHECKED


def test_a_dossier_filed_for_oneself_asks_for_no_proof(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)

    assert filed_by(dossier, at=SENT) is None
    with pytest.raises(Invalid):
        supplements.ask(
            dossier_id=dossier.id, faults=[PaperFault(code=PROOF, reason="?")], by=place.intake, at=LATER
        )


def test_the_represented_sees_the_dossier_and_every_look_and_is_told(place: Office) -> None:
    agent = people.person()
    dossier = handed_in(place, agent, proxy(agent, place.citizen))
    read(dossier.id, by=agent, at=LATER, purpose="?")
    seen = read(dossier.id, by=place.citizen, at=LATER, purpose="?")

    assert seen.filed_by is not None
    assert seen.filed_by.filer.name == agent.name
    looks = Look.objects.filter(person_id=place.citizen.id)
    assert [(look.actor_id, look.purpose) for look in looks] == [(agent.id, "Người nộp thay xem hồ sơ")]
    told = notify.inbox(reader=id_of(place.citizen), before=None, limit=5)
    assert any(agent.name in message.subject and dossier.code in message.subject for message in told)


def test_a_revoked_proxy_loses_sight_and_news_at_once_and_the_dossier_goes_on(place: Office) -> None:
    agent = people.person()
    relation = proxy(agent, place.citizen)
    dossier = handed_in(place, agent, relation)
    assert read(dossier.id, by=agent, at=LATER, purpose="?").whole
    assert set(told_as_well(dossier, at=LATER)) == {agent.id}
    identity.end_relation(relation_id=relation, by=place.citizen, at=LATER)

    with pytest.raises(NotFound):
        read(dossier.id, by=agent, at=LATER, purpose="?")
    assert told_as_well(dossier, at=LATER) == {}
    with pytest.raises(NotAllowed):
        endings.withdraw(dossier_id=dossier.id, by=agent, at=LATER)
    with pytest.raises(NotAllowed):
        submit(replace(submission(place), filer=None), by=agent, at=LATER)
    with pytest.raises(Invalid):
        intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)
    paper = SubmittedPaper.objects.get(dossier_id=dossier.id, code=PROOF)
    supplements.judge(
        dossier_id=dossier.id, paper_id=paper.id, verdict=Verdict.GOOD, by=place.intake, at=LATER
    )
    assert state(dossier) is ProofState.REVOKED
    intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)
    assert read(dossier.id, by=place.citizen, at=LATER, purpose="?").whole


def test_an_expired_proxy_cannot_file(place: Office) -> None:
    agent = people.person()
    relation = proxy(agent, place.citizen)
    Relation.objects.filter(id=relation).update(valid_from=date(2020, 1, 1), valid_to=date(2020, 2, 1))
    with pytest.raises(Invalid, match="chưa đúng") as refused:
        handed_in(place, agent, relation)
    assert "đã hết" in refused.value.faults["filer.relation"]


def test_a_proxy_for_other_procedures_cannot_file_this_one(place: Office) -> None:
    agent = people.person()
    relation = proxy(agent, place.citizen)
    Relation.objects.filter(id=relation).update(scope=["1.000894"])
    with pytest.raises(Invalid) as refused:
        handed_in(place, agent, relation)
    assert "filer.relation" in refused.value.faults


def test_a_procedure_may_refuse_a_capacity_from_a_day_on(place: Office) -> None:
    agent, code = people.person(), procedure_code(place)
    relation = proxy(agent, place.citizen)
    rule = {code: {"proxy": [], "why": "Hai bên phải có mặt."}}
    legal.change(
        key="filing_exceptions",
        value=rule,
        effective_from=today(SENT),
        legal_basis="Thử",
        by=SYSTEM,
        at=SENT,
    )
    with pytest.raises(Invalid) as refused:
        handed_in(place, agent, relation)
    assert refused.value.faults == {"filer.capacity": "Hai bên phải có mặt."}


def procedure_code(place: Office) -> str:
    from_version = Dossier._meta.get_field("procedure_version").related_model.objects  # type: ignore[union-attr]
    return str(from_version.select_related("procedure").get(id=place.version).procedure.code)


def test_a_stranger_who_files_for_somebodys_child_gets_nowhere_without_an_officer(place: Office) -> None:
    stranger = people.person()
    relation = identity.declare(
        agent=id_of(stranger),
        capacity=Capacity.CHILD,
        represented=Represented("Trần Gia Bảo", "091220000456", date(2020, 5, 4)),
        proof=ProofGiven("giay-khai-sinh", number="1", file_id=kept(stranger)),
        by=stranger,
        at=SENT,
    )
    dossier = handed_in(place, stranger, relation)
    child = Dossier.objects.get(id=dossier.id).owner_id

    with pytest.raises(Invalid):
        intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)
    assert child != stranger.id
    assert identity.find_person("091220000456") == child


def company(*leads: ActorRef, tax_code: str) -> UUID:
    id = identity.register_organisation(tax_code=tax_code, name=f"Công ty {tax_code}", by=SYSTEM, at=SENT)
    for lead in leads:
        identity.represent(person_id=id_of(lead), organisation_id=id, by=SYSTEM, at=SENT)
    return id


def relation_to(agent: ActorRef, organisation: UUID) -> UUID:
    found = identity.relations_of(id_of(agent), name=agent.name, at=SENT)
    return next(one.id for one in found if one.represented == OwnerRef("organisation", organisation))


def test_all_filers_see_their_organisations_dossiers_and_never_those_of_another(place: Office) -> None:
    lead, colleague, other = people.person(), people.person(), people.person()
    ours, theirs = company(lead, colleague, tax_code="1702456797"), company(other, tax_code="1702456798")
    dossier = handed_in(place, lead, relation_to(lead, ours))
    foreign = handed_in(place, other, relation_to(other, theirs))

    view = read(dossier.id, by=colleague, at=LATER, purpose="?")
    assert [line.actor for line in view.history] == [lead.name]
    assert state(dossier) is ProofState.GOOD
    for one, by in ((foreign, lead), (foreign, colleague), (dossier, other)):
        with pytest.raises(NotFound):
            read(one.id, by=by, at=LATER, purpose="?")
    endings.withdraw(dossier_id=dossier.id, by=colleague, at=LATER)
    view = read(dossier.id, by=lead, at=LATER, purpose="?")
    assert [line.actor for line in view.history] == [colleague.name, lead.name]


def test_a_follower_sees_but_neither_files_nor_withdraws(place: Office) -> None:
    lead, follower = people.person(), people.person()
    ours = company(lead, tax_code="1702456797")
    relation = identity.invite(
        organisation_id=ours,
        name=follower.name,
        number=identity.personal_id(id_of(follower)),
        role=MemberRole.FOLLOWER,
        by=lead,
        at=SENT,
    )
    identity.accept_relation(relation_id=relation, by=follower, at=SENT)
    dossier = handed_in(place, lead, relation_to(lead, ours))

    assert read(dossier.id, by=follower, at=LATER, purpose="?").whole
    with pytest.raises(NotAllowed):
        endings.withdraw(dossier_id=dossier.id, by=follower, at=LATER)
    with pytest.raises(Invalid) as refused:
        handed_in(place, follower, relation)
    assert "chỉ theo dõi" in refused.value.faults["filer.relation"]


def together(place: Office, *others: ActorRef) -> Dossier:
    named = [
        {"name": one.name, "personal_id": identity.personal_id(id_of(one)), "phone": ""} for one in others
    ]
    proof = ProofGiven("van-ban-cu-nguoi", file_id=kept(place.citizen))
    given = replace(
        submission(place),
        filer=Filer(place.citizen.name, Capacity.GROUP, id=place.citizen.id, proof=proof),
        members=grouping.members(named, at=SENT),
    )
    return Dossier.objects.get(id=submit(given, by=place.citizen, at=SENT).id)


def test_each_of_several_applicants_follows_is_told_and_reads_every_look(place: Office) -> None:
    other, stranger = people.person("Lê Thị Cúc"), people.person()
    dossier = together(place, other)

    assert dossier.applicant_kind == "group"
    view = read(dossier.id, by=other, at=LATER, purpose="?")
    assert [member.name for member in view.members] == ["Lê Thị Cúc"]
    assert [m for m in notify.inbox(reader=id_of(other), before=None, limit=5) if dossier.code in m.subject]
    read(dossier.id, by=place.intake, at=LATER, purpose="Giải quyết hồ sơ")
    for person in (other, place.citizen):
        assert Look.objects.filter(person_id=person.id, actor_id=place.intake.id).count() == 1
    with pytest.raises(NotFound):
        read(dossier.id, by=stranger, at=LATER, purpose="?")
    with pytest.raises(NotAllowed):
        endings.withdraw(dossier_id=dossier.id, by=other, at=LATER)


def test_a_group_needs_its_contact_and_the_paper_that_names_them(place: Office) -> None:
    other = people.person()
    named = {"name": other.name, "personal_id": identity.personal_id(id_of(other)), "phone": ""}
    members = grouping.members([named], at=SENT)
    contact = Filer(place.citizen.name, Capacity.GROUP, id=place.citizen.id)
    for given, field in (
        (replace(submission(place), members=members), "filer.capacity"),
        (replace(submission(place), members=members, filer=contact), f"papers.{PROOF}"),
        (replace(submission(place), filer=contact), "filer.members"),
    ):
        with pytest.raises(Invalid) as refused:
            submit(given, by=place.citizen, at=SENT)
        assert field in refused.value.faults


def test_the_result_goes_to_every_applicants_vault_and_never_to_the_filers(signing_place: Office) -> None:
    place, now = signing_place, moments.now()
    agent, other = people.person(), people.person("Lê Thị Cúc")
    for dossier, owners in (
        (handed_in(place, agent, proxy(agent, place.citizen, until=date(2035, 1, 1))), [place.citizen]),
        (together(place, other), [place.citizen, other]),
    ):
        act: dict[str, Any] = {"dossier_id": dossier.id, "at": now}
        paper = SubmittedPaper.objects.get(dossier_id=dossier.id, code=PROOF)
        supplements.judge(paper_id=paper.id, verdict=Verdict.GOOD, by=place.intake, **act)
        intake.accept(by=place.intake, **act)
        results.draft(written={"body": "Được."}, by=place.specialist, **act)
        seen = Dossier.objects.get(id=dossier.id).version
        signatures.ask(by=place.leader, seen=seen, **act)
        assert signatures.collect(by=place.leader, **act)
        signatures.seal(by=place.clerk, **act)
        results.hand_over(by=place.intake, **act)
        for owner in owners:
            kept_there = vault.documents(OwnerRef("person", id_of(owner)))
            assert dossier.id in {document.about_id for document in kept_there}
        assert vault.documents(OwnerRef("person", id_of(agent))) == ()


def test_erasing_a_dossier_leaves_nothing_of_who_filed_it(place: Office) -> None:
    agent = people.person("Người Nộp Thay")
    dossier = handed_in(place, agent, proxy(agent, place.citizen))
    intake.refuse(dossier_id=dossier.id, reason="Ở xã khác", ground="Điều 13", by=place.intake, at=LATER)
    erasures.ask(id_of(place.citizen), at=LATER)
    erasures.run(at=SENT.replace(year=SENT.year + 80))

    row = FiledBy.objects.get(dossier_id=dossier.id)
    assert (row.filer_name, row.filer_id, row.sealed, row.proof_number) == ("Đã xóa", None, None, "")


FILER = {
    "capacity": "proxy",
    "name": "Người Nộp Thay",
    "personal_id": "091090000321",
    "proof": {"kind": "van-ban-uy-quyen", "number": "7", "valid_until": "2027-01-01"},
}


def test_a_machine_names_the_filer_whose_proof_waits_for_an_officer(place: Office) -> None:
    answer = Machine(place=place).submit(place, filer=FILER)
    code = said(answer)["code"]
    dossier = Dossier.objects.get(id=find(code))

    assert answer.status_code == 201
    agent = identity.find_person("091090000321")
    assert FiledBy.objects.get().filer_id == agent
    assert dossier.owner_id == identity.find_person("091090000123")
    assert state(dossier) is ProofState.MISSING
    with pytest.raises(Invalid):
        intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)


def test_a_machine_without_proof_or_of_another_agency_leaves_nobody_behind(place: Office) -> None:
    no_proof = Machine(place=place).submit(place, filer={**FILER, "proof": None})
    assert (no_proof.status_code, is_problem(no_proof)) == (422, True)
    assert Machine(place=office()).submit(place, filer=FILER).status_code == 403

    assert identity.find_person("091090000321") is None
    assert not Relation.objects.exists()


def test_a_machine_names_several_applicants(place: Office) -> None:
    stranger = kept(place.citizen)
    group = {**FILER, "capacity": "group", "proof": {"kind": "van-ban-cu-nguoi"}}
    member = {"name": "Lê Thị Cúc", "personal_id": "091090000654"}
    answer = Machine(place=place).submit(place, filer=group, members=[member])

    assert answer.status_code == 201
    assert Dossier.objects.get().joint == [identity.find_person("091090000654")]
    with_file = {**group, "proof": {"kind": "van-ban-cu-nguoi", "file_id": str(stranger)}}
    assert Machine(place=place).submit(place, filer=with_file, members=[member]).status_code == 422


def test_what_the_counter_saw_is_an_original_among_the_papers(place: Office) -> None:
    agent = people.person()
    dossier = handed_in(place, agent, proxy(agent, place.citizen, file=False), seen=True)
    paper = SubmittedPaper.objects.get(dossier_id=dossier.id, code=PROOF)

    assert (paper.form, paper.originals, paper.verdict) == (PaperForm.ORIGINAL, 1, Verdict.GOOD)
    assert state(dossier) is ProofState.GOOD

"""Who may file for whom: declared, granted, proven, ended, grown up; every line of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.support import people
from tests.support.people import AT
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api
from tinhso.identity.api import Capacity, MemberRole, ProofGiven, Represented, Sight
from tinhso.identity.models import Organisation, Person, Proof, Relation
from tinhso.identity.operations import members, relations
from tinhso.identity.relation_contracts import TooManyRelations, UnknownRelation

pytestmark = pytest.mark.django_db
DAY = AT.date()
BIRTH = ProofGiven("giay-khai-sinh", number="12/2020")
PAPER = ProofGiven("van-ban-uy-quyen", number="7", valid_until=DAY + timedelta(days=30))


def id_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def child(**changes: object) -> Represented:
    given = Represented(name="Trần Gia Bảo", personal_id="091220000456", birth_date=date(2020, 5, 4))
    return replace(given, **changes)  # type: ignore[arg-type]  # fields of the dataclass


def declared(parent: ActorRef, whom: Represented | None = None, **more: object) -> UUID:
    given = {"capacity": Capacity.CHILD, "proof": BIRTH} | more
    return relations.declare(
        agent=id_of(parent),
        represented=whom or child(),
        by=parent,
        at=AT,
        **given,  # type: ignore[arg-type]  # as declare takes them
    )


def row(relation: UUID) -> Relation:
    return Relation.objects.get(id=relation)


def of(owner: UUID, *, under: UUID | None = None, kind: str = "person") -> SubjectRef:
    return SubjectRef("dossier", new_id(), owner=OwnerRef(kind, owner), under=under)


def sees(actor: ActorRef, subject: SubjectRef, at=AT) -> bool:  # type: ignore[no-untyped-def]
    return api.sight(actor, subject, at).sight is Sight.ALL


def test_a_parent_sees_what_they_filed_and_all_of_the_child_once_an_officer_vouched() -> None:
    parent, officer = people.person(), people.officer("intake_officer")
    relation = declared(parent)
    whom = row(relation).represented.id
    filed, other = of(whom, under=relation), of(whom)

    assert sees(parent, filed)
    assert not sees(parent, other)
    assert api.can(parent, "dossiers.submit", filed, AT)
    assert not api.can(parent, "dossiers.submit", other, AT)
    relations.vouch(relation_id=relation, by=officer, at=AT)
    assert sees(parent, other)
    assert api.can(parent, "dossiers.submit", other, AT)
    assert not api.can(parent, "identity.erase_person", other, AT)
    checked = Proof.objects.get(relation_id=relation)
    assert (checked.checked_by, checked.fault) == (officer.name, "")


def test_a_stranger_who_names_somebodys_child_learns_nothing_and_the_child_is_told() -> None:
    theirs = people.person("Trần Gia Bảo", personal_id="091220000456")
    Person.objects.filter(id=theirs.id).update(birth_date=date(2020, 5, 4))
    stranger = people.person()
    relation = declared(stranger, child(name="Bé Gì Đó"))
    view = api.relation(relation, at=AT)

    assert view is not None
    assert (view.name, view.facts.name) == ("Bé Gì Đó", "Bé Gì Đó")
    assert row(relation).person_id == theirs.id
    assert Person.objects.get(id=theirs.id).full_name == "Trần Gia Bảo"
    assert not sees(stranger, of(id_of(theirs)))
    relations.end(relation_id=relation, by=theirs, at=AT)
    assert not sees(stranger, of(id_of(theirs), under=relation))


def test_a_child_who_comes_of_age_sees_their_own_and_the_parent_nothing_any_more() -> None:
    parent = people.person()
    relation = declared(parent)
    relations.vouch(relation_id=relation, by=people.officer("intake_officer"), at=AT)
    whom = row(relation).represented.id
    grown = ActorRef(parent.kind, whom, "Trần Gia Bảo")
    eve, birthday = AT.replace(year=2038, month=5, day=3), AT.replace(year=2038, month=5, day=4)

    for at, parent_sees in ((eve, True), (birthday, False)):
        assert sees(parent, of(whom, under=relation), at) is parent_sees
        assert sees(grown, of(whom, under=relation), at)
    assert not api.can(parent, "dossiers.withdraw", of(whom, under=relation), birthday)


def test_somebody_known_to_be_of_age_is_nobodys_child_whatever_is_declared() -> None:
    adult = people.person("Người Lớn", personal_id="091090000777")
    parent = people.person()
    with pytest.raises(Invalid) as wrong:
        declared(parent, child(personal_id="091090000777"))
    assert "birth_date" in wrong.value.faults
    relation = declared(parent)
    Relation.objects.filter(id=relation).update(person_id=adult.id)
    assert not sees(parent, of(id_of(adult), under=relation))


@pytest.mark.parametrize(
    ("whom", "proof", "field"),
    [
        (child(name=" "), BIRTH, "name"),
        (child(birth_date=None), BIRTH, "birth_date"),
        (child(birth_date=date(2000, 1, 1), personal_id=""), BIRTH, "birth_date"),
        (child(personal_id="12"), BIRTH, "personal_id"),
        (child(), ProofGiven("giay-gi-do", number="1"), "kind"),
        (child(), ProofGiven("giay-khai-sinh"), "number"),
        (child(), replace(BIRTH, issued_on=DAY + timedelta(days=1)), "issued_on"),
    ],
)
def test_what_cannot_be_is_said_by_field(whom: Represented, proof: ProofGiven, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        declared(people.person(), whom, proof=proof)
    assert field in wrong.value.faults


def test_an_expired_or_endless_proxy_is_refused_and_an_online_one_is_only_granted() -> None:
    agent, whom = people.person(), child(birth_date=None)
    for proof in (
        replace(PAPER, valid_until=DAY - timedelta(days=1)),
        replace(PAPER, valid_until=None),
        ProofGiven("uy-quyen-truc-tuyen"),
    ):
        with pytest.raises(Invalid):
            declared(agent, whom, capacity=Capacity.PROXY, proof=proof)


def test_a_proxy_sees_what_they_filed_until_the_last_day_of_their_paper() -> None:
    agent = people.person()
    relation = declared(agent, child(birth_date=None), capacity=Capacity.PROXY, proof=PAPER)
    relations.vouch(relation_id=relation, by=people.officer("intake_officer"), at=AT)
    whom = row(relation).represented.id

    assert sees(agent, of(whom, under=relation), AT + timedelta(days=30))
    assert not sees(agent, of(whom, under=relation), AT + timedelta(days=31))
    assert not sees(agent, of(whom))
    longer = replace(PAPER, number="8", valid_until=DAY + timedelta(days=60))
    relations.add_proof(relation_id=relation, proof=longer, by=agent, at=AT)
    assert sees(agent, of(whom, under=relation), AT + timedelta(days=31))
    assert row(relation).proven_at is None


def granted(grantor: ActorRef, agent: ActorRef, *, name: str = "", scope: tuple[str, ...] = ()) -> UUID:
    return relations.grant_proxy(
        grantor=id_of(grantor),
        agent_name=name or agent.name,
        agent_number=api.personal_id(id_of(agent)),
        scope=scope,
        valid_from=DAY,
        valid_to=DAY + timedelta(days=10),
        by=grantor,
        at=AT,
    )


def test_a_proxy_given_online_holds_once_accepted_and_ends_the_moment_it_is_revoked() -> None:
    grantor, agent = people.person("Lê Văn Sáu"), people.person("Trần Thị Hân")
    relation = granted(grantor, agent, scope=("1.001193",))
    filed = of(id_of(grantor), under=relation)

    assert not sees(agent, filed)
    relations.accept(relation_id=relation, by=agent, at=AT)
    (view,) = api.relations_of(id_of(agent), name=agent.name, at=AT)
    assert (view.holds, view.proven, view.scope, view.facts.name) == (
        True,
        True,
        ("1.001193",),
        "Lê Văn Sáu",
    )
    assert sees(agent, filed)
    relations.end(relation_id=relation, by=grantor, at=AT + timedelta(minutes=1))
    assert sees(agent, filed)
    assert not sees(agent, filed, AT + timedelta(minutes=1))
    assert not api.can(agent, "dossiers.submit", filed, AT + timedelta(minutes=1))
    (gone,) = api.relations_of(id_of(agent), name=agent.name, at=AT + timedelta(minutes=1))
    assert (gone.holds, gone.facts.personal_id, gone.ended_by) == (False, "", "Lê Văn Sáu")


def test_a_mistyped_number_gives_the_stranger_behind_it_nothing() -> None:
    grantor, stranger = people.person(), people.person("Người Lạ")
    relation = granted(grantor, stranger, name="Trần Thị Hân")

    assert api.relations_of(id_of(stranger), name=stranger.name, at=AT) == ()
    with pytest.raises(UnknownRelation):
        relations.accept(relation_id=relation, by=stranger, at=AT)


def test_nobody_else_ends_accepts_or_proves_a_relation() -> None:
    grantor, agent, third = people.person(), people.person(), people.person()
    relation = granted(grantor, agent)

    with pytest.raises(UnknownRelation):
        relations.end(relation_id=relation, by=third, at=AT)
    for refused in (
        lambda: relations.accept(relation_id=relation, by=third, at=AT),
        lambda: relations.add_proof(relation_id=relation, proof=PAPER, by=third, at=AT),
        lambda: relations.vouch(relation_id=relation, by=third, at=AT),
        lambda: relations.vouch(relation_id=relation, by=people.officer("supervisor"), at=AT),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_nobody_is_their_own_parent_or_proxy() -> None:
    me = people.person()
    number = api.personal_id(id_of(me))
    with pytest.raises(Invalid):
        declared(me, child(birth_date=None, personal_id=number), capacity=Capacity.WARD, proof=None)
    with pytest.raises(Invalid):
        granted(me, me)


def test_naming_many_people_in_a_day_is_refused() -> None:
    me = people.person()
    for number in range(20):
        declared(me, child(personal_id=f"0912200001{number:02d}"), proof=None)
    with pytest.raises(TooManyRelations):
        declared(me, child(personal_id="091220000199"), proof=None)


def test_naming_the_same_child_again_only_adds_the_proof() -> None:
    parent = people.person()
    first, again = declared(parent), declared(parent, proof=replace(BIRTH, number="99"))

    assert first == again
    assert Proof.objects.filter(relation_id=first).count() == 2


TAX = "1702456797"


def company(lead: ActorRef, tax_code: str = TAX) -> UUID:
    id = api.register_organisation(tax_code=tax_code, name=f"Công ty {tax_code}", by=SYSTEM, at=AT)
    api.represent(person_id=id_of(lead), organisation_id=id, by=SYSTEM, at=AT)
    return id


def invited(organisation: UUID, lead: ActorRef, whom: ActorRef, role: MemberRole) -> UUID:
    relation = members.invite(
        organisation_id=organisation,
        name=whom.name,
        number=api.personal_id(id_of(whom)),
        role=role,
        by=lead,
        at=AT,
    )
    relations.accept(relation_id=relation, by=whom, at=AT)
    return relation


def test_filers_of_an_organisation_see_and_do_followers_only_see() -> None:
    lead, filer, follower = people.person(), people.person(), people.person()
    id = company(lead)
    invited(id, lead, filer, MemberRole.FILER)
    relation = invited(id, lead, follower, MemberRole.FOLLOWER)
    theirs = of(id, kind="organisation")

    for actor in (lead, filer, follower):
        assert sees(actor, theirs)
    assert [api.can(one, "dossiers.submit", theirs, AT) for one in (lead, filer, follower)] == [
        True,
        True,
        False,
    ]
    with pytest.raises(UnknownRelation):
        members.invite(
            organisation_id=id, name="Ai", number="091090000888", role=MemberRole.LEAD, by=filer, at=AT
        )
    relations.end(relation_id=relation, by=lead, at=AT)
    assert not sees(follower, theirs)
    with pytest.raises(UnknownRelation):
        relations.end(relation_id=relation, by=filer, at=AT)


def test_who_says_to_lead_an_organisation_sees_only_what_they_file_until_vouched_for() -> None:
    lead, stranger = people.person(), people.person()
    id = company(lead)
    relation = members.register(
        agent=id_of(stranger),
        tax_code=TAX,
        name="Công ty tôi bịa",
        proof=ProofGiven("giay-gioi-thieu", number="1", valid_until=DAY + timedelta(days=5)),
        by=stranger,
        at=AT,
    )

    assert Organisation.objects.get(id=id).name == f"Công ty {TAX}"
    assert not sees(stranger, of(id, kind="organisation"))
    assert sees(stranger, of(id, kind="organisation", under=relation))
    with pytest.raises(UnknownRelation):
        invited(id, stranger, people.person(), MemberRole.FILER)
    relations.end(relation_id=relation, by=lead, at=AT)
    assert not sees(stranger, of(id, kind="organisation", under=relation))


def test_one_person_files_for_two_organisations_and_neither_sees_the_other() -> None:
    filer, first, second = people.person(), people.person(), people.person()
    one, two = company(first), company(second, "1702456798")
    for id, lead in ((one, first), (two, second)):
        invited(id, lead, filer, MemberRole.FILER)

    assert sees(filer, of(one, kind="organisation"))
    assert sees(filer, of(two, kind="organisation"))
    assert not sees(first, of(two, kind="organisation"))
    assert not sees(second, of(one, kind="organisation"))


def test_each_of_several_applicants_sees_and_none_but_the_contact_acts() -> None:
    contact, other = people.person(), people.person()
    dossier = replace(of(id_of(contact)), joint=(id_of(other),))

    assert sees(other, dossier)
    assert not api.can(other, "dossiers.withdraw", dossier, AT)
    assert api.can(contact, "dossiers.withdraw", dossier, AT)


def test_an_erased_person_files_for_nobody_and_nobody_for_them() -> None:
    parent, agent = people.person(), people.person()
    relation, proxy = declared(parent), granted(parent, agent)
    api.erase(person_id=id_of(parent), by=parent, at=AT)

    for one in (row(relation), row(proxy)):
        assert one.ended_at == AT
    assert row(relation).agent_name == row(proxy).name == "Đã xóa"


ENDINGS: dict[str, Callable[[UUID], object]] = {
    "revoked": lambda id: Relation.objects.filter(id=id).update(ended_at=AT, ended_by="ai"),
    "not accepted": lambda id: Relation.objects.filter(id=id).update(accepted_at=None),
    "not yet": lambda id: Relation.objects.filter(id=id).update(valid_from=DAY + timedelta(days=1)),
    "over": lambda id: Relation.objects.filter(id=id).update(
        valid_from=DAY - timedelta(days=2), valid_to=DAY
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_a_relation_ends_sight_and_acts(ending: str) -> None:
    agent, whom = people.person(), people.person()
    relation = granted(whom, agent)
    relations.accept(relation_id=relation, by=agent, at=AT)
    filed = of(id_of(whom), under=relation)
    assert sees(agent, filed)
    ENDINGS[ending](relation)

    assert not sees(agent, filed)
    assert not api.can(agent, "dossiers.submit", filed, AT)

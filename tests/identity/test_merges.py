"""Two accounts of one person become one: by four eyes, once, for good, whoever is filing meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.support import people
from tests.support.constraints import refused
from tests.support.people import AT
from tinhso.foundation import crypto, moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity import api
from tinhso.identity.contracts import SignInRefused
from tinhso.identity.merge_contracts import Ground, MergeState, MergeStopped, UnknownMerge
from tinhso.identity.models import Account, EidLink, Look, Merge, Officer, Person, Relation, SignIn
from tinhso.identity.operations import merges
from tinhso.identity.operations.arrivals import welcome
from tinhso.identity.operations.people import PersonFacts
from tinhso.identity.queries import merges as reading
from tinhso.identity.signin.eid import Arrival
from tinhso.notify import api as notify
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db
PROOF = "Xem bản chính căn cước và CMND cũ, trùng họ tên, ngày sinh, ảnh"
OLD, NEW = "091078004512", "091078004599"


class Pair:
    """Somebody with two accounts, and two administrators."""

    def __init__(self) -> None:
        self.one, self.other = people.officer("administrator"), people.officer("administrator")
        self.loser = people.person("Nguyễn Văn Biển", personal_id=OLD, phone="0912000112").id or new_id()
        self.survivor = people.person("Nguyễn Văn Biển", personal_id=NEW).id or new_id()

    def propose(self, by: ActorRef | None = None, proof: str = PROOF) -> UUID:
        return merges.propose(
            loser=self.loser,
            survivor=self.survivor,
            ground=Ground.MISTYPED_NUMBER,
            proof=proof,
            by=by or self.one,
            at=AT,
        )

    def merge(self, at: datetime = AT) -> UUID:
        id = self.propose()
        merges.approve(merge_id=id, by=self.other, at=at)
        return id


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_one_proposes_with_proof_and_another_approves(pair: Pair) -> None:
    id = pair.propose()
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        merges.approve(merge_id=id, by=pair.one, at=AT)
    merges.approve(merge_id=id, by=pair.other, at=AT)

    (view,) = reading.merged_into(pair.survivor)
    assert (view.state, view.proposed_by_name, view.decided_by_name, view.number) == (
        MergeState.APPROVED,
        pair.one.name,
        pair.other.name,
        "•••••••••512",
    )
    assert Person.objects.get(id=pair.loser).merged_into_id == pair.survivor


def test_a_proposal_says_by_what_it_is_known(pair: Pair) -> None:
    with pytest.raises(Invalid) as refusal:
        pair.propose(proof="trùng")
    assert list(refusal.value.faults) == ["proof"]


def test_nobody_else_proposes_or_decides(pair: Pair) -> None:
    for role in ("intake_officer", "leader", "supervisor", "inspector"):
        with pytest.raises(NotAllowed):
            pair.propose(by=people.officer(role))
    id = pair.propose()
    for stranger in (people.officer("leader"), people.person()):
        with pytest.raises(NotAllowed):
            merges.approve(merge_id=id, by=stranger, at=AT)


def test_a_deputy_of_the_proposer_is_no_second_pair_of_eyes(pair: Pair) -> None:
    deputy = people.officer("specialist")
    assert pair.one.unit
    assert pair.one.id
    assert deputy.id
    api.delegate(
        delegator_id=pair.one.id,
        deputy_id=deputy.id,
        role=api.Role.ADMINISTRATOR,
        unit_id=pair.one.unit,
        acts=(),
        basis="12/QĐ",
        begins_at=AT - timedelta(days=1),
        ends_at=AT + timedelta(days=1),
        by=SYSTEM,
        at=AT - timedelta(days=1),
    )
    id = pair.propose(by=deputy)
    row = Merge.objects.get(id=id)
    assert (row.proposed_by_id, row.proposed_for_id) == (deputy.id, pair.one.id)
    with pytest.raises(NotAllowed):
        merges.approve(merge_id=id, by=pair.one, at=AT)
    merges.refuse(merge_id=id, because="Làm lại", by=pair.one, at=AT)
    again = pair.propose()
    with pytest.raises(NotAllowed):
        merges.approve(merge_id=again, by=deputy, at=AT)
    merges.approve(merge_id=again, by=pair.other, at=AT)


def test_the_same_two_wait_once_in_whichever_direction(pair: Pair) -> None:
    pair.propose()
    with pytest.raises(Conflict):
        pair.propose()
    pair.loser, pair.survivor = pair.survivor, pair.loser
    with pytest.raises(Conflict):
        pair.propose(by=pair.other)


def test_what_is_decided_is_decided(pair: Pair) -> None:
    id = pair.merge()
    for again in (merges.approve,):
        with pytest.raises(UnknownMerge):
            again(merge_id=id, by=pair.other, at=AT)
    with pytest.raises(UnknownMerge):
        merges.refuse(merge_id=id, because="Nhầm", by=pair.other, at=AT)
    with pytest.raises(MergeStopped, match="đã được gộp"):
        pair.propose()


def test_a_refusal_says_why_and_leaves_two(pair: Pair) -> None:
    id = pair.propose()
    with pytest.raises(Invalid):
        merges.refuse(merge_id=id, because=" ", by=pair.other, at=AT)
    merges.refuse(merge_id=id, because="Ảnh không giống", by=pair.other, at=AT)

    assert reading.merge(id).refused_because == "Ảnh không giống"
    assert Person.objects.get(id=pair.loser).merged_into_id is None
    assert pair.propose() != id


def test_both_numbers_lead_to_the_survivor_wherever_they_are_typed(pair: Pair) -> None:
    pair.merge()

    assert api.find_person(OLD) == pair.survivor == api.find_person(NEW)
    facts = PersonFacts("Nguyễn Văn Biển", personal_id=OLD, phone="0999000999")
    for source in ("counter", "e-id"):
        assert api.register_person(facts=facts, source=source, by=SYSTEM, at=AT) == pair.survivor
    assert api.person(pair.survivor).personal_id_masked == "•••••••••599"
    assert api.person(pair.survivor).phone == "0912000112", "what the survivor lacked is taken over"
    assert [one.id for one in reading.meant("0912 000 112")] == [pair.survivor]


def arrival(subject: str, number: str) -> Arrival:
    claims = {"full_name": "Nguyễn Văn Biển", "id_number": number}
    return Arrival(issuer="eid", subject=subject, level=2, claims=claims, id_token="", back="/")


def test_either_eid_account_signs_in_as_the_survivor(pair: Pair) -> None:
    welcome(arrival("cu", OLD), AT)
    welcome(arrival("moi", NEW), AT)
    pair.merge()

    for subject, number in (("cu", OLD), ("moi", NEW)):
        assert welcome(arrival(subject, number), AT).person.id == pair.survivor
    assert set(EidLink.objects.values_list("person_id", flat=True)) == {pair.survivor}
    with pytest.raises(SignInRefused):
        welcome(arrival("cu", "091078004000"), AT)


def test_the_losing_account_signs_in_no_more(pair: Pair) -> None:
    browser = people.client(person_ref(pair.loser))
    assert browser.get("/tai-khoan/").status_code == 200
    pair.merge(at=moments.now())

    assert browser.get("/tai-khoan/").status_code == 302
    assert not SignIn.objects.filter(person_id=pair.loser).exists()
    assert SignIn.objects.filter(person_id=pair.survivor, ended_because="merged").count() == 1
    assert not Account.objects.filter(kind=api.AccountKind.PERSON, is_active=True).exists()


def person_ref(id: UUID) -> ActorRef:
    return ActorRef(ActorKind.PERSON, id, "Nguyễn Văn Biển")


def test_what_was_sealed_for_the_loser_opens_for_the_survivor_and_goes_with_them(pair: Pair) -> None:
    sealed = crypto.seal(pair.loser, b"kin")
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(pair.survivor, sealed)
    pair.merge()

    assert crypto.unseal(pair.survivor, sealed) == b"kin"
    assert crypto.unseal_many([(pair.survivor, sealed), (pair.loser, sealed)]) == [b"kin", b"kin"]
    api.erase(person_id=pair.survivor, by=SYSTEM, at=AT)
    for owner in (pair.survivor, pair.loser):
        with pytest.raises(crypto.Erased):
            crypto.unseal(owner, sealed)
    gone = Person.objects.get(id=pair.loser)
    assert (gone.full_name, gone.personal_id_hash) == ("Đã xóa", None)
    assert Merge.objects.get().number == ""


def test_accounts_merged_before_follow_and_their_keys_too(pair: Pair) -> None:
    sealed = crypto.seal(pair.loser, b"kin")
    pair.merge()
    middle, pair.loser = pair.survivor, pair.survivor
    pair.survivor = people.person("Nguyễn Văn Biển").id or new_id()
    pair.merge()

    assert set(Person.objects.exclude(merged_into=None).values_list("merged_into_id", flat=True)) == {
        pair.survivor
    }
    assert crypto.unseal(pair.survivor, sealed) == b"kin"
    assert api.find_person(OLD) == pair.survivor != middle


def test_an_erased_person_is_named_in_no_proposal_and_nobody_else_is_taken_out(pair: Pair) -> None:
    first = pair.propose()
    merges.refuse(merge_id=first, because="Hai người khác nhau", by=pair.other, at=AT)
    pair.loser, pair.survivor = pair.survivor, pair.loser
    pair.propose()
    pair.loser, pair.survivor = pair.survivor, pair.loser
    api.erase(person_id=pair.loser, by=SYSTEM, at=AT)

    named = {row.loser_id: (row.loser_name, row.number) for row in Merge.objects.all()}
    assert named[pair.loser] == ("Đã xóa", "")
    assert named[pair.survivor][0] == "Nguyễn Văn Biển"


def test_who_was_merged_twice_goes_with_the_one_that_stays(pair: Pair) -> None:
    pair.merge()
    pair.loser, pair.survivor = pair.survivor, people.person("Nguyễn Văn Biển").id or new_id()
    pair.merge()
    api.erase(person_id=pair.survivor, by=SYSTEM, at=AT)
    assert {row.loser_name for row in Merge.objects.all()} == {"Đã xóa"}
    with pytest.raises(Conflict):
        api.erase(person_id=pair.loser, by=SYSTEM, at=AT)


def test_both_accounts_are_told_by_every_channel_they_have(pair: Pair) -> None:
    api.register_person(
        facts=PersonFacts("Nguyễn Văn Biển", NEW, phone="0935000221", email="bien@example.com"),
        source="e-id",
        level=2,
        by=SYSTEM,
        at=AT,
    )
    pair.merge()
    told = set(Message.objects.values_list("template", "channel"))

    assert told >= {
        ("identity.merged_away", "in_app"),
        ("identity.merged_in", "in_app"),
        ("identity.merged_in", "mail"),
    }
    assert len(notify.inbox(reader=pair.survivor, before=None, limit=9)) == 2
    page = people.client(person_ref(pair.survivor)).get("/tai-khoan/").content.decode()
    assert "•••••••••512" in page
    assert pair.other.name in page


def test_one_who_files_for_the_other_is_another(pair: Pair) -> None:
    relation = Relation.objects.create(
        agent_id=pair.loser,
        person_id=pair.survivor,
        capacity=api.Capacity.WARD,
        agent_name="Biển",
        name="Biển",
        origin=api.Origin.DECLARED,
        made_at=AT,
        made_by="Biển",
        accepted_at=AT,
        valid_from=moments.today(AT),
    )
    with pytest.raises(MergeStopped, match="chấm dứt"):
        pair.propose()
    Relation.objects.filter(id=relation.id).update(ended_at=AT, ended_by="Biển")
    pair.merge()
    assert not Relation.objects.exists()


def test_the_same_relation_of_both_stays_once_and_the_proven_one(pair: Pair) -> None:
    child = people.person("Nguyễn An").id or new_id()
    made = {
        agent: Relation.objects.create(
            agent_id=agent,
            person_id=child,
            capacity=api.Capacity.CHILD,
            agent_name="Biển",
            name="An",
            origin=api.Origin.DECLARED,
            made_at=AT,
            made_by="Biển",
            accepted_at=AT,
            proven_at=AT if agent == pair.loser else None,
            proven_by="Cán bộ" if agent == pair.loser else "",
            valid_from=moments.today(AT),
        ).id
        for agent in (pair.loser, pair.survivor)
    }
    pair.merge()

    standing = Relation.objects.get(ended_at=None)
    assert (standing.id, standing.agent_id) == (made[pair.loser], pair.survivor)
    assert Relation.objects.get(id=made[pair.survivor]).ended_because


def test_a_row_written_for_the_loser_afterwards_is_the_survivors(pair: Pair) -> None:
    pair.merge()
    look = Look.objects.create(
        at=AT, actor_kind="officer", actor_name="Ai đó", person_id=pair.loser, purpose="Xem"
    )
    look.refresh_from_db()
    assert look.person_id == pair.survivor
    Look.objects.filter(id=look.id).update(person_id=pair.loser)
    look.refresh_from_db()
    assert look.person_id == pair.survivor


def _merge(**changed: object) -> Merge:
    pair = Pair()
    facts: dict[str, object] = {
        "loser_id": pair.loser,
        "survivor_id": pair.survivor,
        "loser_name": "Biển",
        "ground": Ground.OLD_NUMBER,
        "proof": PROOF,
        "proposed_by_id": pair.one.id,
        "proposed_at": AT,
    }
    return Merge.objects.create(**facts | changed)


def test_the_database_keeps_the_rules_of_merging(pair: Pair) -> None:
    one, other = pair.one.id, pair.other.id
    approved = {"state": "approved", "decided_at": AT}
    refused("merge_of_two", lambda: _merge(loser_id=pair.survivor, survivor_id=pair.survivor))
    refused("merge_has_ground_and_proof", lambda: _merge(proof=""))
    refused("merge_has_ground_and_proof", lambda: _merge(ground="friends"))
    refused("merge_decided_whole", lambda: _merge(state="approved"))
    refused("merge_decided_whole", lambda: _merge(state="refused", decided_by_id=other, decided_at=AT))
    for eyes in (
        {"proposed_by_id": one, "decided_by_id": one},
        {"proposed_by_id": one, "proposed_for_id": other, "decided_by_id": other},
        {"proposed_by_id": one, "decided_by_id": other, "decided_for_id": one},
        {
            "proposed_by_id": people.officer().id,
            "proposed_for_id": one,
            "decided_by_id": other,
            "decided_for_id": one,
        },
    ):
        refused("merge_by_four_eyes", lambda eyes=eyes: _merge(**approved | eyes))
    both = {"loser_id": pair.loser, "survivor_id": pair.survivor}
    _merge(**both)
    refused("merge_proposed_once", lambda: _merge(loser_id=pair.survivor, survivor_id=pair.loser))
    row = _merge(**approved | both | {"proposed_by_id": one, "decided_by_id": other})
    refused(
        "merge_ends_an_account_once",
        lambda: _merge(**approved | {"loser_id": pair.loser, "proposed_by_id": one, "decided_by_id": other}),
    )
    refused("merge_stays", lambda: Merge.objects.filter(id=row.id).update(state="refused"))
    refused("merge_stays", lambda: Merge.objects.filter(id=row.id).delete())
    assert Officer.objects.filter(account_id=one).exists()


def _become(id: UUID, other: UUID | None) -> None:
    Person.objects.filter(id=id).update(merged_into=other, account=None, phone_hash=None, sealed=None)


def test_the_database_keeps_who_became_whom(pair: Pair) -> None:
    stranger = people.person().id or new_id()
    refused("person_merged_by_four_eyes", lambda: _become(pair.loser, pair.survivor))
    pair.merge()
    refused("person_merged_stays", lambda: _become(pair.loser, None))
    refused("person_merged_by_four_eyes", lambda: _become(pair.loser, stranger))
    decided = {
        "state": "approved",
        "decided_at": AT,
        "proposed_by_id": pair.one.id,
        "decided_by_id": pair.other.id,
    }
    _merge(**decided | {"loser_id": pair.survivor, "survivor_id": stranger})
    refused("person_merged_in_no_chain", lambda: _become(pair.survivor, stranger))
    _merge(**decided | {"loser_id": stranger, "survivor_id": pair.loser})
    refused("person_merged_in_no_chain", lambda: _become(stranger, pair.loser))
    refused(
        "person_merged_keeps_nothing",
        lambda: Person.objects.filter(id=pair.loser).update(sealed=b"kin"),
    )
    refused(
        "person_key_opens_for_another",
        lambda: crypto.merge(stranger, into=stranger),
    )

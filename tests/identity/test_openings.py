"""Opening in an emergency: a reason, a second person, an end, and the owner reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import people
from tests.support.people import AT
from tinhso.foundation import audit
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api, limits
from tinhso.identity.api import Sight
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
REASON = "Người dân cấp cứu, cần giấy ngay trong đêm"


class Place:
    """An agency with an officer, who watches over it, and one dossier held by somebody else."""

    def __init__(self) -> None:
        self.agency = people.agency()
        self.unit = people.unit(self.agency)
        self.officer = people.officer("clerk", people.unit(self.agency))
        self.supervisor = people.officer("supervisor", people.unit(self.agency))
        self.owner = people.person("Danh Sóc Kha")
        assert self.owner.id
        self.subject = SubjectRef(
            "dossier",
            new_id(),
            units=(self.unit,),
            owner=OwnerRef("person", self.owner.id),
            handlers=(new_id(),),
        )

    def open(self, by: ActorRef, reason: str = REASON) -> bool:
        wanted = api.ToOpen(self.subject, label="H01-1", link="/can-bo/ho-so/H01-1/")
        return api.open_in_emergency(wanted, reason=reason, by=by, at=AT)

    def seen(self, by: ActorRef, after: timedelta = timedelta(0)) -> api.Seeing:
        return api.sight(by, self.subject, AT + after)

    def told(self, reader: ActorRef) -> list[str]:
        assert reader.id
        return [message.subject for message in notify.inbox(reader=reader.id, before=None, limit=9)]


@pytest.fixture
def place() -> Place:
    return Place()


def id_of(actor: ActorRef) -> object:
    return actor.id


def test_an_officer_of_the_agency_opens_at_once_a_second_person_is_alarmed_and_the_owner_reads_why(
    place: Place,
) -> None:
    assert place.owner.id
    assert place.seen(place.officer).sight is Sight.STATUS
    assert place.open(place.officer)

    assert place.seen(place.officer) == api.Seeing(Sight.ALL, f"Mở khẩn: {REASON}")
    assert place.told(place.supervisor) == ["Mở khẩn H01-1: cần người chứng kiến"]
    assert place.told(place.owner) == ["Hồ sơ H01-1 vừa được mở khẩn"]
    (look,), _more = api.looks_at(place.owner.id, at=AT)
    assert (look.purpose, look.actor_name) == (f"Mở khẩn: {REASON}", place.officer.name)
    (entry,) = audit.trace("dossier", place.subject.id, limit=9)
    assert entry.act == "identity.open_in_emergency"


def test_it_ends_by_itself_after_the_minutes_of_the_day(place: Place) -> None:
    place.open(place.officer)
    lasts = limits.minutes("emergency_opening_minutes", AT)

    assert place.seen(place.officer, lasts - timedelta(seconds=1)).sight is Sight.ALL
    assert place.seen(place.officer, lasts).sight is Sight.STATUS


def test_the_second_person_ends_it_at_once_or_agrees_and_speaks_once(place: Place) -> None:
    assert place.supervisor.id
    place.open(place.officer)
    (opening,) = api.openings(reader=place.supervisor.id, at=AT)
    assert opening.asks
    api.witness(opening_id=opening.id, agree=False, by=place.supervisor, at=AT + timedelta(minutes=1))

    assert place.seen(place.officer, timedelta(minutes=1)).sight is Sight.STATUS
    with pytest.raises(Invalid, match="đã có người chứng kiến"):
        api.witness(opening_id=opening.id, agree=True, by=place.supervisor, at=AT)
    (after,) = api.openings(reader=place.supervisor.id, at=AT)
    assert (after.asks, after.agreed, after.witness_name) == (False, False, place.supervisor.name)


def test_an_administrator_waits_for_the_second_persons_yes(place: Place) -> None:
    assert place.supervisor.id
    administrator = people.officer("administrator")
    assert not place.open(administrator)
    assert place.seen(administrator).sight is Sight.NOTHING
    assert place.told(place.owner) == []
    (opening,) = api.openings(reader=place.supervisor.id, at=AT)

    with pytest.raises(Invalid, match="không tự chứng kiến"):
        api.witness(opening_id=opening.id, agree=True, by=administrator, at=AT)
    api.witness(opening_id=opening.id, agree=True, by=place.supervisor, at=AT)

    assert place.seen(administrator).sight is Sight.ALL
    assert place.told(place.owner) == ["Hồ sơ H01-1 vừa được mở khẩn"]
    assert place.owner.id
    assert api.looks_at(place.owner.id, at=AT)[0][0].actor_name == administrator.name


def test_nobody_opens_without_a_reason_a_second_person_or_from_another_agency(place: Place) -> None:
    for short in ("", "  ", "gấp"):
        with pytest.raises(Invalid) as refused:
            place.open(place.officer, short)
        assert "reason" in refused.value.faults
    for stranger in (people.officer("clerk"), people.officer("inspector"), people.person()):
        with pytest.raises(NotAllowed):
            place.open(stranger)
    alone = Place()
    api.deactivate(officer_id=alone.supervisor.id, by=api_system(), at=AT)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="người thứ hai"):
        alone.open(alone.officer)


def api_system() -> ActorRef:
    return people.SYSTEM


def test_only_who_watches_over_the_agency_reads_and_witnesses_its_openings(place: Place) -> None:
    assert place.officer.id
    place.open(place.officer)
    (own,) = api.openings(reader=place.officer.id, at=AT)
    assert (own.asks, own.link) == (False, "/can-bo/ho-so/H01-1/")
    stranger = people.officer("supervisor")
    assert stranger.id

    assert api.openings(reader=stranger.id, at=AT) == ()
    for other in (stranger, people.officer("clerk", place.unit)):
        with pytest.raises(NotAllowed):
            api.witness(opening_id=own.id, agree=True, by=other, at=AT)

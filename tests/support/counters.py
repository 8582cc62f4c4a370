"""An office with a queue for tests: two services, two windows, an officer at each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tests.support import people
from tests.support.office import Office, office
from tinhso.counter.contracts import Need, Taken
from tinhso.counter.models import Office as QueueOffice
from tinhso.counter.models import Ticket
from tinhso.counter.operations import places, tickets
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counters:
    """The office, its services A and B, its two windows, and who sits at each. Window 1 does A and B."""

    office: Office
    queue: QueueOffice
    a: UUID
    b: UUID
    one: UUID
    two: UUID
    hoa: ActorRef
    lan: ActorRef

    def take(self, letter: str = "a", need: Need = Need.NONE, *, at: datetime) -> Ticket:
        """A number from the kiosk."""
        return tickets.take(service_id=getattr(self, letter), need=need, taken=Taken.KIOSK, at=at)


def counters(*, at: datetime) -> Counters:
    """A new office with its queue."""
    place = office()
    who = {"by": SYSTEM, "at": at}
    queue = places.open_office(
        unit=place.one_stop, slug=f"thu-{new_id().hex[-8:]}", name="Một cửa Thử", **who
    )
    a = places.set_service(office_id=queue, letter="A", name="Hộ tịch", minutes=10, **who)
    b = places.set_service(office_id=queue, letter="B", name="Đất đai", minutes=20, **who)
    one = places.set_window(office_id=queue, number=1, services=[a, b], **who)
    two = places.set_window(office_id=queue, number=2, services=[b], **who)
    lan = people.officer("intake_officer", place.one_stop, name="Trần Thị Lan")
    places.sit(window_id=one, by=place.intake, at=at)
    places.sit(window_id=two, by=lan, at=at)
    return Counters(
        office=place,
        queue=QueueOffice.objects.get(id=queue),
        a=a,
        b=b,
        one=one,
        two=two,
        hoa=place.intake,
        lan=lan,
    )

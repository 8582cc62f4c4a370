"""What the exchange does when others' events happen: tells other systems of merged agencies and units."""

from __future__ import annotations

from datetime import date

import msgspec
from django.utils.translation import gettext_noop as _

from tinhso.directory import api as directory
from tinhso.exchange import jobs
from tinhso.exchange.message_contracts import MessageAnswered
from tinhso.exchange.models import Errand
from tinhso.exchange.publishing.topics import Topic, declare
from tinhso.exchange.publishing.writing import is_wanted, publish
from tinhso.exchange.usage import disputing, noting
from tinhso.foundation import events, moments
from tinhso.identity import api as identity


class Merged(msgspec.Struct, frozen=True):
    """An agency that is gone from `since`, and the codes of those that took its work."""

    code: str
    name: str
    since: date
    successors: tuple[str, ...]


MERGED = declare(
    Topic(
        name="vn.tinhso.agency.merged",
        title=_("Cơ quan sáp nhập, giải thể"),
        subject_is=_("Mã cơ quan"),
        tells=Merged,
        example=Merged("xa-vinh-te", "UBND xã Vĩnh Tế", date(2027, 1, 1), ("phuong-chau-doc",)),
    )
)


@events.subscribe(directory.AgencyDissolved)
def agency_dissolved(event: directory.AgencyDissolved) -> None:
    """Disputes go to who has its work; systems that hold the agency's code are told."""
    jobs.move_disputes.defer()
    if not is_wanted(MERGED):
        return
    gone = directory.agency(event.agency_id, event.effective_date)
    heirs = tuple(sorted(directory.agency(one, event.effective_date).code for one in event.successors))
    publish(MERGED, gone.code, Merged(gone.code, gone.name, event.effective_date, heirs), at=moments.now())


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """Their disputes can no longer be read: what waits is over."""
    disputing.forget(event.person_id, at=event.at)


class UnitMerged(msgspec.Struct, frozen=True):
    """A unit of an agency that is gone from `since`, and the code of the unit that took its work."""

    agency: str
    code: str
    name: str
    since: date
    successor: str


UNIT_MERGED = declare(
    Topic(
        name="vn.tinhso.unit.merged",
        title=_("Đơn vị trong cơ quan sáp nhập"),
        subject_is=_("Mã cơ quan"),
        tells=UnitMerged,
        example=UnitMerged("so-noi-vu", "van-thu", "Bộ phận Văn thư", date(2027, 1, 1), "van-phong"),
    )
)


@events.subscribe(directory.UnitClosed)
def unit_closed(event: directory.UnitClosed) -> None:
    """Disputes go to its successor, for a later day when the clock sees to it; systems that hold the unit's
    code are told, of one agency in order, as units merge one into the other."""
    jobs.move_disputes.defer()
    if not is_wanted(UNIT_MERGED):
        return
    gone, heir = directory.unit(event.unit_id), directory.unit(event.successor)
    agency = directory.agency(gone.agency_id, event.effective_date).code
    told = UnitMerged(agency, gone.code, gone.name, event.effective_date, heir.code)
    publish(UNIT_MERGED, agency, told, at=moments.now())


@events.subscribe(MessageAnswered)
def message_arrived(event: MessageAnswered) -> None:
    """What was said about persons was given to the receiver: each of them reads it in their data log."""
    errand = Errand.objects.get(id=event.message_id)
    if errand.about:
        receiver = noting.Receiver(errand.service.rpartition("/")[0], system=errand.service)
        persons = [bytes(one) for one in errand.about]
        noting.note_hashed(persons, action=errand.reason, to=receiver, at=event.at, message_id=str(errand.id))

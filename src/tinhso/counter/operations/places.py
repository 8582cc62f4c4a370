"""Setting up an office's queue: services, windows, and who sits where."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.counter.contracts import NoSuchOffice, WindowTaken
from tinhso.counter.lifecycle import AT_WINDOW
from tinhso.counter.models import Office, Service, Ticket, Window, WindowService
from tinhso.counter.subjects import OFFICE, of_office
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef

KEY_BYTES = 16


def open_office(*, unit: UUID, slug: str, name: str, by: ActorRef, at: datetime) -> UUID:
    """Give a one-stop unit a queue, or rename it; its id. Raises NotAllowed, Conflict for a taken slug."""
    found = Office.objects.filter(unit_id=unit).first()
    office = found or Office(id=new_id(), unit_id=unit, key=secrets.token_urlsafe(KEY_BYTES))
    on = SubjectRef(kind=OFFICE, id=office.id, units=(unit,))
    with transactions.act("counter.set_up", by=by, at=at, on=on) as work:
        office.slug, office.name = slug, name.strip()
        office.save(force_insert=found is None)
        work.record(slug=slug, name=office.name)
    return office.id


def renew_key(*, office_id: UUID, by: ActorRef, at: datetime) -> None:
    """Shut out the machines opened with the present key; their addresses are new from now on."""
    office = _office(office_id)
    with transactions.act("counter.set_up", by=by, at=at, on=of_office(office)) as work:
        Office.objects.filter(id=office_id).update(key=secrets.token_urlsafe(KEY_BYTES))
        work.record(key="renewed")


def set_rules(
    *, office_id: UUID, priority_in_a_row: int | None, near: int | None, by: ActorRef, at: datetime
) -> None:
    """The office's own figures of the fair rule; None follows the province's."""
    office = _office(office_id)
    with transactions.act("counter.set_up", by=by, at=at, on=of_office(office)) as work:
        Office.objects.filter(id=office_id).update(priority_in_a_row=priority_in_a_row, near=near)
        work.record(priority_in_a_row=priority_in_a_row, near=near)


def set_service(
    *,
    office_id: UUID,
    letter: str,
    name: str,
    minutes: int,
    is_open: bool = True,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Add the service of that letter, or change it; its id. `minutes` is the guess for the first days."""
    office = _office(office_id)
    if not name.strip():
        raise Invalid(_("Hãy ghi tên việc."), faults={"name": _("Hãy ghi tên việc.")})
    with transactions.act("counter.set_up", by=by, at=at, on=of_office(office)) as work:
        service, _made = Service.objects.update_or_create(
            office_id=office_id,
            letter=letter,
            defaults={
                "name": name.strip(),
                "minutes": minutes,
                "open": is_open,
            },
        )
        work.record(service=letter, name=service.name, minutes=minutes, open=is_open)
    return service.id


def set_window(
    *,
    office_id: UUID,
    number: int,
    services: Iterable[UUID],
    name: str = "",
    is_open: bool = True,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Add the window of that number, or change it; its id. Services of other offices are left out."""
    office = _office(office_id)
    with transactions.act("counter.set_up", by=by, at=at, on=of_office(office)) as work:
        window, _made = Window.objects.update_or_create(
            office_id=office_id, number=number, defaults={"name": name.strip(), "open": is_open}
        )
        WindowService.objects.filter(window=window).delete()
        known = Service.objects.filter(office_id=office_id, id__in=list(services)).order_by("letter")
        WindowService.objects.bulk_create(WindowService(window=window, service=one) for one in known)
        work.record(window=number, services=[one.letter for one in known], open=is_open)
    return window.id


def sit(*, window_id: UUID, by: ActorRef, at: datetime) -> None:
    """Sit down at a window; the officer's other window becomes free.

    Raises WindowTaken while another officer sits there, Conflict while a number is open at the other window.
    """
    window = Window.objects.select_related("office").filter(id=window_id, open=True).first()
    if window is None:
        raise NoSuchOffice(_("Không có quầy này hoặc quầy đã đóng. Hãy chọn quầy khác."))
    with transactions.act("counter.sit", by=by, at=at, on=of_office(window.office)) as work:
        locked = Window.objects.select_for_update().get(id=window_id)
        if locked.officer not in (None, by.id):
            raise WindowTaken(
                _("%(who)s đang ngồi quầy %(number)s. Hãy chọn quầy khác.")
                % {"who": locked.officer_name, "number": locked.number}
            )
        _stand_up(by, but=window_id)
        Window.objects.filter(id=window_id).update(officer=by.id, officer_name=by.name, since=at)
        work.record(window=locked.number)


def stand_up(*, office_id: UUID, by: ActorRef, at: datetime) -> None:
    """Leave one's window. Raises Conflict while a number is open there."""
    office = _office(office_id)
    with transactions.act("counter.sit", by=by, at=at, on=of_office(office)) as work:
        _stand_up(by)
        work.record(window=None)


def _stand_up(by: ActorRef, *, but: UUID | None = None) -> None:
    left = Window.objects.filter(officer=by.id)
    if but is not None:
        left = left.exclude(id=but)
    if Ticket.objects.filter(window__in=left, state__in=AT_WINDOW).exists():
        raise Conflict(_("Quầy đang có số chưa xong. Hãy bấm Xong, Vắng hoặc Chuyển trước khi rời quầy."))
    left.update(officer=None, officer_name="", since=None)


def _office(office_id: UUID) -> Office:
    found = Office.objects.filter(id=office_id).first()
    if found is None:
        raise NoSuchOffice(_("Không có hàng chờ này."))
    return found

"""What a service gives out from a day on, and that it gives out no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tinhso.counter.appointment_contracts import Pattern
from tinhso.counter.contracts import NoSuchOffice
from tinhso.counter.models import Opening, Service
from tinhso.counter.subjects import of_office
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef


def open_from(
    *,
    service_id: UUID,
    pattern: Pattern | None,
    first: date,
    sectors: Sequence[str] | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID | None:
    """Let a pattern hold from that day on in place of any other; None gives out nothing more. Its id.

    `sectors` are the fields of procedures whose pages lead here, as before when None. What is booked already
    stays booked. Raises Invalid for a day gone by, NoSuchOffice, NotAllowed.
    """
    service = Service.objects.select_related("office").filter(id=service_id).first()
    if service is None:
        raise NoSuchOffice(_("Không có việc này."))
    if first < today(at):
        fault = _("Ngày bắt đầu phải từ hôm nay trở đi.")
        raise Invalid(fault, faults={"first": fault})
    with transactions.act("counter.set_up", by=by, at=at, on=of_office(service.office)) as work:
        Service.objects.select_for_update(no_key=True).get(id=service.id)
        running = Opening.objects.filter(Q(effective_to=None) | Q(effective_to__gt=first), service=service)
        running.filter(effective_from__gte=first).update(effective_to=F("effective_from"))
        running.filter(effective_from__lt=first).update(effective_to=first)
        made = None
        if pattern is not None:
            made = Opening.objects.create(
                service=service,
                week={str(day): [list(span) for span in hours] for day, hours in pattern.week.items()},
                minutes=pattern.minutes,
                at_once=pattern.at_once,
                ahead_days=pattern.ahead_days,
                cancel_minutes=pattern.cancel_minutes,
                effective_from=first,
            )
        if sectors is not None:
            Service.objects.filter(id=service.id).update(sectors=list(sectors))
        work.record(service=service.letter, first=first.isoformat(), opening=str(made.id) if made else "")
    return made.id if made else None

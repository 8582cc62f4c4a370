"""What the clock does to agreements: reminders before an end, each once; lapses; the end itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.exchange.contracts import AgreementStatus
from tinhso.exchange.models import (
    Agreement,
    ApplicationCertificate,
    Conditions,
    Reminder,
    Terms,
    Transition,
)
from tinhso.exchange.operations import agreements, applications, history, parties, telling
from tinhso.exchange.operations.lives import Step
from tinhso.foundation import legal, transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM

OVER = gettext_noop("Hết thời hạn thỏa thuận")
BEFORE = "exchange_expiry_days"
LAPSED = gettext_noop("Quá hạn chấp nhận điều kiện sử dụng mới")


def marks(at: datetime) -> tuple[int, ...]:
    """How many days before an end people are told, most first."""
    return tuple(sorted(legal.value(BEFORE, on=today(at)), reverse=True))


def mark_of(left: int, at: datetime) -> int | None:
    """Which reminder is due with so many days left: the smallest not yet passed; None while early."""
    fitting = [days for days in marks(at) if 0 <= left <= days]
    return min(fitting) if fitting else None


def remind(*, at: datetime) -> int:
    """Tell both sides what ends in 60, 30, 14, 7 or 1 days, once each; how many were told.

    A reminder missed while nothing ran is made up for by the next one only.
    """
    day = today(at)
    last = day + timedelta(marks(at)[0])
    told = 0
    accepted = Agreement.objects.filter(status=AgreementStatus.ACCEPTED)
    for row in accepted.filter(terms__ends_on__range=(day, last)).select_related(
        "plan__service", "application", "terms"
    ):
        told += _remind_agreement(row, row.terms.ends_on if row.terms else day, at=at)
    certificates = ApplicationCertificate.objects.select_related("application").filter(
        accepted=True, removed_at=None, not_after__range=(at, midnight(last + timedelta(1)))
    )
    for certificate in certificates:
        told += _remind_certificate(certificate, at=at)
    for row, revision in _unaccepted(after=at, before=midnight(last + timedelta(1))):
        told += _remind_conditions(row, revision, at=at)
    return told


def lapse(*, at: datetime) -> int:
    """Write down, once, that an agreement rests because new conditions were not accepted in time.

    Nothing passed from that moment on already, by the guard. Both sides hear of it.
    """
    lapsed = 0
    for row, revision in _unaccepted(after=None, before=at):
        with transactions.act(
            "exchange.end_agreement", by=SYSTEM, at=at, on=parties.agreement_ref(row)
        ) as work:
            held = agreements.held(row.id, lock=True)
            since = Transition.objects.filter(
                agreement=held, kind=Step.CONDITIONS_LAPSED, at__gte=revision.due_at
            )
            if since.exists() or held.conditions_accepted >= revision.revision:
                work.leave_no_entry()
                continue
            history.write(held, Step.CONDITIONS_LAPSED, before=held.status, ground=LAPSED, by=SYSTEM, at=at)
            agreements.tell_all(held, _("bị dừng: chưa chấp nhận điều kiện sử dụng mới"), by=SYSTEM, at=at)
            work.record(conditions=revision.revision)
        lapsed += 1
    return lapsed


def end_over(*, at: datetime) -> int:
    """Close agreements whose last day is gone, but those whose renewal waits to be decided; how many."""
    waiting = Terms.objects.filter(accepted=None).values("agreement")
    over = Agreement.objects.filter(status=AgreementStatus.ACCEPTED, terms__ends_on__lt=today(at)).exclude(
        id__in=waiting
    )
    ids = list(over.order_by("id").values_list("id", flat=True))
    for id in ids:
        row = agreements.held(id)
        with transactions.act(
            "exchange.end_agreement", by=SYSTEM, at=at, on=parties.agreement_ref(row)
        ) as work:
            agreements.end(id, ground=OVER, by=SYSTEM, at=at)
            work.record(over=True)
    return len(ids)


def _unaccepted(*, after: datetime | None, before: datetime) -> list[tuple[Agreement, Conditions]]:
    """Agreements whose plan has material conditions, due in that time, that they have not accepted; with the
    newest of these."""
    due = Q(due_at__lte=before) if after is None else Q(due_at__gt=after, due_at__lte=before)
    newest = Conditions.objects.filter(due, material=True, revision__gt=1)
    by_plan = {row["plan"]: row["last"] for row in newest.values("plan").annotate(last=Max("revision"))}
    revisions = {(row.plan_id, row.revision): row for row in newest.filter(plan__in=by_plan)}
    rows = Agreement.objects.filter(status=AgreementStatus.ACCEPTED, plan__in=by_plan).select_related(
        "plan__service", "application", "terms"
    )
    return [
        (row, revisions[row.plan_id, by_plan[row.plan_id]])
        for row in rows.order_by("id")
        if row.conditions_accepted < by_plan[row.plan_id]
    ]


def _remind_agreement(row: Agreement, ends_on: date, *, at: datetime) -> int:
    facts = {"what": _("Thỏa thuận %s") % row.number, "of": row.application.name}
    owners = parties.owners_of(row.plan.service, at=at) | parties.operators(at=at)
    return _told(
        "agreement",
        row.id,
        ends_on,
        facts,
        {
            f"{agreements.HOME}{row.id}/": owners,
            f"{agreements.PORTAL}{row.id}/": parties.developers_of(row.application),
        },
        at=at,
    )


def _remind_certificate(row: ApplicationCertificate, *, at: datetime) -> int:
    facts = {"what": _("Chứng thư %s") % row.holder, "of": row.application.name}
    return _told(
        "certificate",
        row.id,
        today(row.not_after),
        facts,
        {
            f"{applications.HOME}{row.application_id}/": parties.operators(at=at),
            f"{applications.PORTAL}{row.application_id}/": parties.developers_of(row.application),
        },
        at=at,
    )


def _remind_conditions(row: Agreement, revision: Conditions, *, at: datetime) -> int:
    facts = {
        "what": _("Thời hạn chấp nhận điều kiện sử dụng mới của thỏa thuận %s") % row.number,
        "of": row.application.name,
    }
    developers = parties.developers_of(row.application)
    links = {f"{agreements.PORTAL}{row.id}/": developers}
    return _told("conditions", row.id, today(revision.due_at), facts, links, at=at)


def _told(
    kind: str,
    subject_id: UUID,
    ends_on: date,
    facts: Mapping[str, str],
    whom: Mapping[str, frozenset[UUID]],
    *,
    at: datetime,
) -> int:
    """Tell people by page, unless this very reminder was sent; 1 when it was sent now."""
    left = (ends_on - today(at)).days
    days = mark_of(left, at)
    if days is None:
        return 0
    with transactions.act("exchange.end_agreement", by=SYSTEM, at=at) as work:
        _row, made = Reminder.objects.get_or_create(
            kind=kind,
            subject_id=subject_id,
            ends_on=ends_on,
            days=days,
            defaults={"id": new_id(), "told_at": at},
        )
        if not made:
            work.leave_no_entry()
            return 0
        words = {**facts, "days": str(left), "day": f"{ends_on:%d/%m/%Y}"}
        for link, officers in whom.items():
            telling.tell(officers, telling.ENDS, words, link=link, by=None, at=at)
        work.record(kind=kind, subject=str(subject_id), days=days)
    return 1

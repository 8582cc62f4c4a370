"""Reads of messages, for those who look after them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tinhso.exchange.message_contracts import AttemptView, MessageKind, MessageState, MessageView, Outcome
from tinhso.exchange.messages.clients import clients
from tinhso.exchange.messages.dead import REPLAYABLE
from tinhso.exchange.models import Attempt, Errand
from tinhso.foundation.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class Looking:
    """What a list asks for; empty means any. `word` is a business key, an issue, or an id of a message or of
    the log."""

    state: str = MessageState.DEAD
    client: str = ""
    service: str = ""
    fault_code: str = ""
    word: str = ""
    since: datetime | None = None
    until: datetime | None = None


def listed(
    asked: Looking, *, units: Collection[UUID] | None, after: str = "", limit: int = PAGE
) -> tuple[tuple[MessageView, ...], str]:
    """Messages of these units (None: all), newest first, and the mark of the next page. One query."""
    rows = Errand.objects.defer("request", "answer", "fingerprint")
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    exact = {
        "state": asked.state,
        "client": asked.client,
        "service": asked.service,
        "fault_code": asked.fault_code,
        "made_at__gte": asked.since,
        "made_at__lt": asked.until,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.word:
        rows = rows.filter(_named(asked.word))
    if before := _mark(after):
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    page = found[:limit]
    return tuple(_view(row) for row in page), str(page[-1].id) if len(found) > limit else ""


def _named(word: str) -> Q:
    named = Q(business_key=word) | Q(issue=word) | Q(request_id=word)
    id = _mark(word)
    return named | Q(id=id) if id else named


def _mark(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def faults(*, units: Collection[UUID] | None) -> tuple[tuple[str, str, str, int], ...]:
    """What dead messages failed by: client, service, fault's code or outcome, and how many. One query."""
    rows = Errand.objects.filter(state=MessageState.DEAD)
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    counted = rows.values_list("client", "service", "fault_code").annotate(count=Count("*"))
    return tuple(counted.order_by("-count", "client", "service", "fault_code"))


def one(message_id: UUID, *, units: Collection[UUID] | None) -> MessageView:
    """One message with its tries, latest first. Raises NotFound. Two queries."""
    rows = Errand.objects.defer("answer", "fingerprint").filter(id=message_id)
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    row = rows.first()
    if row is None:
        raise NotFound(_("Không có tin này, hoặc tin thuộc đơn vị khác."))
    tries = Attempt.objects.filter(message=row).order_by("-number")[:PAGE]
    return _view(row, tuple(_attempt(each) for each in tries), replayable=_replayable(row))


def _replayable(row: Errand) -> bool:
    sent = row.kind == MessageKind.SEND and row.state in REPLAYABLE
    return sent and row.request is not None and row.client in clients


def _attempt(row: Attempt) -> AttemptView:
    return AttemptView(
        number=row.number,
        at=row.at,
        seconds=row.milliseconds / 1000,
        outcome=Outcome(row.outcome),
        status=row.status,
        fault_code=row.fault_code,
        detail=row.detail,
        request_id=row.request_id,
    )


def _view(row: Errand, attempts: tuple[AttemptView, ...] = (), *, replayable: bool = False) -> MessageView:
    return MessageView(
        id=row.id,
        client=row.client,
        title=str(clients.get(row.client).title) if row.client in clients else row.client,
        kind=MessageKind(row.kind),
        state=MessageState(row.state),
        business_key=row.business_key,
        service=row.service,
        verb=row.verb,
        path=row.path,
        issue=row.issue,
        reason=row.reason,
        personal=bool(row.about),
        by_name=row.by_name,
        owner_role=row.owner_role,
        unit_id=row.unit_id,
        made_at=row.made_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
        tries=row.tries,
        outcome=row.outcome,
        fault_code=row.fault_code,
        detail=row.detail,
        status=row.status,
        request_id=row.request_id,
        replayable=replayable,
        attempts=attempts,
    )

"""Dead letters: replayed alone or many at once, or given up, by who looks after them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.exchange.message_contracts import MessageKind, MessageState
from tinhso.exchange.messages.clients import clients
from tinhso.exchange.messages.delivering import deliver
from tinhso.exchange.models import Errand
from tinhso.exchange.open_work import open_work
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity

MOST_AT_ONCE = 10_000
REPLAY, GIVE_UP = "exchange.replay_message", "exchange.give_up_message"
KEEPERS = (identity.Role.LEADER, identity.Role.SPECIALIST, identity.Role.CLERK)
"""Who looks after the messages of a unit."""
REPLAYABLE = (MessageState.DEAD, MessageState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Range:
    """Which messages to replay: of a service, a fault's code and a client where given, that ended in
    [since, until). Those that were answered only with `answered`, as when the receiver lost data."""

    since: datetime
    until: datetime
    service: str = ""
    fault_code: str = ""
    client: str = ""
    answered: bool = False


def subject_of(message_id: UUID, unit_id: UUID | None) -> SubjectRef:
    """A message as identity judges it."""
    return SubjectRef("exchange_errand", message_id, units=(unit_id,) if unit_id else ())


def replay(message_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Send a dead message again with all its tries, or an answered one, under the same `X-Road-Id`.

    Raises NotFound, NotAllowed, Conflict when it is neither or was forgotten.
    """
    with transactions.act(REPLAY, by=by, at=at, on=_subject(message_id)) as work:
        message = Errand.objects.select_for_update().get(id=message_id)
        if message.state not in REPLAYABLE or message.kind != MessageKind.SEND:
            raise Conflict(_("Tin này không gửi lại được: đang chờ gửi, hoặc đã có người xử lý."))
        if message.request is None:
            raise Conflict(_("Nội dung tin này đã được xóa sau thời hạn giữ, không gửi lại được."))
        if message.client not in clients:
            raise Conflict(_("Phiên bản này không còn phần gửi %(name)s.") % {"name": message.client})
        _again(Errand.objects.filter(id=message_id), at=at)
        work.record(client=message.client, fault=message.fault_code)
        work.defer(deliver, message_id=str(message_id))


def replay_range(of: Range, *, by: ActorRef, at: datetime) -> int:
    """Replay all messages of a range that `by` looks after, at most 10,000; the number.

    Raises NotAllowed, Invalid for a range that ends before it begins.
    """
    if of.until <= of.since:
        raise Invalid(_("Thời điểm cuối phải sau thời điểm đầu."))
    chosen = in_range(of, units_of(by, at))
    with transactions.act(REPLAY, by=by, at=at, on=None) as work:
        ids = list(
            chosen.select_for_update(skip_locked=True)
            .order_by("made_at")
            .values_list("id", flat=True)[:MOST_AT_ONCE]
        )
        _again(Errand.objects.filter(id__in=ids), at=at)
        for each in ids:
            work.defer(deliver, message_id=str(each))
        work.record(count=len(ids), service=of.service, fault=of.fault_code, client=of.client)
    return len(ids)


def in_range(of: Range, units: Collection[UUID] | None) -> QuerySet[Errand]:
    """Messages of a range that can be replayed, of these units (None: all)."""
    states = REPLAYABLE if of.answered else (MessageState.DEAD,)
    rows = Errand.objects.filter(
        kind=MessageKind.SEND,
        state__in=states,
        client__in=[name for name, _client in clients],
        request__isnull=False,
        ended_at__gte=of.since,
        ended_at__lt=of.until,
    )
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    asked = {"service": of.service, "fault_code": of.fault_code, "client": of.client}
    return rows.filter(**{name: value for name, value in asked.items() if value})


def units_of(by: ActorRef, at: datetime) -> frozenset[UUID] | None:
    """The units whose messages this officer looks after; None for all of the province."""
    if identity.acting_as(by, "exchange.oversee_messages", None, at) is not None:
        return None
    return identity.units_held(by, KEEPERS, at)


def give_up(message_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Close a dead message for good. Raises NotFound, NotAllowed, Invalid without a reason, Conflict."""
    if not reason.strip():
        raise Invalid(_("Hãy ghi vì sao bỏ tin này."), faults={"ly-do": _("Hãy ghi lý do.")})
    with transactions.act(GIVE_UP, by=by, at=at, on=_subject(message_id)) as work:
        message = Errand.objects.select_for_update().get(id=message_id)
        if message.state != MessageState.DEAD:
            raise Conflict(_("Tin này đã có người xử lý."))
        keep = clients.get(message.client).keep if message.client in clients else None
        Errand.objects.filter(id=message_id).update(
            state=MessageState.GIVEN_UP, ended_at=at, forget_at=at + keep if keep else at
        )
        open_work.changed()
        work.record(client=message.client, reason=reason.strip())


def _again(rows: QuerySet[Errand], *, at: datetime) -> None:
    rows.update(
        state=MessageState.WAITING,
        next_at=at,
        ended_at=None,
        forget_at=None,
        claimed_until=None,
        tries_since=0,
    )
    open_work.changed()


def _subject(message_id: UUID) -> SubjectRef:
    message = Errand.objects.filter(id=message_id).first()
    if message is None:
        raise NotFound(_("Không có tin này."))
    return subject_of(message.id, message.unit_id)

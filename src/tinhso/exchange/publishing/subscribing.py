"""Who is told of what: other systems subscribed by an administrator, their secrets, rest and replay."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from tinhso.exchange.models import Delivery, Published, Subscription
from tinhso.exchange.publishing import pushing, signing
from tinhso.exchange.publishing.topics import topics
from tinhso.exchange.publishing.writing import wanted
from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionState
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity

ACT, READ = "exchange.manage_subscription", "exchange.read_events"
BOTH_SECRETS = timedelta(days=7)
"""So long the former secret signs beside the new one."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a system is told of, and where."""

    system: str
    topics: Sequence[str]
    url: str = ""
    token_id: UUID | None = None
    client: str = ""
    contact: str = ""
    unit_id: UUID | None = None


def subject(subscription_id: UUID) -> SubjectRef:
    """A subscription as identity judges it."""
    return SubjectRef("exchange_subscription", subscription_id)


def subscribe(terms: Terms, *, by: ActorRef, at: datetime) -> tuple[UUID, str]:
    """Tell a system from now on; the subscription's id and its secret, shown once. Raises Invalid, Conflict
    when the token has a subscription."""
    _check(terms)
    id = new_id()
    with transactions.act(ACT, by=by, at=at, on=subject(id)) as work:
        _begin(id, terms, at=at)
        work.record(system=terms.system, topics=sorted(set(terms.topics)), url=terms.url)
    return id, signing.secret(id, 1)


def subscribe_reader(terms: Terms, *, by: ActorRef, at: datetime) -> tuple[UUID, str]:
    """Let a system poll from now on; the subscription's id and its machine token, shown once.

    Raises Invalid.
    """
    id = new_id()
    _check(replace(terms, token_id=id))
    with transactions.act(ACT, by=by, at=at, on=subject(id)) as work:
        token, secret = _token(terms.system, by=by, at=at)
        _begin(id, replace(terms, token_id=token), at=at)
        work.record(system=terms.system, topics=sorted(set(terms.topics)), polls=True)
    return id, secret


def _begin(id: UUID, terms: Terms, *, at: datetime) -> None:
    last = Published.objects.aggregate(last=Max("position"))["last"] or 0
    Subscription.objects.create(
        id=id,
        system=terms.system.strip(),
        client=terms.client,
        topics=sorted(set(terms.topics)),
        url=terms.url,
        token_id=terms.token_id,
        contact=terms.contact,
        unit_id=terms.unit_id,
        since=last,
        made_at=at,
    )
    wanted.changed()


def _token(system: str, *, by: ActorRef, at: datetime) -> tuple[UUID, str]:
    name = _("Nhận sự kiện: %(system)s") % {"system": system.strip()}
    return identity.create_token(name=name, acts_allowed=[READ], by=by, at=at)


def renew_token(subscription_id: UUID, *, by: ActorRef, at: datetime) -> str:
    """A machine token by which the system polls, shown once; the former one stands no more.

    Raises NotFound.
    """
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        former = row.token_id
        row.token_id, secret = _token(row.system, by=by, at=at)
        row.save(update_fields=["token_id"])
        if former is not None:
            with suppress(identity.BadToken):
                identity.revoke_token(token_id=former, by=by, at=at)
        work.record(token=str(row.token_id))
    return secret


def change(subscription_id: UUID, terms: Terms, *, by: ActorRef, at: datetime) -> None:
    """Change what a system is told of, and where; what waits goes to the new address. Raises Invalid,
    NotFound."""
    _check(terms)
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        row.system, row.topics, row.url = terms.system.strip(), sorted(set(terms.topics)), terms.url
        row.client, row.contact, row.unit_id, row.token_id = (
            terms.client,
            terms.contact,
            terms.unit_id,
            terms.token_id,
        )
        row.save()
        wanted.changed()
        work.record(system=row.system, topics=row.topics, url=row.url)


def renew_secret(subscription_id: UUID, *, by: ActorRef, at: datetime) -> str:
    """A new secret, shown once; the former signs beside it for seven days. Raises NotFound."""
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        row.former_number, row.former_until = row.secret_number, at + BOTH_SECRETS
        row.secret_number += 1
        row.save(update_fields=["secret_number", "former_number", "former_until"])
        work.record(secret=row.secret_number)
    return signing.secret(subscription_id, row.secret_number)


def pause(subscription_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Push nothing more for now; what is published waits. Raises NotFound, Invalid without a reason."""
    if not reason.strip():
        raise Invalid(_("Hãy ghi vì sao tạm dừng."))
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        row.state, row.because = SubscriptionState.PAUSED, reason.strip()
        row.save(update_fields=["state", "because"])
        work.record(paused=reason.strip())


def resume(subscription_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Push again, what waited first. Raises NotFound."""
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        row.state, row.because, row.failing_since = SubscriptionState.ACTIVE, "", None
        row.save(update_fields=["state", "because", "failing_since"])
        pushing.waiting_again(Q(subscription=row), at=at, states=[DeliveryState.WAITING])
        work.record(resumed=True)


def end(subscription_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Tell the system nothing more. Raises NotFound."""
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        row.state, row.ended_at = SubscriptionState.ENDED, at
        row.save(update_fields=["state", "ended_at"])
        wanted.changed()
        work.record(ended=True)


def replay(
    subscription_id: UUID, *, since: datetime, until: datetime, dead_only: bool, by: ActorRef, at: datetime
) -> int:
    """Push again the events of [since, until), in order: the dead ones, or all; how many. Raises NotFound."""
    states = [DeliveryState.DEAD] if dead_only else [DeliveryState.DEAD, DeliveryState.DELIVERED]
    with transactions.act(ACT, by=by, at=at, on=subject(subscription_id)) as work:
        row = _held(subscription_id)
        chosen = Q(subscription=row, event__at__gte=since, event__at__lt=until)
        count = pushing.waiting_again(chosen, at=at, states=states)
        work.record(replayed=count)
    return count


def replay_one(delivery_id: int, *, by: ActorRef, at: datetime) -> None:
    """Push one event again, whether it came, died or was left out.

    Raises NotFound, Conflict while it waits.
    """
    delivery = _delivery(delivery_id)
    with transactions.act(ACT, by=by, at=at, on=subject(delivery.subscription_id)) as work:
        _held(delivery.subscription_id)
        ended = [state for state in DeliveryState if state is not DeliveryState.WAITING]
        if not pushing.waiting_again(Q(id=delivery_id), at=at, states=ended):
            raise Conflict(_("Sự kiện này đang chờ gửi."))
        work.record(replayed_one=str(delivery.position))


def give_up(delivery_id: int, *, by: ActorRef, at: datetime) -> None:
    """Leave a dead event out, so that later ones of its subject go on. Raises NotFound, Conflict."""
    delivery = _delivery(delivery_id)
    with transactions.act(ACT, by=by, at=at, on=subject(delivery.subscription_id)) as work:
        changed = Delivery.objects.filter(id=delivery_id, state=DeliveryState.DEAD).update(
            state=DeliveryState.GIVEN_UP, ended_at=at
        )
        if not changed:
            raise Conflict(_("Sự kiện này đã có người xử lý."))
        work.record(left_out=str(delivery.position))


def _delivery(delivery_id: int) -> Delivery:
    found = Delivery.objects.filter(id=delivery_id).first()
    if found is None:
        raise NotFound(_("Không có sự kiện này."))
    return found


def _held(subscription_id: UUID) -> Subscription:
    row = Subscription.objects.select_for_update().filter(id=subscription_id, ended_at=None).first()
    if row is None:
        raise NotFound(_("Không có đăng ký nhận sự kiện này."))
    return row


def _check(terms: Terms) -> None:
    faults = {}
    if not terms.system.strip():
        faults["he-thong"] = _("Nhập tên hệ thống nhận.")
    if not terms.topics or any(name not in topics for name in terms.topics):
        faults["chu-de"] = _("Chọn ít nhất một chủ đề có trong danh sách.")
    if not terms.url and terms.token_id is None:
        faults["dia-chi"] = _("Nhập địa chỉ nhận, hoặc mã máy để hệ thống tự lấy.")
    if terms.url and not _good(terms.url):
        faults["dia-chi"] = _("Địa chỉ nhận phải là https://máy-chủ/đường-dẫn, không kèm tài khoản.")
    if faults:
        raise Invalid(_("Cần sửa trước khi lưu."), faults=faults)


def _good(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and not settings.PRODUCTION)
    return secure and bool(parts.hostname) and parts.username is None and not parts.fragment

"""Browsers that show messages: subscribed and ended by their owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, transactions
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify.carriers import push
from tinhso.notify.carriers.sealing import check_keys, unb64
from tinhso.notify.contracts import BadDevice
from tinhso.notify.models import Browser

PURPOSE = "notify.browser"
LONGEST_ENDPOINT, MOST_LABEL = 1000, 80
MOST_DEVICES = 10
CHOOSE = "notify.choose"


def subscribe(
    *,
    account: UUID,
    endpoint: str,
    p256dh: str,
    auth: str,
    label: str,
    by: ActorRef,
    on: SubjectRef,
    at: datetime,
) -> UUID:
    """Let a browser show messages of an account; its id. The same again changes nothing.

    A browser shows the messages of one account: that of the last who asked. Raises BadDevice, NotAllowed.
    """
    _check(endpoint, p256dh, auth)
    hashed = crypto.keyed_hash(PURPOSE, endpoint)
    with transactions.act(CHOOSE, by=by, at=at, on=on) as work:
        held = Browser.objects.select_for_update().filter(endpoint_hash=hashed, ended_at=None).first()
        if held and held.account_id == account:
            return held.id
        if held:
            _end(held, _("Máy này chuyển sang người khác dùng."), at=at)
        theirs = Browser.objects.filter(account_id=account, ended_at=None).order_by("since")
        for oldest in theirs[: max(0, theirs.count() - MOST_DEVICES + 1)]:
            _end(oldest, _("Quá số máy, máy cũ nhất thôi nhận tin."), at=at)
        words = orjson.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth})
        row = Browser.objects.create(
            account_id=account,
            endpoint_hash=hashed,
            sealed=crypto.seal(account, words),
            label=label[:MOST_LABEL],
            since=at,
        )
        work.record(browser=str(row.id))
    return row.id


def unsubscribe(*, account: UUID, browser_id: UUID, by: ActorRef, on: SubjectRef, at: datetime) -> None:
    """Show nothing more in a browser. Raises NotFound, NotAllowed."""
    with transactions.act(CHOOSE, by=by, at=at, on=on) as work:
        held = Browser.objects.filter(id=browser_id, account_id=account, ended_at=None).first()
        if held is None:
            raise NotFound(_("Máy này không còn trong danh sách."))
        _end(held, _("Chủ tài khoản đã tắt."), at=at)
        work.record(browser=str(held.id))


def _end(row: Browser, why: str, *, at: datetime) -> None:
    Browser.objects.filter(id=row.id).update(ended_at=at, ended_why=why)


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        endpoint.encode()
        if len(endpoint) > LONGEST_ENDPOINT or "\x00" in endpoint or not push.allowed(endpoint):
            raise ValueError("not a push service we call")
        check_keys(p256dh=unb64(p256dh), auth=unb64(auth))
    except ValueError:
        raise BadDevice(_("Trình duyệt này chưa nhận thông báo được. Hãy thử trình duyệt khác.")) from None

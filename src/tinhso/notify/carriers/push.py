"""Handing a message to the push service of a browser (RFC 8030).

A topic made of the message's key lets the push service, and the browser by the same tag, replace a message
that it got twice.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from fnmatch import fnmatch
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, http
from tinhso.notify.carriers import vapid
from tinhso.notify.carriers.outcomes import NotDelivered, Refused
from tinhso.notify.carriers.sealing import b64, sealed, unb64
from tinhso.notify.carriers.sms import key_of
from tinhso.notify.models import Attempt, Browser, Message
from tinhso.notify.saying import Said

NAME = "push"
TIMEOUTS = http.Timeouts(connect=3, read=8, total=12)
LIFE = timedelta(days=2)
MOST_LETTERS = 600
GONE = frozenset({404, 410})
PASSING = frozenset({408, 425, 429})


def allowed(endpoint: str) -> bool:
    """Whether an address lies at a push service we call: browsers give addresses, so they are not trusted."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(fnmatch(host, pattern) for pattern in settings.MESSAGING.push.hosts)
    return known and not parts.username and (parts.scheme == "https" or not settings.PRODUCTION)


def carry(message: Message, _address: str, said: Said, *, at: datetime) -> None:
    """Hand one message over. Raises NotDelivered, or Refused when the browser has ended the subscription."""
    browser = message.browser
    if browser is None or browser.ended_at is not None:
        raise Refused(_("Máy này không còn nhận thông báo."))
    known = orjson.loads(crypto.unseal(browser.account_id, bytes(browser.sealed)))
    if not allowed(known["endpoint"]):
        raise Refused(_("Dịch vụ đẩy thông báo của máy này không được phép."))
    attempt = Attempt.objects.create(message=message, provider=NAME, asked_at=at)
    Message.objects.filter(id=message.id).update(provider=NAME)
    try:
        status = _post(message, known, said, at=at)
        if status in GONE:
            Browser.objects.filter(id=browser.id, ended_at=None).update(
                ended_at=at, ended_why=_("Trình duyệt đã tắt thông báo.")
            )
            raise Refused(f"{NAME}: {status}")
        if not 200 <= status < 300:
            passing = status in PASSING or status >= 500
            raise (NotDelivered if passing else Refused)(f"{NAME}: {status}")
    except NotDelivered as fault:
        outcome = "refused" if isinstance(fault, Refused) else "not_taken"
        Attempt.objects.filter(id=attempt.id).update(outcome=outcome, detail=str(fault))
        raise
    Attempt.objects.filter(id=attempt.id).update(outcome="accepted")


def _post(message: Message, known: dict[str, str], said: Said, *, at: datetime) -> int:
    tag = message.id.hex
    link = f"{settings.ORIGIN}{said.link}" if said.link else ""
    words = {"title": said.subject, "body": said.body[:MOST_LETTERS], "link": link, "tag": tag}
    body = sealed(orjson.dumps(words), p256dh=unb64(known["p256dh"]), auth=unb64(known["auth"]))
    try:
        answer = http.call(
            "POST",
            known["endpoint"],
            service=NAME,
            headers={
                "authorization": vapid.authorization(known["endpoint"], at=at),
                "content-encoding": "aes128gcm",
                "content-type": "application/octet-stream",
                "ttl": str(int(LIFE.total_seconds())),
                "topic": b64(hashlib.sha256(key_of(message).encode()).digest()[:24]),
                "urgency": "high" if message.urgent else "normal",
            },
            content=body,
            timeouts=TIMEOUTS,
        )
    except http.Unanswered as fault:
        raise NotDelivered(f"{NAME}: {fault.code}") from None
    return answer.status

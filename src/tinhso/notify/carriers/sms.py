"""Handing an SMS to one of two providers, never to both.

The provider is written down before it is asked. One that surely did not take the message (no connection, 429,
a refusal of our account) is followed by the other. One that may have it (no answer in time, a broken or
unreadable answer, 5xx) is only ever asked again itself, under the same key; it answers as the first time.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.notify.carriers import providers
from tinhso.notify.carriers.outcomes import Doubtful, NotDelivered, Refused
from tinhso.notify.models import Attempt, Message
from tinhso.notify.saying import Said

TIMEOUTS = http.Timeouts(connect=3, read=8, total=12)
TAKEN = frozenset({200, 202})
OURS_TO_MEND = frozenset({401, 402, 403, 404, 429})


class _NotTaken(Exception):
    """The provider surely does not have the message."""


def key_of(message: Message) -> str:
    """The key a carrier knows this message by; an officer's sending anew makes another."""
    return f"{message.id.hex}-{message.round}"


def carry(message: Message, number: str, said: Said, *, at: datetime) -> None:
    """Hand one SMS over. Raises NotDelivered, Doubtful, Refused."""
    if message.provider:
        try:
            _ask(message, message.provider, number, said, at=at)
            return
        except _NotTaken as fault:
            # It was in doubt before, and this answer says nothing of the earlier try.
            raise Doubtful(str(fault)) from None
    tried: list[str] = []
    reason = _("Chưa có nhà cung cấp SMS nào nhận được tin.")
    while (name := providers.choose(without=tried, at=at)) is not None:
        tried.append(name)
        _pin(message, name)
        try:
            _ask(message, name, number, said, at=at)
            return
        except _NotTaken as fault:
            reason = str(fault)
            _pin(message, "")
        except Refused:
            _pin(message, "")
            raise
    raise NotDelivered(reason)


def _pin(message: Message, name: str) -> None:
    message.provider = name
    Message.objects.filter(id=message.id).update(provider=name)


def _ask(message: Message, name: str, number: str, said: Said, *, at: datetime) -> None:
    attempt = Attempt.objects.create(message=message, provider=name, asked_at=at)
    try:
        _post(message, name, number, said)
    except _NotTaken as fault:
        _end(attempt, "not_taken", str(fault))
        providers.failed(name, at=at)
        raise
    except Doubtful as fault:
        _end(attempt, "doubtful", str(fault))
        providers.failed(name, at=at)
        raise
    except Refused as fault:
        _end(attempt, "refused", str(fault))
        raise
    _end(attempt, "accepted", "")
    providers.worked(name)


def _end(attempt: Attempt, outcome: str, detail: str) -> None:
    Attempt.objects.filter(id=attempt.id).update(outcome=outcome, detail=detail)


def _post(message: Message, name: str, number: str, said: Said) -> None:
    provider = next((one for one in settings.MESSAGING.sms if one.name == name), None)
    if provider is None:
        raise Refused(_("Nhà cung cấp SMS này không còn dùng."))
    words = {
        "request_id": key_of(message),
        "brandname": settings.MESSAGING.brandname,
        "to": number,
        "text": said.body,
    }
    try:
        answer = http.call(
            "POST",
            f"{provider.url}/v1/messages",
            service=name,
            headers={"authorization": f"Bearer {provider.token}"},
            json=words,
            timeouts=TIMEOUTS,
        )
    except (http.TimedOut, http.Refused) as fault:
        if fault.facts.get("reached"):
            raise Doubtful(f"{name}: {fault.code}") from None
        raise _NotTaken(f"{name}: {fault.code}") from None
    except http.BadAnswer as fault:
        raise Doubtful(f"{name}: {fault.code}") from None
    _judge(answer, key=key_of(message))


def _judge(answer: http.Answer, *, key: str) -> None:
    if answer.status in TAKEN:
        try:
            told = answer.json()
        except http.BadAnswer:
            told = None
        if not isinstance(told, dict) or told.get("request_id") != key or not told.get("message_id"):
            raise Doubtful(f"{answer.service}: an answer that cannot be read")
        return
    if answer.status in OURS_TO_MEND:
        raise _NotTaken(f"{answer.service}: {answer.status}")
    if 400 <= answer.status < 500:
        raise Refused(f"{answer.service}: {answer.status}")
    raise Doubtful(f"{answer.service}: {answer.status}")

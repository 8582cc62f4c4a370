"""Handing a message to Zalo's notification service (ZNS), under one tracking id for all tries.

Zalo promises nothing for a tracking id sent twice, so a message that it may have is not sent again: its
receipt or an officer decides.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.notify.carriers.outcomes import Doubtful, DoubtfulForGood, NotDelivered, Refused
from tinhso.notify.carriers.sms import key_of
from tinhso.notify.models import Attempt, Message
from tinhso.notify.saying import Said

NAME = "zalo"
TIMEOUTS = http.Timeouts(connect=3, read=8, total=12)
# Numbers of Zalo's published list that time or an administrator can mend; any other is about this message.
PASSING = frozenset({-115, -124, -126, -132, -133, -135, -136, -137, -140, -141})


def carry(message: Message, number: str, said: Said, *, at: datetime) -> None:
    """Hand one message over. Raises NotDelivered, DoubtfulForGood; Refused for a phone without Zalo."""
    if not settings.MESSAGING.zalo.url or said.params is None:
        raise Refused(_("Kênh Zalo không còn dùng."))
    left_open = Attempt.objects.filter(message=message, provider=NAME, outcome="asked")
    if left_open.update(outcome="doubtful"):
        raise DoubtfulForGood(_("Máy chủ dừng giữa chừng, chưa rõ Zalo đã nhận hay chưa."))
    attempt = Attempt.objects.create(message=message, provider=NAME, asked_at=at)
    Message.objects.filter(id=message.id).update(provider=NAME)
    try:
        _judge(_asked(message, number, said))
    except NotDelivered as fault:
        outcome = (
            "doubtful"
            if isinstance(fault, Doubtful)
            else "refused"
            if isinstance(fault, Refused)
            else "not_taken"
        )
        Attempt.objects.filter(id=attempt.id).update(outcome=outcome, detail=str(fault))
        raise
    Attempt.objects.filter(id=attempt.id).update(outcome="accepted")


def _asked(message: Message, number: str, said: Said) -> http.Answer:
    zalo = settings.MESSAGING.zalo
    try:
        return http.call(
            "POST",
            f"{zalo.url}/message/template",
            service=NAME,
            headers={"access_token": zalo.token},
            json={"phone": number, "tracking_id": key_of(message), **(said.params or {})},
            timeouts=TIMEOUTS,
        )
    except (http.TimedOut, http.Refused, http.BadAnswer) as fault:
        kind = DoubtfulForGood if fault.facts.get("reached", True) else NotDelivered
        raise kind(f"{NAME}: {fault.code}") from None


def _judge(answer: http.Answer) -> None:
    try:
        told = answer.json() if answer.ok else None
    except http.BadAnswer:
        told = None
    if not isinstance(told, dict) or type(told.get("error")) is not int:
        raise DoubtfulForGood(f"{NAME}: {answer.status}")
    number = told["error"]
    if number == 0:
        return
    if number in PASSING:
        raise NotDelivered(f"{NAME}: {number}")
    raise Refused(f"{NAME}: {number}")

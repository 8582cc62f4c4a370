"""What waits for somebody on each page of the exchange, in few words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import ngettext

from tinhso.exchange.models import Delivery, KeyRequest
from tinhso.exchange.open_work import open_work
from tinhso.exchange.publishing_contracts import DeliveryState
from tinhso.exchange.queries import agreements
from tinhso.foundation.refs import ActorRef


def at_places(acts: Collection[str], *, actor: ActorRef, at: datetime) -> dict[str, str]:
    """Sentences by page, of those that these acts open; nothing for a page where nothing waits."""
    found = dict[str, str]()
    if "exchange.see_diagnostics" in acts:
        if bad := open_work().troubles:
            found["chan-doan/"] = ngettext("%(n)d nơi trục trặc", "%(n)d nơi trục trặc", bad) % {"n": bad}
        if keys := KeyRequest.objects.filter(ended_at=None).count():
            words = ngettext("%(n)d khóa chờ chứng thư", "%(n)d khóa chờ chứng thư", keys)
            found["may-chu/"] = words % {"n": keys}
    if "exchange.see_agreement" in acts and (count := agreements.waiting(actor, at=at)):
        found["thoa-thuan/"] = ngettext("%(n)d việc chờ", "%(n)d việc chờ", count) % {"n": count}
    if "exchange.manage_subscription" in acts and (
        dead := Delivery.objects.filter(state=DeliveryState.DEAD, subscription__ended_at=None).count()
    ):
        words = ngettext("%(n)d sự kiện không gửi được", "%(n)d sự kiện không gửi được", dead)
        found["su-kien/"] = words % {"n": dead}
    return found

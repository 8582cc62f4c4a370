"""What is asked of somebody who wants a result by post, one form for all, and what it costs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.outcomes import DeliveryView
from tinhso.forms import api as forms
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.text import format_money

CODE, PAGE, PART = "nhan-buu-dien", "nguoi-nhan", "buu_dien"


def publish(*, at: datetime) -> UUID:
    """Publish the form that this release carries; its id. The same again changes nothing."""
    return forms.publish(code=CODE, definition=forms.shipped()[CODE], by=SYSTEM, at=at)


def form() -> UUID:
    """The form in force. Raises LookupError in a province without its reference data."""
    found = forms.latest(CODE)
    if found is None:
        raise LookupError(f"the form {CODE} is not published")
    return found.id


def fee(answers: dict[str, Any], *, on: date) -> int:
    """What the receiver pays in whole đồng (`post_delivery_fee`): within the province, or beyond it."""
    known = answers.get(PART, {}).get("dia_chi", {})
    rule = legal.value("post_delivery_fee", on=on)
    return int(rule["within" if known.get("ma_xa") else "beyond"])


def fees(*, on: date) -> dict[str, str]:
    """Both sums in words, before an address is known."""
    rule = legal.value("post_delivery_fee", on=on)
    return {name: format_money(int(rule[name])) for name in ("within", "beyond")}


def view(answers: dict[str, Any], *, chosen_at: datetime) -> DeliveryView:
    """What was answered, as other rooms and pages read it."""
    given = answers.get(PART, {})
    place = given.get("dia_chi") or {}
    parts = (place.get("chi_tiet", ""), place.get("xa", ""))
    return DeliveryView(
        name=given.get("nguoi_nhan", ""),
        phone=given.get("dien_thoai", ""),
        address=", ".join(part for part in parts if part),
        originals=given.get("ban_chinh") is True,
        fee=fee(answers, on=today(chosen_at)),
        chosen_at=chosen_at,
    )


def in_words(view: DeliveryView) -> str:
    """To whom and where, and what is paid on delivery, on one line."""
    return _("Qua bưu điện, giao cho %(name)s, %(phone)s, %(address)s. Trả %(fee)s khi nhận.") % {
        "name": view.name,
        "phone": view.phone,
        "address": view.address,
        "fee": format_money(view.fee),
    }

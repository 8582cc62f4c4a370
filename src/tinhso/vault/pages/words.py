"""Documents, links and uses as the pages say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation.moments import local
from tinhso.vault.contracts import DocumentView, ShareView, Source, State, UseView

ROOT = "/cua-toi/giay-to/"
HUES = {State.VALID: "green", State.EXPIRED: "grey", State.REVOKED: "red", State.REPLACED: "grey"}


def day(value: date | None) -> str:
    """A legal day as it is written."""
    return f"{value:%d/%m/%Y}" if value else ""


def row(document: DocumentView, *, on: date) -> dict[str, Any]:
    """A document in a list."""
    state = document.state(on)
    return {
        "id": document.id,
        "href": f"{ROOT}{document.id}/",
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "source": document.source.label,
        "state": state.label,
        "hue": HUES[state],
        "valid": state is State.VALID,
        "last": day(document.valid_to - timedelta(days=1)) if document.valid_to else "",
        "issued": day(document.issued_on or document.valid_from),
    }


def facts(document: DocumentView, *, on: date) -> list[Any]:
    """What is known of a document, for a summary list."""
    told = row(document, on=on)
    ended = f"{local(document.ended_at):%d/%m/%Y}" if document.ended_at else ""
    rows = [
        (_("Số"), document.number),
        (_("Nơi cấp"), document.issuer),
        (_("Ngày cấp"), told["issued"]),
        (_("Dùng được đến hết ngày"), told["last"]),
        (_("Thu hồi ngày"), ended if document.ended_because else ""),
        (_("Căn cứ thu hồi"), document.ended_because),
        (_("Có bản thay thế từ ngày"), ended if document.replaced_by else ""),
        (_("Nguồn"), document.source.label),
        (_("Vào kho lúc"), f"{local(document.kept_at):%H:%M, %d/%m/%Y}"),
    ]
    return [(name, value) for name, value in rows if value]


def may_remove(document: DocumentView) -> bool:
    """Whether its owner may take it out."""
    return document.source is Source.UPLOADED


def told(uses: Iterable[UseView], *, with_title: bool) -> list[dict[str, Any]]:
    """Uses as lines of a timeline. One query for the units."""
    found = list(uses)
    names = directory.names([use.unit for use in found if use.unit])
    lines = []
    for use in found:
        who = ", ".join(part for part in (use.who, names.get(use.unit, "") if use.unit else "") if part)
        if use.address and use.unit is None:
            who = _("%(who)s (tự khai), từ địa chỉ mạng %(address)s") % {"who": who, "address": use.address}
        title = f"{use.kind.label}: {use.title}" if with_title else use.kind.label
        when = f"{local(use.at):%H:%M, %d/%m/%Y}"
        lines.append({"title": title, "at": local(use.at), "when": when, "by": who, "text": use.why})
    return lines


def link(share: ShareView, *, origin: str, open_now: bool) -> dict[str, Any]:
    """A link in its owner's list."""
    if open_now:
        state, hue = _("Đang mở"), "green"
    elif share.locked:
        state, hue = _("Đã tự đóng vì nhập sai mã nhiều lần"), "red"
    elif share.ended_at is not None:
        state, hue = _("Đã đóng"), "grey"
    else:
        state, hue = _("Đã hết hạn hoặc hết lượt"), "grey"
    return {
        "id": share.id,
        "title": share.title,
        "purpose": share.purpose,
        "address": f"{origin}/chia-se/{share.token}/",
        "until": f"{local(share.until):%H:%M, %d/%m/%Y}",
        "used": share.used,
        "most": share.most,
        "guarded": share.guarded,
        "state": state,
        "hue": hue,
        "open": open_now,
    }

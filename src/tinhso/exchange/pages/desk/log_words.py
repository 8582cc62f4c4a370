"""The log's facts in the words of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping.condition import Condition
from tinhso.exchange.keeping.records import Proof
from tinhso.exchange.keeping.search import Found, Wanted
from tinhso.foundation.moments import LOCAL

FIELDS = {
    "ma": "message_id",
    "yeu-cau": "request_id",
    "ben-hoi": "client",
    "dich-vu": "service",
    "nguoi": "user_id",
    "viec": "issue",
}
"""Words of the address, and what they search."""
LATE = timedelta(minutes=10)
SILENT = timedelta(minutes=5)
MOST = 255


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the list asks for: `faults` are sentences by word."""

    wanted: Wanted
    faults: dict[str, str]

    @property
    def given(self) -> bool:
        """Whether anything is looked for at all."""
        return self.wanted != Wanted()


def asked(query: QueryDict) -> Asked:
    """Reads an address; what cannot be read is told and left out."""
    words: dict[str, Any] = {}
    for word, name in FIELDS.items():
        if text := query.get(word, "").strip():
            words[name] = text[:MOST].replace("\x00", "")
    faults = {}
    for word, name in (("tu", "since"), ("den", "until")):
        if text := query.get(word, "").strip():
            try:
                words[name] = datetime.fromisoformat(text).replace(tzinfo=LOCAL)
            except (ValueError, OverflowError):
                faults[word] = _("Nhập ngày và giờ, ví dụ 29/11/2026 08:30.")
    if query.get("ben") in ("client", "service"):
        words["side"] = query["ben"]
    return Asked(Wanted(**words), faults)


def proof(found: Found) -> tuple[str, str]:
    """What a message proves: colour of the tag, and words."""
    if found.proof is Proof.NONE:
        return "red", _("không có bằng chứng")
    if found.stamped_at is None:
        return "amber", _("chờ dấu thời gian")
    if found.proof is Proof.DIGESTS:
        return "blue", _("chỉ có mã băm")
    return "green", _("đủ bằng chứng")


def kind(found: Found) -> str:
    """Request or response, and on which side of it this server stood."""
    if found.side == "client":
        return _("trả lời nhận về") if found.response else _("yêu cầu gửi đi")
    return _("trả lời gửi đi") if found.response else _("yêu cầu nhận về")


def mode(found: Found) -> str:
    """How much of the message is kept (§11.2)."""
    return {
        BodyLog.FULL: _("giữ toàn bộ"),
        BodyLog.MASKED: _("nội dung đã che"),
        BodyLog.METADATA: _("chỉ giữ thông tin chung"),
    }.get(BodyLog(found.mode), found.mode)


def stamping(found: Condition, at: datetime) -> tuple[str, str] | None:
    """What is wrong with time-stamps, and how bad it is (`red`, `amber`); None when all is well."""
    if found.refuses(at):
        return "red", _(
            "Đã ngừng nhận thông điệp: không lấy được dấu thời gian từ %(since)s. "
            "%(waiting)s chữ ký đang chờ. Lỗi: %(error)s"
        ) % _facts(found)
    if found.failing_since is not None:
        return "red", _(
            "Không lấy được dấu thời gian từ %(since)s (%(tries)s lần). %(waiting)s chữ ký đang chờ. "
            "Trao đổi sẽ ngừng sau %(refuses)s. Lỗi: %(error)s"
        ) % _facts(found)
    if found.oldest is not None and at - found.oldest > LATE and _silent(found, at):
        return "red", _(
            "Tiến trình đóng dấu thời gian không chạy; %(waiting)s chữ ký đang chờ. "
            "Hãy chạy «tinhso exchange stamp»."
        ) % _facts(found)
    if found.oldest is not None and at - found.oldest > LATE:
        return "amber", _("%(waiting)s chữ ký chờ dấu thời gian quá 10 phút.") % _facts(found)
    return None


def _silent(found: Condition, at: datetime) -> bool:
    return found.looked_at is None or at - found.looked_at > SILENT


def _facts(found: Condition) -> dict[str, object]:
    return {
        "since": _said(found.failing_since),
        "refuses": _said(found.refuses_after),
        "tries": found.tries,
        "waiting": found.waiting,
        "error": found.error,
    }


def _said(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime("%H:%M %d/%m/%Y") if at else _("không bao giờ")

"""Everyday words that people may look for a procedure by, made from what it says of itself."""

from __future__ import annotations

import re

from tinhso.studio.contracts import Body

MOST = 8
_OFFICE = re.compile(r"^(thủ tục\s+)?(hành chính\s+)?", re.IGNORECASE)
_VERBS = (
    ("cấp lại ", ("làm lại ", "xin cấp lại ")),
    ("cấp đổi ", ("đổi ",)),
    ("cấp ", ("xin ", "làm ")),
    ("đăng ký lại ", ("làm lại giấy ",)),
    ("đăng ký ", ("làm ", "khai báo ")),
    ("xác nhận ", ("xin xác nhận ", "giấy xác nhận ")),
    ("gia hạn ", ("xin gia hạn ", "kéo dài ")),
    ("hỗ trợ ", ("xin hỗ trợ ", "tiền hỗ trợ ")),
    ("công nhận ", ("xin công nhận ",)),
)
"""How people say what offices say, by the beginning."""


def everyday_words(body: Body) -> tuple[str, ...]:
    """At most eight phrases that the description does not have yet, likeliest first."""
    known = {str(word).lower() for word in body.get("words") or ()}
    said: list[str] = []
    for name in (body.get("short_name"), body.get("name")):
        plain = _OFFICE.sub("", str(name or "")).strip()
        if not plain:
            continue
        low = plain[:1].lower() + plain[1:]
        said += _spoken(low)
        said.append(low)
    for result in body.get("results") or ():
        named = str(result.get("name") or "").strip() if isinstance(result, dict) else ""
        if named:
            low = named[:1].lower() + named[1:]
            said += [f"làm {low}", f"xin {low}"]
    short = [phrase for phrase in said if len(phrase.split()) <= MOST and phrase.lower() not in known]
    return tuple(dict.fromkeys(short))[:MOST]


def _spoken(low: str) -> list[str]:
    for office, people in _VERBS:
        if low.startswith(office):
            return [spoken + low.removeprefix(office) for spoken in people]
    return [f"làm {low}"]

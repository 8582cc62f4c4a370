"""The table of legal bases: title and number run together, numbers recognised by their issuer."""

from __future__ import annotations

import re

from tinhso.procedures.contracts import LegalBasis
from tinhso.procedures.importer.texts import clean, said

HEAD = "Tên văn bản pháp lýMã văn bản"
ISSUERS = [
    "BNNPTNT",
    "BNN&PTNT",
    "BLĐTBXH",
    "BVHTTDL",
    "BNNMT",
    "BGTVT",
    "BTNMT",
    "BKHĐT",
    "BKHCN",
    "BGDĐT",
    "BTTTT",
    "VKSNDTC",
    "TANDTC",
    "UBTVQH",
    "VPCP",
    "BHXH",
    "UBND",
    "HĐND",
    "NHNN",
    "TTCP",
    "KTNN",
    "BDTTG",
    "BTC",
    "BTP",
    "BCA",
    "BXD",
    "BYT",
    "BCT",
    "BNV",
    "BQP",
    "BNG",
    "BNN",
    "UBDT",
    "TCHQ",
    "TTg",
    "CP",
    "QH",
]
KINDS = "TTLT|VBHN|NĐ|NÐ|TT|QĐ|NQ|CT|PL|TB|CV|HD|KH|QC|L"
NUMBER = re.compile(
    r"(?P<serial>\d+(?:\.\d+)?)(?P<year>/\d{4})?/"
    rf"(?P<tail>QH\d{{2}}|UBTVQH\d{{2}}|(?:{KINDS})-(?:{'|'.join(ISSUERS)})(?:\d{{2}}(?=-|$))?(?:-(?:{'|'.join(ISSUERS)}))*"
    rf"|(?:{KINDS})-[A-ZĐ]{{2,8}}(?![a-zà-ỹ]))"
)
TYPE = re.compile(
    r"(?:Luật|Bộ luật|Nghị định|Thông tư(?: liên tịch)?|Quyết định|Nghị quyết|Pháp lệnh)?\s*(?:số)?\s*$"
)


def bases(text: str) -> tuple[LegalBasis, ...]:
    """The legal documents, each once, in order; none when the text is not such a table."""
    body = said(text.split(HEAD, 1)[1]) if HEAD in text else ""
    found: dict[str, LegalBasis] = {}
    start = 0
    for match in NUMBER.finditer(body):
        serial_at = _serial_at(body, match)
        if not _ends_entry(body, serial_at, match.end()):
            continue
        number = f"{body[serial_at : match.end('serial')]}{match['year'] or ''}/{match['tail']}"
        title = clean(TYPE.sub("", body[start:serial_at])).strip(" .;,-")
        start = match.end()
        if number not in found or not found[number].title:
            found[number] = LegalBasis(number=number, title=title)
    return tuple(found.values())


def _serial_at(body: str, match: re.Match[str]) -> int:
    """Where the number begins: a year glued before it ("năm 2020" + "76/2025") is not part of it."""
    serial = match["serial"]
    if len(serial.split(".")[0]) > 4 and serial[:2] in {"19", "20"}:
        return match.start() + 4
    return match.start()


def _ends_entry(body: str, start: int, end: int) -> bool:
    before, after = body[start - 1 : start], body[end : end + 1]
    glued = bool(before) and not before.isspace() and before not in "(/,;"
    return glued or not after or after.isupper() or after.isdigit()

"""The table of papers: a heading per case, then name, form file and counts run together.

    Hồ sơ cấp mới:Tên giấy tờMẫu đơn, tờ khaiSố lượngĐơn đề nghị;Mau01.docx1 bản chính,1 bản saoẢnh1 bản chính

Counts stand glued to what is before them and carry one digit and no leading zero; the same words
inside a name do not ("01 bản chính hoặc 01 bản sao", "(01 bản chính)").
"""

from __future__ import annotations

import re

from tinhso.procedures.importer.contracts import PaperRow
from tinhso.procedures.importer.texts import clean

HEAD = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
SECTION = "Thành phần hồ sơ"
COUNTS = re.compile(r"(?P<run>\d+) bản chính(?:,(?P<copies>\d{1,3}?) bản sao)?")
FILE = re.compile(r"[^\n]{0,120}?\.(?:docx?|pdf|xlsx?|rtf|odt|zip|rar|jpe?g|png)$", re.IGNORECASE)
FILE_START = re.compile(r"(?<=[a-zà-ỹ\d.;:,)”\"])(?=[A-ZĐ])|(?<=[.;:])(?=\d)")
LETTERS = re.compile(r"\w{2}")


def rows(text: str) -> tuple[PaperRow, ...]:
    """The papers with their case; none when the text is not such a table."""
    blocks = text.split(HEAD)
    case = _case(blocks[0])
    found: list[PaperRow] = []
    for block in blocks[1:]:
        start = 0
        for match in COUNTS.finditer(block):
            if _inside_name(block, match):
                continue
            name, form = _name_and_form(block[start : match.end("run") - 1])
            found.append(PaperRow(case, name, int(match["run"][-1]), int(match["copies"] or 0), form))
            start = match.end()
        case = _case(block[start:])
    return tuple(row for row in found if LETTERS.search(row.name) or row.form_file)


def left_over(text: str) -> str:
    """What stands behind the last count: a remark or a paper without a count."""
    last = text.split(HEAD)[-1] if HEAD in text else ""
    ends = [match.end() for match in COUNTS.finditer(last) if not _inside_name(last, match)]
    rest = clean(last[ends[-1] if ends else 0 :])
    return rest if LETTERS.search(rest) else ""


def _inside_name(block: str, match: re.Match[str]) -> bool:
    before = block[match.start() - 1 : match.start()]
    run = match["run"]
    if before == "(" or (run[0] == "0" and len(run) == 2):
        return True
    after = block[match.end() : match.end() + 2]
    return before == " " and len(run) == 1 and re.match(r" ?[a-zà-ỹ]| [^A-ZĐ(*+-]", after) is not None


def _case(text: str) -> str:
    words = clean(text.rsplit(SECTION, 1)[-1]).strip("-–—+*. \n").strip()
    return words if LETTERS.search(words) else ""


def _name_and_form(cell: str) -> tuple[str, str]:
    """The paper's name and the file of its form, glued behind it."""
    words = clean(cell)
    found = FILE.search(words[-130:])
    if found is None:
        return words, ""
    starts = [match.start() for match in FILE_START.finditer(words) if match.start() >= len(words) - 130]
    stem = words.rfind(".")
    starts = [place for place in starts if place < stem]
    if not starts:
        return words, ""
    return words[: starts[-1]].strip(), words[starts[-1] :].strip()

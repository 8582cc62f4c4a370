"""From a clerk's text to a tree. Never raises and takes time in proportion to the text: faults have places.

# Tên văn bản            ## Trích yếu           ### Đề mục
> dòng giữa              - gạch đầu dòng        | ô | ô |
Nhãn :: giá trị          **đậm**  __nghiêng__   \\* dấu để nguyên
{{con.ho_ten}}  {{phi|tien}}  {{cha.ho_ten?}}   [[ghi chú: nhãn]]
[[nếu …]] … [[khác]] … [[hết]]   [[trang mới]]  [[về việc: …]]  [[nơi nhận]]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.studio.documents.conditions import NotUnderstood, rule_of
from tinhso.studio.documents.tree import Block, Choice, Document, Fault, Line, NewPage, Piece, Run, Spot

LONGEST = 20_000
MOST_PAGES = 20
MOST_CELLS = 12
DEEPEST = 5
LONGEST_FIELD = 200
LONGEST_CONDITION = 500
_MARKS = re.compile(r"\\(?P<kept>[^\w\s])|(?P<bold>\*\*)|(?P<italic>__)|(?P<open>\{\{|\[\[)")
_FIELD = re.compile(r"\s*(?P<path>[^\s|?{}]+)\s*(?P<maybe>\?)?\s*(?:\|\s*(?P<shape>\w+)\s*)?(?P<late>\?)?\s*")
_STARTS = {"### ": "heading", "## ": "about", "# ": "title", "> ": "centred", "- ": "dash"}
_ALONE = re.compile(r"\[\[(?P<word>[^\[\]:{}]*?)(?::(?P<rest>.*))?\]\]")
_CONDITION = re.compile(r"\[\[\s*nếu\b(?P<rule>.*)\]\]", re.IGNORECASE)
_NOTE = re.compile(r"\s*ghi chú\b(?P<label>.*)", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    """A condition that is still open: where its blocks go."""

    spot: Spot
    written: str
    rule: object
    then: list[Block] = field(default_factory=list)
    otherwise: list[Block] = field(default_factory=list)
    turned: bool = False

    @property
    def blocks(self) -> list[Block]:
        return self.otherwise if self.turned else self.then


@dataclass(slots=True)
class _Reading:
    """The state of reading: blocks so far, open conditions, faults."""

    asked: Mapping[str, forms.Asked]
    blocks: list[Block] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    subject: Run = ()
    recipients: list[Run] = field(default_factory=list)
    closing: bool = False
    pages: int = 1

    @property
    def here(self) -> list[Block]:
        return self.opened[-1].blocks if self.opened else self.blocks

    def wrong(self, spot: Spot, sentence: str) -> None:
        self.faults.append(Fault(spot, sentence))


def read(text: str, asked: Mapping[str, forms.Asked] | None = None) -> Document:
    """The document that a text says. `asked`: the form's answers by path, whose choices conditions name."""
    text = unicodedata.normalize("NFC", text)
    state = _Reading(asked or {})
    if len(text) > LONGEST:
        state.wrong(
            Spot(1, 1),
            _("Mẫu dài quá %(most)s ký tự. Hãy rút gọn.") % {"most": f"{LONGEST:,}".replace(",", ".")},
        )
        text = text[:LONGEST]
    for number, line in enumerate(re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text), start=1):
        if line.strip():
            _line(state, line, number)
    for left in reversed(state.opened):
        state.wrong(
            left.spot, _("“nếu” này chưa có [[hết]]. Hãy thêm một dòng [[hết]] sau phần có điều kiện.")
        )
    while state.opened:
        _close(state)
    return Document(
        blocks=tuple(_headed(state.blocks)),
        subject=state.subject,
        recipients=tuple(state.recipients),
        faults=tuple(state.faults),
    )


def _line(state: _Reading, line: str, number: int) -> None:
    shown = line.strip()
    column = len(line) - len(line.lstrip()) + 1
    spot = Spot(number, column, len(shown))
    condition = _CONDITION.fullmatch(shown)
    if condition is not None:
        _condition(state, condition, spot)
        return
    alone = _ALONE.fullmatch(shown)
    if alone is not None and _directive(state, alone, spot):
        return
    if state.closing:
        state.recipients.append(_run(state, shown.removeprefix("- "), spot, 2 * shown.startswith("- ")))
        return
    style = next((start for start in _STARTS if shown.startswith(start)), "")
    if style:
        state.here.append(Line(spot, _STARTS[style], (_run(state, shown[len(style) :], spot, len(style)),)))
    elif shown.startswith("|"):
        state.here.append(_row(state, shown, spot))
    elif " :: " in shown or shown.endswith(" ::"):
        label, mark, value = shown.partition(" ::")
        run = _run(state, value, spot, len(label) + len(mark))
        state.here.append(Line(spot, "fact", (_run(state, label, spot, 0), run)))
    else:
        state.here.append(Line(spot, "paragraph", (_run(state, shown, spot, 0),)))


def _condition(state: _Reading, found: re.Match[str], spot: Spot) -> None:
    if state.closing:
        state.wrong(
            spot, _("Phần nơi nhận không đặt điều kiện được. Hãy đưa điều kiện lên trên [[nơi nhận]].")
        )
        return
    if len(state.opened) >= DEEPEST:
        state.wrong(spot, _("Điều kiện lồng nhau quá sâu. Hãy tách ra."))
        return
    before = len(found["rule"]) - len(found["rule"].lstrip(" :"))
    written: str = found["rule"].strip(" :")[:LONGEST_CONDITION]
    rule: object = True
    try:
        if len(written) == LONGEST_CONDITION:
            raise NotUnderstood(_("Điều kiện quá dài. Hãy tách ra."))
        rule = rule_of(written, state.asked)
    except NotUnderstood as fault:
        start = found.start("rule") + before + fault.at
        state.wrong(Spot(spot.line, spot.column + start, fault.length), fault.sentence)
    state.opened.append(_Open(spot, written, rule))


def _directive(state: _Reading, found: re.Match[str], spot: Spot) -> bool:
    """Obey a line that is one directive; False for one that belongs to a run, such as a place to fill."""
    word, rest = " ".join(found["word"].lower().split()), found["rest"]
    if word in ("khác", "ngược lại"):
        if state.opened and not state.opened[-1].turned:
            state.opened[-1].turned = True
        else:
            state.wrong(spot, _("[[khác]] phải đứng giữa [[nếu …]] và [[hết]]."))
    elif word == "hết":
        if state.opened:
            _close(state)
        else:
            state.wrong(spot, _("[[hết]] này không có [[nếu …]] đứng trước."))
    elif word == "trang mới":
        state.pages += 1
        if state.pages == MOST_PAGES + 1:
            state.wrong(spot, _("Mẫu có quá nhiều trang. Hãy rút gọn."))
        state.here.append(NewPage(spot))
    elif word == "về việc" and rest is not None:
        state.subject = _run(state, rest, spot, found.start("rest"))
    elif word == "nơi nhận":
        state.closing = True
        if state.opened:
            state.wrong(spot, _("[[nơi nhận]] phải đứng sau [[hết]]."))
    else:
        return False
    return True


def _close(state: _Reading) -> None:
    done = state.opened.pop()
    state.here.append(
        Choice(done.spot, done.written, done.rule, tuple(_headed(done.then)), tuple(_headed(done.otherwise)))
    )


def _headed(blocks: list[Block]) -> Iterator[Block]:
    """The first row of a table, when another follows, names its columns."""
    before: Block | None = None
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if isinstance(block, Line) and _is_row(block) and not _is_row(before) and _is_row(after):
            yield replace(block, head=True)
        else:
            yield block
        before = block


def _is_row(block: Block | None) -> bool:
    return isinstance(block, Line) and block.style == "row"


def _row(state: _Reading, shown: str, spot: Spot) -> Line:
    inner = shown[1:].removesuffix("|")
    cells, at = [], 1
    for cell in _cells(inner):
        cells.append(_run(state, cell, spot, at))
        at += len(cell) + 1
    if len(cells) > MOST_CELLS:
        state.wrong(spot, _("Bảng nhiều nhất %(most)d cột.") % {"most": MOST_CELLS})
        cells = cells[:MOST_CELLS]
    return Line(spot, "row", tuple(cells))


def _cells(row: str) -> Iterator[str]:
    """The cells of a row: `|` parts them, not within `{{…}}` and not after a backslash."""
    start, at = 0, 0
    while at < len(row):
        if row.startswith("{{", at) and (end := row.find("}}", at)) > 0:
            at = end + 2
        elif row[at] == "\\":
            at += 2
        else:
            if row[at] == "|":
                yield row[start:at]
                start = at + 1
            at += 1
    yield row[start:]


def _run(state: _Reading, text: str, line: Spot, offset: int) -> Run:
    """The pieces of a stretch of a line that begins `offset` characters after the line's first."""
    pieces: list[Piece] = []
    plain: list[str] = []
    bold = italic = False
    since = {"bold": 0, "italic": 0}
    at = 0

    def spot(start: int, length: int = 1) -> Spot:
        return Spot(line.line, line.column + offset + start, max(length, 1))

    def flush(until: int) -> None:
        if said := "".join(plain):
            pieces.append(Piece(spot(max(until - len(said), 0), len(said)), said, bold=bold, italic=italic))
        plain.clear()

    lead = len(text) - len(text.lstrip())
    text = text.rstrip()
    at = lead
    while found := _MARKS.search(text, at):
        plain.append(text[at : found.start()])
        at = found.end()
        if found["kept"]:
            plain.append(found["kept"])
        elif found["open"]:
            end = text.find("}}" if found["open"] == "{{" else "]]", at)
            if end < 0:
                state.wrong(spot(found.start(), 2), _("Dấu %(mark)s chưa đóng.") % {"mark": found["open"]})
                plain.append(found["open"])
                continue
            flush(found.start())
            inner, place = text[at:end], spot(found.start(), end + 2 - found.start())
            made = _field(state, inner, place) if found["open"] == "{{" else _note(state, inner, place)
            if made is not None:
                pieces.append(replace(made, bold=bold, italic=italic))
            at = end + 2
        else:
            flush(found.start())
            kind = "bold" if found["bold"] else "italic"
            since[kind] = found.start()
            bold, italic = bold ^ (kind == "bold"), italic ^ (kind == "italic")
    plain.append(text[at:])
    flush(len(text))
    for kind, left, mark in (("bold", bold, "**"), ("italic", italic, "__")):
        if left:
            state.wrong(
                spot(since[kind], 2),
                _("Dấu %(mark)s chưa đóng. Muốn in nguyên dấu này, hãy viết \\ trước nó.") % {"mark": mark},
            )
    return tuple(pieces)


def _field(state: _Reading, inner: str, place: Spot) -> Piece | None:
    found = _FIELD.fullmatch(inner) if len(inner) <= LONGEST_FIELD else None
    if found is None:
        state.wrong(place, _("Không hiểu trường này. Ví dụ: {{con.ho_ten}}, {{phi|tien}}, {{cha.ho_ten?}}."))
        return None
    return Piece(
        place, path=found["path"], shape=found["shape"] or "", optional=bool(found["maybe"] or found["late"])
    )


def _note(state: _Reading, inner: str, place: Spot) -> Piece | None:
    found = _NOTE.fullmatch(inner)
    if found is None:
        state.wrong(
            place,
            _(
                "Không hiểu dấu này. Dùng được: [[ghi chú: nhãn]]; và một mình một dòng: [[nếu …]], [[khác]],"
                " [[hết]], [[trang mới]], [[về việc: …]], [[nơi nhận]]."
            ),
        )
        return None
    label = " ".join(found["label"].lstrip(" :").split())
    optional, label = label.endswith("?"), label.removesuffix("?").strip()
    if not label:
        state.wrong(place, _("Ghi chú này chưa có nhãn. Ví dụ: [[ghi chú: Điều kiện kèm theo]]."))
        return None
    return Piece(place, note=label[:120], optional=optional)

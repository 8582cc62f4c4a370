"""What is wrong with a document, seen with the form it is filled from, each fault at its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.studio.documents.tree import Block, Choice, Document, Fault, Line, NewPage, Piece, Run, Spot

MOST = 50
"""Faults told at once; the rest are seen when these are mended."""
_ONCE = ("title", "about", "heading")


@dataclass(frozen=True, slots=True)
class Known:
    """What a document may say: the answers of the form by path, the facts of a dossier by name with labels.

    `sometimes` are answers asked only in some cases. `definition` is None without a sound form; `unsound` is
    a form that has still to be mended. A `slip` takes words in its middle only; nobody fills places in it.
    """

    asked: Mapping[str, forms.Asked]
    facts: Mapping[str, str]
    sometimes: frozenset[str] = frozenset()
    definition: Mapping[str, Any] | None = None
    unsound: bool = False
    slip: bool = False


def known(definition: dict[str, Any] | None, facts: Mapping[str, str], *, slip: bool = False) -> Known:
    """What there is to say with this form; without a form, or with one that is not sound, facts only."""
    if definition is None:
        return Known({}, facts, slip=slip)
    if forms.unsound(definition):
        return Known({}, facts, unsound=True, slip=slip)
    asked = {one.path: one for one in forms.asked_by(definition)}
    return Known(asked, facts, forms.sometimes(definition), definition, slip=slip)


def faults(document: Document, names: Known) -> tuple[Fault, ...]:
    """Everything wrong with a document, in the order of its text, at most `MOST`."""
    if names.unsound:
        mend = _("Tờ khai còn chỗ sai nên chưa kiểm được các trường. Hãy sửa tờ khai trước.")
        return (*document.faults[: MOST - 1], Fault(Spot(1, 1), mend))
    found = [*document.faults, *_blocks(document.blocks, names, conditional=False)]
    for run in (document.subject, *document.recipients):
        found += _pieces(run, names, conditional=False, table=None)
        if names.slip and run:
            found.append(Fault(run[0].spot, _("Phiếu của một cửa không có phần này. Hãy bỏ đi.")))
    return tuple(sorted(found, key=lambda fault: (fault.spot.line, fault.spot.column)))[:MOST]


def _blocks(blocks: tuple[Block, ...], names: Known, *, conditional: bool) -> Iterator[Fault]:
    for block in blocks:
        if isinstance(block, Choice):
            yield from _condition(block, names)
            yield from _blocks(block.then, names, conditional=True)
            yield from _blocks(block.otherwise, names, conditional=True)
        elif not isinstance(block, NewPage):
            yield from _line(block, names, conditional=conditional)


def _condition(block: Choice, names: Known) -> Iterator[Fault]:
    if names.definition is None:
        yield Fault(block.spot, _("Chưa có tờ khai nên chưa đặt điều kiện được. Hãy soạn tờ khai trước."))
        return
    unknown = [path for path in forms.reads(block.rule) if not _is_answer(path, names)]
    for path in unknown:
        yield Fault(block.spot, _unknown(path, names))
    if not unknown:
        try:
            forms.check_condition(block.rule, dict(names.definition))
        except forms.RuleFaulty as fault:
            yield Fault(block.spot, fault.message)


def _is_answer(path: str, names: Known) -> bool:
    return path == "today" or path in names.asked or path.removesuffix(".ma_xa") in names.asked


def _line(line: Line, names: Known, *, conditional: bool) -> Iterator[Fault]:
    once = line.style in _ONCE or line.head
    tables = {
        names.asked[piece.path].table
        for cell in line.cells
        for piece in cell
        if piece.path in names.asked and names.asked[piece.path].table
    }
    if len(tables) > 1:
        yield Fault(line.spot, _("Một dòng chỉ lặp theo một bảng. Dòng này dùng cột của nhiều bảng."))
    table = None if once else next(iter(tables), "")
    for cell in line.cells:
        yield from _pieces(cell, names, conditional=conditional, table=table)


def _pieces(run: Run, names: Known, *, conditional: bool, table: str | None) -> Iterator[Fault]:
    """`table` is the one whose rows the line repeats, empty for none; None where nothing can be repeated."""
    for piece in run:
        if piece.note:
            yield from _note(piece, names)
        elif piece.path == paper.NUMBER_OF_ROW:
            if not table:
                yield Fault(piece.spot, _("{{stt}} chỉ dùng trong dòng lặp theo một bảng của tờ khai."))
        elif piece.path:
            yield from _value(piece, names, conditional=conditional, table=table)


def _note(piece: Piece, names: Known) -> Iterator[Fault]:
    if names.slip:
        yield Fault(piece.spot, _("Phiếu của một cửa không có chỗ cho cán bộ ghi thêm. Hãy bỏ ghi chú này."))
    try:
        paper.check(piece.note)
    except paper.TemplateRefused:
        yield Fault(piece.spot, _("Nhãn này có từ mà máy in giữ riêng. Hãy đặt nhãn khác, bằng tiếng Việt."))


def _value(piece: Piece, names: Known, *, conditional: bool, table: str | None) -> Iterator[Fault]:
    asked = names.asked.get(piece.path)
    shape = paper.SHAPES.get(piece.shape)
    if asked is None and piece.path not in names.facts:
        yield Fault(piece.spot, _unknown(piece.path, names))
        return
    if shape is None:
        yield Fault(
            piece.spot,
            _("Không có cách viết “%(shape)s”. Dùng được: %(shapes)s.")
            % {"shape": piece.shape, "shapes": ", ".join(filter(None, paper.SHAPES))},
        )
    elif shape.kinds and (asked is None or asked.kind not in shape.kinds):
        yield Fault(
            piece.spot,
            _("“%(label)s” không viết theo cách “%(shape)s” được.")
            % {"label": asked.named if asked else names.facts[piece.path], "shape": piece.shape},
        )
    if asked is None:
        return
    if asked.kind is forms.Kind.TABLE:
        yield Fault(
            piece.spot,
            _("“%(label)s” là một bảng. Hãy dùng các cột của nó, dòng sẽ tự lặp.") % {"label": asked.named},
        )
    elif asked.kind is forms.Kind.FILE:
        yield Fault(piece.spot, _("“%(label)s” là tệp nên không in được.") % {"label": asked.named})
    elif asked.table and table is None:
        yield Fault(
            piece.spot,
            _("“%(label)s” là cột của bảng, không dùng ở tên, đề mục, đầu bảng và nơi nhận được.")
            % {"label": asked.named},
        )
    elif not piece.optional and not conditional and (piece.path in names.sometimes or not _always(asked)):
        yield Fault(
            piece.spot,
            _(
                "“%(label)s” có khi không được khai, khi đó không in được văn bản. Hãy thêm dấu ? để được"
                " phép trống, hoặc đặt trong [[nếu %(path)s]] … [[hết]]."
            )
            % {"label": asked.named, "path": piece.path},
            blocks=False,
        )


def _always(asked: forms.Asked) -> bool:
    return asked.required or asked.kind is forms.Kind.COMPUTED


def _unknown(path: str, names: Known) -> str:
    near = (
        difflib.get_close_matches(path, [*names.asked, *names.facts], n=1, cutoff=0.6)
        if len(path) < 100
        else []
    )
    if near:
        return _("Tờ khai không có trường “%(path)s”. Có phải là “%(near)s”?") % {
            "path": path,
            "near": near[0],
        }
    return _("Tờ khai không có trường “%(path)s”. Hãy chọn trường trong danh sách.") % {"path": path[:100]}

"""A table of fees as DMN 1.3, and tables of other tools read: what can be run is taken, the rest is named.

DMN of any version from 1.1 on is read by the local names of its elements. Texts of cells are kept as they are
written; what is not understood there is told by `checking.faults`, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold
from tinhso.procedures.fees.checking import MOST_INPUTS, MOST_ROWS
from tinhso.procedures.fees.contracts import (
    FeeInput,
    FeeKind,
    FeeRow,
    FeeTable,
    HitPolicy,
    InputType,
    TableFault,
)
from tinhso.procedures.fees.feel import (
    Cell,
    NotFeel,
    Value,
    fits,
    parse_cell,
    parse_expression,
    say_cell,
    say_expression,
)

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = "urn:tinhso:dmn"
LARGEST = 1_000_000
OUTPUTS = {
    "fee": "string",
    "kind": "string",
    "name": "string",
    "amount": "number",
    "exempt_percent": "number",
    "exempt_amount": "number",
    "exempt_ground": "string",
    "ground": "string",
    "valid_from": "date",
    "valid_to": "date",
}
POLICIES = {
    "UNIQUE": HitPolicy.UNIQUE,
    "FIRST": HitPolicy.FIRST,
    "ANY": HitPolicy.FIRST,
    "RULE ORDER": HitPolicy.COLLECT,
    "COLLECT": HitPolicy.COLLECT,
}
"""ANY gives the same whichever row is taken; RULE ORDER gives all rows, in order."""
TYPES = {
    "string": InputType.TEXT,
    "boolean": InputType.YES_NO,
    "date": InputType.DATE,
    "number": InputType.NUMBER,
    "integer": InputType.NUMBER,
    "long": InputType.NUMBER,
    "double": InputType.NUMBER,
}
TYPE_NAMES = {
    InputType.TEXT: "string",
    InputType.LIST: "string",
    InputType.NUMBER: "number",
    InputType.DATE: "date",
    InputType.YES_NO: "boolean",
}
TIMES = re.compile(r"\s*(-?\d{1,12})\s*\*\s*(\S.*?)\s*")
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotDmn(Invalid):
    """The file holds no decision table that can be read."""

    code = "bad-dmn"


@dataclass(frozen=True, slots=True)
class Read:
    """A table out of a file; `unread` names what was left out or is not run, place by place."""

    table: FeeTable
    unread: tuple[TableFault, ...]


def written(table: FeeTable, *, name: str) -> bytes:
    """The table as a DMN 1.3 file."""
    root = etree.Element(_tag("definitions"), nsmap={None: MODEL, "ts": OURS})
    for key, said in {"id": "fees", "name": _legal(name), "namespace": OURS}.items():
        root.set(key, said)
    decision = _below(root, "decision", id="fee_decision", name=_legal(name))
    drawn = _below(decision, "decisionTable", id="fee_table", hitPolicy=table.hit_policy.name)
    for asked in table.inputs:
        column = _below(drawn, "input", id=f"input_{asked.code}", label=_legal(asked.label))
        column.set(f"{{{OURS}}}type", asked.type.value)
        if asked.options:
            extension = _below(column, "extensionElements")
            for value, label in asked.options:
                option = etree.SubElement(extension, f"{{{OURS}}}option")
                option.set("value", _legal(value))
                option.set("label", _legal(label))
        expression = _below(column, "inputExpression", id=f"asked_{asked.code}")
        expression.set("typeRef", TYPE_NAMES[asked.type])
        _text(expression, _expression(asked.expression))
        if asked.options:
            values = ", ".join(_string(value) for value, _label in asked.options)
            _text(_below(column, "inputValues"), values)
    for output, type in OUTPUTS.items():
        _below(drawn, "output", id=f"output_{output}", name=output, typeRef=type)
    for row in table.rows:
        rule = _below(drawn, "rule", id=f"row_{row.code}")
        for asked in table.inputs:
            _text(_below(rule, "inputEntry"), _cell(row.tests.get(asked.code, "-"), asked))
        for output in OUTPUTS:
            entry = _below(rule, "outputEntry")
            _text(entry, _output(table, row, output))
            if output == "amount" and row.per:
                entry.set(f"{{{OURS}}}per", row.per)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _tag(name: str) -> str:
    return f"{{{MODEL}}}{name}"


def _below(parent: Any, tag: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, _tag(tag), **attributes)


def _text(parent: Any, words: str) -> None:
    _below(parent, "text").text = _legal(words)


def _legal(words: str) -> str:
    return ILLEGAL.sub("", words)


def _string(value: str) -> str:
    return _feel(Value(value))


def _feel(value: Value) -> str:
    """One value as FEEL writes it."""
    return say_cell(Cell(False, (value,)))


def _expression(text: str) -> str:
    try:
        return say_expression(parse_expression(text))
    except NotFeel:
        return text


def _cell(text: str, asked: FeeInput) -> str:
    try:
        return say_cell(parse_cell(text), asked.type)
    except NotFeel:
        return text


def _output(table: FeeTable, row: FeeRow, name: str) -> str:
    value = getattr(row, name)
    if name == "amount" and row.per:
        unit = next((one.expression for one in table.inputs if one.code == row.per), "")
        return f"{row.amount} * {unit}" if unit else str(row.amount)
    if value is None:
        return ""
    if isinstance(value, FeeKind):
        return _string(value.value)
    return _string(value) if isinstance(value, str) else _feel(Value(value))


def read(content: bytes) -> Read:
    """The first decision table of a file. Raises NotDmn."""
    root = _xml(content)
    tables = list(_all(root, "decisionTable"))
    if not tables:
        raise NotDmn(_("Tệp này không có bảng quyết định (decisionTable) nào."))
    unread = [
        TableFault(_place(one), _("Chỉ đọc bảng quyết định đầu tiên; bảng này bị bỏ qua."), blocks=False)
        for one in tables[1:]
    ]
    for name in ("literalExpression", "businessKnowledgeModel", "context", "invocation", "relation"):
        for one in _all(root, name):
            if not any(etree.QName(above).localname == "decisionTable" for above in one.iterancestors()):
                sentence = _("Phần tử «%(kind)s» chưa chạy được ở đây.") % {"kind": name}
                unread.append(TableFault(_place(one), sentence, blocks=False))
    return _read(tables[0], unread)


def _xml(content: bytes) -> Any:
    if len(content) > LARGEST:
        raise NotDmn(_("Tệp quá lớn (trên 1 MB). Hãy bỏ bớt bảng trong tệp rồi lấy lại."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise NotDmn(
            _("Không đọc được tệp này. Hãy xuất lại bảng quyết định thành tệp .dmn rồi chọn tệp ấy.")
        ) from None
    if root.getroottree().docinfo.doctype:
        raise NotDmn(_("Tệp có khai báo DOCTYPE nên không được nhận. Hãy xuất lại từ công cụ làm bảng."))
    return root


def _all(parent: Any, name: str) -> Iterator[Any]:
    return (one for one in parent.iter("{*}" + name))


def _children(parent: Any, name: str) -> list[Any]:
    return [one for one in parent if isinstance(one.tag, str) and etree.QName(one).localname == name]


def _said(parent: Any, name: str = "") -> str:
    """The text of an element's `text`, of the element `name` below it."""
    holder = parent if not name else next(iter(_children(parent, name)), None)
    if holder is None:
        return ""
    text = next(iter(_children(holder, "text")), None)
    return ((text.text if text is not None else holder.text) or "").strip()


def _place(element: Any) -> str:
    return str(element.get("id") or etree.QName(element).localname)


def _read(drawn: Any, unread: list[TableFault]) -> Read:
    columns, outputs, rules = (_children(drawn, name) for name in ("input", "output", "rule"))
    if len(columns) > MOST_INPUTS or len(rules) > MOST_ROWS:
        raise NotDmn(_("Bảng có nhiều nhất 300 dòng và 12 cột điều kiện. Hãy tách bảng."))
    inputs: list[FeeInput] = []
    for column in columns:
        inputs.append(_input(column, {one.code for one in inputs}, unread))
    means = _meanings(outputs, unread)
    rows: list[FeeRow] = []
    for rule in rules:
        rows.append(_row(rule, inputs, means, {one.code for one in rows}, unread))
    policy = (drawn.get("hitPolicy") or "UNIQUE").upper()
    if policy not in POLICIES:
        sentence = _("Cách lấy dòng «%(policy)s» chưa chạy được ở đây: đã đổi thành lấy dòng đầu tiên.")
        unread.append(TableFault("hitPolicy", sentence % {"policy": policy[:40]}))
    if drawn.get("aggregation") not in (None, "SUM"):
        sentence = _("Phép gộp «%(name)s» chưa chạy được ở đây: mỗi dòng là một khoản riêng.")
        unread.append(TableFault("aggregation", sentence % {"name": str(drawn.get("aggregation"))[:40]}))
    table = FeeTable(hit_policy=POLICIES.get(policy, HitPolicy.FIRST), inputs=tuple(inputs), rows=tuple(rows))
    return Read(table, tuple(unread))


def _code(element: Any, prefix: str, taken: set[str]) -> str:
    """Our own code when the file is ours, otherwise one made of the id; never one that is taken."""
    said = str(element.get("id") or "").removeprefix(f"{prefix}_")
    plain = re.sub(r"[^a-z0-9]+", "-", fold(said)).strip("-")[:60]
    code = said if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", said) else plain
    number = len(taken) + 1
    while not code or code in taken:
        code, number = f"{prefix}-{number}", number + 1
    return code


def _input(column: Any, taken: set[str], unread: list[TableFault]) -> FeeInput:
    code = _code(column, "input", taken)
    asked = next(iter(_children(column, "inputExpression")), None)
    text = _said(asked) if asked is not None else ""
    language = (asked.get("expressionLanguage") if asked is not None else "") or ""
    label = str(column.get("label") or text or code)
    if language and not re.search(r"feel|FEEL", language):
        sentence = _("Cột «%(label)s» viết bằng ngôn ngữ «%(language)s», chưa chạy được ở đây.")
        unread.append(TableFault(code, sentence % {"label": label[:80], "language": language[:40]}))
    said = column.get(f"{{{OURS}}}type")
    ref = (asked.get("typeRef") if asked is not None else "") or ""
    options = tuple(
        (str(one.get("value") or ""), str(one.get("label") or ""))
        for one in _all(column, "option")
        if etree.QName(one).namespace == OURS
    ) or _values(column)
    if said in set(InputType):
        type = InputType(said)
    else:
        type = TYPES.get(ref.rpartition(":")[2].lower(), InputType.TEXT)
    return FeeInput(code=code, label=label, expression=text, type=type, options=options)


def _values(column: Any) -> tuple[tuple[str, str], ...]:
    """Allowed values of a column as its options."""
    try:
        cell = parse_cell(_said(column, "inputValues"))
    except NotFeel:
        return ()
    return tuple(
        (part.value, part.value)
        for part in cell.parts
        if isinstance(part, Value) and isinstance(part.value, str)
    )


def _meanings(outputs: list[Any], unread: list[TableFault]) -> list[str]:
    """What each output column is: a field of ours by its name; of another tool's, the first number is the
    amount and the first text the name."""
    means = [str(one.get("name") or "") if one.get("name") in OUTPUTS else "" for one in outputs]
    for place, one in enumerate(outputs):
        if means[place]:
            continue
        number = TYPES.get((one.get("typeRef") or "").rpartition(":")[2].lower()) is InputType.NUMBER
        wanted = "amount" if number else "name"
        if wanted not in means:
            means[place] = wanted
        else:
            label = one.get("label") or one.get("name") or _place(one)
            sentence = _("Cột kết quả «%(label)s» không đọc được: bảng phí không có cột này.")
            unread.append(TableFault(_place(one), sentence % {"label": str(label)[:80]}))
    return means


def _row(
    rule: Any, inputs: list[FeeInput], means: list[str], taken: set[str], unread: list[TableFault]
) -> FeeRow:
    code = _code(rule, "row", taken)
    tests = {}
    for asked, entry in zip(inputs, _children(rule, "inputEntry"), strict=False):
        text = _canonical(_said(entry), asked)
        if text != "-":
            tests[asked.code] = text
    facts: dict[str, Any] = {}
    for meaning, entry in zip(means, _children(rule, "outputEntry"), strict=False):
        if not meaning:
            continue
        try:
            facts |= _fact(meaning, entry, inputs)
        except (NotFeel, ValueError):
            sentence = _("Không đọc được «%(text)s» ở cột kết quả. Hãy ghi lại bằng tay.")
            unread.append(TableFault(f"{code}/{meaning}", sentence % {"text": _said(entry)[:80]}))
    name = str(facts.get("name") or "")
    fee = str(facts.get("fee") or re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60])
    return FeeRow(**{"kind": FeeKind.FEE, **facts, "code": code, "tests": tests, "name": name, "fee": fee})


def _canonical(text: str, asked: FeeInput) -> str:
    """The cell as our table writes it; what is not understood stays word for word."""
    try:
        cell = parse_cell(text)
    except NotFeel:
        return text
    return say_cell(cell) if fits(cell, asked.type) else text


def _fact(meaning: str, entry: Any, inputs: list[FeeInput]) -> dict[str, Any]:
    """One field of a row out of an output cell. Raises NotFeel, ValueError."""
    text = _said(entry)
    if not text or text == "-":
        return {}
    found = TIMES.fullmatch(text)
    if meaning == "amount" and found:
        named = entry.get(f"{{{OURS}}}per")
        units = [one for one in inputs if named == one.code] or [
            one for one in inputs if one.expression == found[2]
        ]
        if not units:
            raise ValueError(text)
        return {"amount": int(found[1]), "per": units[0].code}
    cell = parse_cell(text)
    [part] = cell.parts if not cell.negated else ()
    value = part.value if isinstance(part, Value) else None
    if meaning in ("valid_from", "valid_to"):
        if not isinstance(value, date):
            raise ValueError(text)
    elif OUTPUTS[meaning] == "number":
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(text)
    elif not isinstance(value, str):
        raise ValueError(text)
    if meaning == "kind":
        return {"kind": FeeKind(str(value))}
    return {meaning: value}

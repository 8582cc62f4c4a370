"""From a tree to a source for the press: the text of the document as strings, what is put in by key.

The source says in remarks what it wants (`foundation.paper.merging`), which places the specialist fills,
and the clerk's text itself, so that it can be opened again wherever the source went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.foundation.text import fold
from tinhso.studio.documents.tree import Block, Choice, Document, Line, NewPage, Piece, Run

RESULT, LETTER = "result", "letter"
WHOLE = frozenset({RESULT, LETTER})
"""Uses of which all is written by clerks; any other is words within a slip."""
_GROUPED = ("fact", "row")


@dataclass(slots=True)
class _Setting:
    """What was met so far: values by what they say and where, rules, places."""

    asked: Mapping[str, forms.Asked]
    labels: Mapping[str, str]
    values: dict[tuple[Any, ...], paper.Value] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    tables: dict[str, None] = field(default_factory=dict)
    when: list[tuple[str, bool]] = field(default_factory=list)

    def value(self, piece: Piece) -> paper.Value:
        if piece.note:
            path, label = f"written.{self.place(piece.note)}", piece.note
        else:
            known = self.asked.get(piece.path)
            path, label = piece.path, known.named if known else self.labels.get(piece.path, piece.path)
        table = self.asked[path].table if path in self.asked else ""
        when = tuple(self.when)
        made = paper.Value(
            key=f"v{len(self.values)}",
            path=path,
            label=label,
            shape=piece.shape,
            table=table,
            optional=piece.optional,
            when=when,
        )
        return self.values.setdefault((path, piece.shape, piece.optional, when), made)

    def place(self, label: str) -> str:
        """The name of the place a label stands for; equal labels are one place."""
        name = "g_" + re.sub(r"\W+", "_", fold(label), flags=re.ASCII).strip("_")[:50]
        while self.places.setdefault(name, label) != label:
            name += "_"
        return name


def source(
    document: Document,
    *,
    text: str,
    use: str,
    asked: Mapping[str, forms.Asked],
    labels: Mapping[str, str],
) -> str:
    """The source of a document without faults, for a result, a letter, or a slip's own words.

    `labels` are the names of the facts of a dossier. Raises paper.TemplateRefused when it is too long.
    """
    state = _Setting(asked, labels)
    body = [*_blocks(document.blocks, state)]
    subject = _code(document.subject, state) if document.subject else "none"
    to = [_code(run, state) for run in document.recipients]
    lines = [
        "// Soạn trong xưởng thủ tục; sửa ở đó, không sửa ở đây.",
        paper.remark("text", text),
        *(f"// place: {name} = {label}" for name, label in state.places.items()),
        paper.remark("asks", _asks(state)),
        '#import "/layout.typ": *',
        "#show: sheet",
    ]
    if use in WHOLE:
        lines.append(f"#masthead(subject: {subject})")
        lines += ["#{", *body, "}"]
        ends = _array(to) if to else 'given("recipients", default: ())'
        lines.append(f'#closing(given("signer", default: (:)), to: {ends})')
    else:
        lines += ["#slip(own: {", *body, "})"]
    return paper.check("\n".join(lines) + "\n")


def _asks(state: _Setting) -> dict[str, Any]:
    return {
        "values": [
            {
                name: value
                for name in ("key", "path", "label", "shape", "table", "optional", "when")
                if (value := getattr(one, name))
            }
            for one in state.values.values()
        ],
        "rules": state.rules,
        "tables": list(state.tables),
    }


def _blocks(blocks: tuple[Block, ...], state: _Setting) -> Iterator[str]:
    """Statements, one a line; facts and rows that follow each other are one grid, one table."""
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if isinstance(block, NewPage):
            yield "pagebreak()"
        elif isinstance(block, Choice):
            yield from _choice(block, state)
        elif block.style in _GROUPED:
            group = [block]
            while at < len(blocks) and _goes_on(blocks[at], block.style):
                group.append(blocks[at])  # type: ignore[arg-type]  # `_goes_on` is true of lines only
                at += 1
            yield _facts(group, state) if block.style == "fact" else _table(group, state)
        elif block.style == "title":
            about = blocks[at] if at < len(blocks) else None
            if isinstance(about, Line) and about.style == "about":
                at += 1
                yield f"title-block({_code(block.cells[0], state)}, {_code(about.cells[0], state)})"
            else:
                yield f"title-block({_code(block.cells[0], state)}, none)"
        else:
            yield _line(block, state)


def _goes_on(block: Block, style: str) -> bool:
    return isinstance(block, Line) and block.style == style and not block.head


def _choice(block: Choice, state: _Setting) -> Iterator[str]:
    key = next((key for key, rule in state.rules.items() if rule == block.rule), f"w{len(state.rules)}")
    state.rules[key] = block.rule
    yield f'if holds("{key}") {{'
    for inner, held in ((block.then, True), (block.otherwise, False)):
        state.when.append((key, held))
        yield from _blocks(inner, state)
        state.when.pop()
        if held:
            yield "} else {"
    yield "}"


def _line(line: Line, state: _Setting) -> str:
    run = _code(line.cells[0], state, table=_table_of(line, state))
    set_as = {
        "about": f"centred(strong({run}))",
        "centred": f"centred({run})",
        "heading": f"heading-line({run})",
        "dash": f"dash({run})",
    }.get(line.style, f"paragraphs(({run},))")
    return _given(line, state, set_as, "none")


def _facts(lines: list[Line], state: _Setting) -> str:
    return f"facts({_rows(lines, state)})"


def _table(lines: list[Line], state: _Setting) -> str:
    """A table: its head repeated on every page; a column that counts rows is as narrow as it can be."""
    columns = max(len(line.cells) for line in lines)
    head, rest = (lines[0], lines[1:]) if lines[0].head else (None, lines)
    counts = {
        index
        for line in rest
        for index, cell in enumerate(line.cells)
        if [piece.path for piece in cell if piece.merged] == [paper.NUMBER_OF_ROW]
    }
    widths = ["auto" if index in counts else "1fr" for index in range(columns)]
    names = [_code(cell, state) for cell in _padded(head.cells, columns)] if head else []
    return f"listing({_array(names)}, {_rows(rest, state, columns)}, {_array(widths)})"


def _rows(lines: list[Line], state: _Setting, columns: int = 2) -> str:
    """The rows of a grid, those of a form's table once for each of its rows."""
    made = []
    for line in lines:
        table = _table_of(line, state)
        cells = _array([_code(cell, state, table=table) for cell in _padded(line.cells, columns)])
        made.append(_given(line, state, f"({cells},)", "()"))
    return " + ".join(made) if made else "()"


def _given(line: Line, state: _Setting, code: str, nothing: str) -> str:
    """A line with what decides whether it stands: once for each row of the table whose columns it says.

    A line of which every value may be empty, and every one is, is left out.
    """
    table = _table_of(line, state)
    merged = [piece for cell in line.cells for piece in cell if piece.merged]
    values = [piece for piece in merged if piece.path != paper.NUMBER_OF_ROW]
    if values and all(piece.optional for piece in values):
        keys = ", ".join(f'"{state.value(piece).key}"' for piece in values)
        otherwise = "" if nothing == "none" else f" else {{ {nothing} }}"
        code = f"if any-of({'row' if table else '(:)'}, {keys}) {{ {code} }}{otherwise}"
    if table:
        state.tables[table] = None
        each = f"rows-of({paper.literal(table)}).map(row => {{ {code} }})"
        return f"{each}.join()" if nothing == "none" else f"{each}.sum(default: ())"
    return f"({code})" if nothing != "none" and code.startswith("if ") else code


def _table_of(line: Line, state: _Setting) -> str:
    paths = (piece.path for cell in line.cells for piece in cell if piece.path in state.asked)
    return next((state.asked[path].table for path in paths if state.asked[path].table), "")


def _code(run: Run, state: _Setting, *, table: str = "") -> str:
    """A run as an expression."""
    said = [_piece(piece, state, table) for piece in run]
    return said[0] if len(said) == 1 else "{ " + "; ".join(said or ['""']) + " }"


def _piece(piece: Piece, state: _Setting, table: str) -> str:
    if piece.path == paper.NUMBER_OF_ROW and table:
        code = f'row.at("{paper.NUMBER_OF_ROW}")'
    elif piece.merged:
        value = state.value(piece)
        code = f'row.at("{value.key}", default: "")' if value.table else f'said-as("{value.key}")'
    else:
        code = paper.literal(piece.text)
    if piece.bold:
        code = f"strong({code})"
    return f"emph({code})" if piece.italic else code


def _padded(cells: tuple[Run, ...], columns: int) -> Iterable[Run]:
    return (*cells, *((),) * (columns - len(cells)))


def _array(items: list[str]) -> str:
    return f"({', '.join(items)},)" if items else "()"

"""One page of a form as HTML: questions in their order, sections, tables, what depends on what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, Kind, Page
from tinhso.forms.engine import places, reading
from tinhso.forms.engine.browser import dependent
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.leaves import COMPOSITE, Leaf, join, of_field
from tinhso.forms.engine.plan import Outcome
from tinhso.forms.widgets import Drawing, draw, group, joined, said, value_of
from tinhso.ui.api import component

FIRST = {Kind.DATE: "ngay", Kind.ADDRESS: "xa", Kind.MAP_POINT: "vi_do", Kind.SIGNATURE: "ten"}
"""The first box of what has several."""
HEADLESS = {Kind.TABLE, Kind.SECTION, Kind.COMPUTED}


class PageDrawing:
    """Draws one page of a form for one person's answers; `sheet` names the pages it stands among, if any.

    With `only`, questions at other paths are left out, and none comes or goes while it is answered.
    """

    def __init__(
        self,
        form: Form,
        page: Page,
        outcome: Outcome,
        drawing: Drawing,
        *,
        sheet: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> None:
        self.form = form
        self.only = only
        self.page = page
        self.outcome = outcome
        steps = dependent(form, sheet or (page.name,)) if only is None else ()
        self.alive = {target for step in steps for target in step.targets}
        self.waits = {leaf.path for leaf in form.of_page(page.name)} & self.alive if sheet else set()
        first = next(iter(page.fields), None)  # a page still being written asks nothing
        asked = any(leaf.path not in outcome.hidden for leaf in form.of_page(page.name))
        alone = len(page.fields) == 1 and not sheet
        bare = first is not None and first.kind not in HEADLESS and first.show_if is None
        self.heads = alone and bare and asked
        self.drawing = replace(drawing, heading=page.question if self.heads else "", page_hint=page.hint)
        self.plain = replace(drawing, heading="", page_hint="")

    def html(self) -> SafeString:
        """All questions of the page."""
        return joined([self.field(field, "", "", self.drawing.answers, "") for field in self.page.fields])

    def asks(self) -> str:
        """In a sheet: the answers of this page when the whole page may come or go; else empty."""
        paths = [leaf.path for leaf in self.form.of_page(self.page.name)]
        return " ".join(paths) if self.waits and all(path in self.waits for path in paths) else ""

    def field(self, field: Field, prefix: str, table: str, home: Any, row: str) -> SafeString:
        """One question; `row` is the path of the row it stands in, with a dot at its end."""
        leaves = list(of_field(field, page=self.page.name, prefix=prefix, table=table))
        names = [row + ".".join(leaf.keys) for leaf in leaves]
        if self.only is not None and not table and not any(leaf.path in self.only for leaf in leaves):
            return SafeString("")
        waits = field.show_if is not None and any(leaf.path in self.alive for leaf in leaves)
        appears = waits or any(leaf.path in self.waits for leaf in leaves)
        if not appears and names and all(name in self.outcome.hidden for name in names):
            return SafeString("")
        inner = self._inner(field, leaves, prefix, table, home, row)
        if not waits:
            return inner
        note = (
            format_html('<p class="govuk-hint" data-note>{}</p>', field.show_note) if field.show_note else ""
        )
        return format_html('<div data-asks="{}">{}{}</div>', " ".join(names), note, inner)

    def _inner(
        self, field: Field, leaves: list[Leaf], prefix: str, table: str, home: Any, row: str
    ) -> SafeString:
        if field.kind is Kind.SECTION:
            inside = [self.field(inner, join(prefix, field.name), table, home, row) for inner in field.fields]
            return self._group(field.label, said(field), joined(inside))
        if field.kind in COMPOSITE:
            on = self.plain
            parts = [
                draw(leaf, row + ".".join(leaf.keys), value_of(leaf, home), on)
                for leaf in leaves
                if self.only is None or table or leaf.path in self.only
            ]
            named_by_row = table and field.label == self.form.leaves[table].field.row_label
            return self._group("" if named_by_row else field.label, said(field), joined(parts))
        [leaf] = leaves
        if leaf.kind is Kind.TABLE:
            return self._table(leaf, home)
        return draw(
            leaf, row + ".".join(leaf.keys), value_of(leaf, home), self.drawing if self.heads else self.plain
        )

    def _group(self, label: str, hint: str, inside: SafeString) -> SafeString:
        if not label and not self.heads:
            return inside
        if self.heads:
            legend = {
                "text": self.page.question,
                "is_page_heading": True,
                "classes": "govuk-fieldset__legend--l",
            }
            hint = " ".join(part for part in (self.page.hint, hint) if part)
        else:
            legend = {"text": label, "classes": "govuk-fieldset__legend--m"}
        return group(legend, inside, hint=hint)

    def _table(self, leaf: Leaf, home: Any) -> SafeString:
        """Rows as groups of questions, one more on asking; works without a script."""
        value = places.get(home, leaf.keys)
        rows = [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []
        drawn = []
        for index, row in enumerate(rows or ([{}] if leaf.field.rows_min else [])):
            name = f"{leaf.path}.{index}"
            inside = [
                self.field(column, leaf.path, leaf.path, row, f"{name}.") for column in leaf.field.fields
            ]
            title = f"{leaf.field.row_label or leaf.label} {index + 1}"
            remove = component(
                "button",
                text=_("Bỏ %(row)s") % {"row": title[:1].lower() + title[1:]},
                name=reading.REMOVE,
                value=name,
                classes="govuk-button--secondary",
            )
            legend = {"text": title, "classes": "govuk-fieldset__legend--m"}
            line = group(legend, joined([*inside, remove]))
            drawn.append(format_html('<div data-row="{}">{}</div>', name, line))
        fault = self.drawing.faults.get(leaf.path)
        error = format_html('<p class="govuk-error-message">{}</p>', fault) if fault else ""
        words = said(leaf.field)
        hint = format_html('<div class="govuk-hint">{}</div>', words) if words else ""
        row_name = leaf.field.row_label or leaf.label
        add = component(
            "button",
            text=_("Thêm %(row)s") % {"row": row_name[:1].lower() + row_name[1:]},
            name=reading.ADD,
            value=leaf.path,
            classes="govuk-button--secondary",
        )
        shown = "" if len(rows) >= leaf.field.rows_max else add
        faulty = "govuk-form-group--error" if fault else ""
        return format_html(
            '<div class="{}" id="{}" tabindex="-1">{}{}{}{}</div>',
            faulty,
            leaf.path,
            hint,
            error,
            joined(drawn),
            shown,
        )

    def links(self) -> list[tuple[str, str]]:
        """Faults with the id of the first control each concerns."""
        return [(control_of(self.form, path), sentence) for path, sentence in self.drawing.faults.items()]


def control_of(form: Form, path: str) -> str:
    """The id of the first control of the question at a path."""
    leaf = form.leaves.get(".".join(step for step in path.split(".") if not step.isdigit()))
    if leaf is None:
        return path
    return f"{path}.{FIRST[leaf.kind]}" if leaf.kind in FIRST else path

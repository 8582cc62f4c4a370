"""What a table of fees may ask, for the lists its page chooses from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.studio.contracts import DraftView, PartName

TYPES = {
    forms.Kind.TEXT: "text",
    forms.Kind.LONG_TEXT: "text",
    forms.Kind.NUMBER: "number",
    forms.Kind.MONEY: "number",
    forms.Kind.COMPUTED: "number",
    forms.Kind.DATE: "date",
    forms.Kind.YES_NO: "yes_no",
    forms.Kind.CONSENT: "yes_no",
    forms.Kind.CHOICE: "text",
    forms.Kind.CHOICES: "list",
}

Choice = dict[str, Any]
"""`expression` (S-FEEL), `label`, `type`, `options`."""


def answers_of(draft: DraftView) -> list[Choice]:
    """The answers of the draft's form, with what can be told from them; none while the form is not sound."""
    definition = draft.body(PartName.FORM).get("definition")
    if definition is None or forms.unsound(definition):
        return []
    return [choice for asked in forms.asked_by(definition) for choice in _of(asked)]


def _of(asked: forms.Asked) -> Iterator[Choice]:
    path = asked.path
    if asked.table:
        column = path.removeprefix(f"{asked.table}.")
        if asked.kind in (forms.Kind.NUMBER, forms.Kind.MONEY) and "." not in column:
            yield _choice(f"sum({path})", _("Tổng %(what)s") % {"what": asked.label}, "number")
        return
    if asked.kind is forms.Kind.TABLE:
        label = _("Số dòng của %(what)s") % {"what": asked.label}
        yield _choice(f"count({path})", label, "number")
    if asked.kind not in TYPES:
        return
    options = [[one, label] for one, label in asked.options]
    yield _choice(path, asked.label, TYPES[asked.kind], options=options)
    if asked.kind is forms.Kind.DATE:
        expression = f"years and months duration({path}, today()).years"
        label = _("Tuổi tính theo %(what)s") % {"what": asked.label}
        yield _choice(expression, label, "number")


def facts() -> list[Choice]:
    """What is known of a filing beside its answers."""
    ways = [["online", _("trực tuyến")], ["counter", _("tại quầy")], ["post", _("qua bưu chính")]]
    who = [["person", _("cá nhân")], ["organisation", _("tổ chức")], ["group", _("nhóm người")]]
    return [
        _choice("fact.channel", _("Cách nộp"), "text", options=ways),
        _choice("fact.applicant", _("Người nộp"), "text", options=who),
    ]


def _choice(expression: str, label: str, type: str, *, options: Any = ()) -> Choice:
    return {"expression": expression, "label": label, "type": type, "options": list(options)}

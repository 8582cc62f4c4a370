"""Draws any Django form with the components: labels, hints, faults, values, ids."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tinhso.ui import components
from tinhso.ui.dates import PARTS, DateBoxes

NUMERIC = {"number": "numeric", "tel": "tel", "email": "email"}


def field(bound: BoundField, **extra: Any) -> SafeString:
    """One field as a component; `extra` goes to the component (`hint=…`, `classes=…`, `legend_classes=…`)."""
    widget = bound.field.widget
    if widget.is_hidden:
        return SafeString(bound.as_hidden())
    name, given = _component(bound, widget)
    given.update(extra)
    return components.render(name, **given)


def fields(form: forms.BaseForm) -> SafeString:
    """All fields of a form, hidden ones first."""
    hidden = [str(bound) for bound in form.hidden_fields()]
    shown = [field(bound) for bound in form.visible_fields()]
    return mark_safe("".join([*hidden, *shown]))  # noqa: S308 - drawn by components and Django


def errors(form: forms.BaseForm) -> SafeString:
    """The error summary of a bound form with faults; nothing otherwise. Each fault links to its field."""
    if not form.is_bound or not form.errors:
        return SafeString("")
    listed: list[dict[str, str]] = [{"text": str(fault)} for fault in form.non_field_errors()]
    for bound in form:
        for fault in bound.errors:
            listed.append({"text": str(fault), "href": f"#{_target(bound)}"})
    return components.render("error-summary", error_list=listed)


def _target(bound: BoundField) -> str:
    """The id of the first control of a field that is wrong."""
    stem = bound.auto_id or bound.html_name
    if isinstance(bound.field.widget, DateBoxes):
        return f"{stem}-{_wrong_box(bound) or 'day'}"
    return stem


def _wrong_box(bound: BoundField) -> str:
    data = bound.form.errors.get(bound.name)
    for fault in data.as_data() if data else ():
        if fault.code in PARTS:
            return str(fault.code)
    return ""


def _label(bound: BoundField) -> str:
    label = str(bound.label or "")
    if bound.field.required:
        return label
    return _("%(label)s (không bắt buộc)") % {"label": label}


def _component(bound: BoundField, widget: forms.Widget) -> tuple[str, dict[str, Any]]:
    stem = bound.auto_id or bound.html_name
    attrs = {
        key: value for key, value in widget.attrs.items() if key not in {"class", "required", "maxlength"}
    }
    common: dict[str, Any] = {
        "name": bound.html_name,
        "hint": bound.help_text or None,
        "error": format_html_join(mark_safe("<br>"), "{}", ((fault,) for fault in bound.errors)) or None,
        "classes": widget.attrs.get("class", ""),
    }
    if isinstance(widget, DateBoxes):
        return "date-input", {
            **common,
            "id": stem,
            "name_prefix": bound.html_name,
            "legend": _label(bound),
            "values": widget.decompress(bound.value()),
            "items": [{"name": part, "error": _box_faulty(bound, part)} for part in PARTS],
        }
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return _choices(bound, widget, common, stem)
    if isinstance(widget, forms.CheckboxInput):
        item = {"value": "1", "text": _label(bound), "checked": bool(bound.value()), "id": stem}
        return "checkboxes", {**common, "id_prefix": stem, "items": [item]}
    one = {**common, "id": stem, "label": _label(bound), "attributes": attrs}
    if isinstance(widget, forms.Select):
        chosen = {str(value) for value in _as_list(bound.value())}
        items = [
            {"value": value, "text": text, "selected": str(value) in chosen}
            for value, text in _flat(widget.choices)
        ]
        if widget.allow_multiple_selected:
            one["attributes"] = {**attrs, "multiple": True}
        return "select", {**one, "items": items}
    if isinstance(widget, forms.FileInput):
        return "file-upload", {**one, "multiple": widget.allow_multiple_selected}
    if isinstance(widget, forms.Textarea):
        return "textarea", {**one, "rows": attrs.pop("rows", 5), "value": bound.value()}
    if isinstance(widget, forms.PasswordInput):
        return "password-input", {**one, "autocomplete": attrs.pop("autocomplete", None)}
    return "input", {**one, **_text_input(bound, widget, attrs)}


def _text_input(bound: BoundField, widget: forms.Widget, attrs: dict[str, Any]) -> dict[str, Any]:
    kind = getattr(widget, "input_type", "text")
    value = bound.value()
    return {
        "type": "text" if kind == "number" else kind,
        "inputmode": attrs.pop("inputmode", NUMERIC.get(kind)),
        "autocomplete": attrs.pop("autocomplete", None),
        "spellcheck": attrs.pop("spellcheck", None),
        "value": widget.format_value(value),
    }


def _choices(
    bound: BoundField,
    widget: forms.RadioSelect | forms.CheckboxSelectMultiple,
    common: dict[str, Any],
    stem: str,
) -> tuple[str, dict[str, Any]]:
    chosen = {str(value) for value in _as_list(bound.value())}
    items = [
        {"value": value, "text": text, "checked": str(value) in chosen}
        for value, text in _flat(widget.choices)
        if value != ""
    ]
    name = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
    return name, {**common, "id_prefix": stem, "legend": _label(bound), "items": items}


def _box_faulty(bound: BoundField, part: str) -> bool | None:
    wrong = _wrong_box(bound)
    return wrong == part if wrong else None


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat: list[tuple[Any, Any]] = []
    for value, text in choices:
        if isinstance(text, list | tuple):
            flat.extend((inner, label) for inner, label in text)
        else:
            flat.append((value, text))
    return flat

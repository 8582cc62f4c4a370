"""The controls of one question, drawn with the components of the visual language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.forms.contracts import SIGNATURE_BOX, Field, Format, Kind
from tinhso.forms.engine import places
from tinhso.forms.engine.display import grouped, number_text, text_of
from tinhso.forms.engine.leaves import Leaf
from tinhso.ui.api import component

NUMERIC = {Format.PERSONAL_ID, Format.PHONE, Format.TAX_CODE}
COMPLETE = {
    "full_name": "name",
    "phone": "tel",
    "email": "email",
    "birth_date": "bday",
}
LONG_CHOICE = 12
WIDE = "govuk-input--width-30"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a page is drawn from: answers, faults, marks of origin, and a finder of communes.

    `heading` is the question when a single control carries it as the page's h1; `report` the address under
    which a wrong prefilled answer is told of.
    """

    answers: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    candidates: Callable[[Leaf, dict[str, Any]], list[tuple[str, str, str]]] = lambda leaf, value: []
    heading: str = ""
    report: str = ""
    page_hint: str = ""


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Pieces of HTML one after another."""
    return format_html_join("", "{}", ((part,) for part in parts))


def group(legend: dict[str, Any], inside: SafeString, *, hint: str = "", id: str = "") -> SafeString:
    """Questions under one legend; readers of the page hear the hint with it when the group has an `id`."""
    key = f"{id}-hint" if hint and id else ""
    facts = {"group": {"legend": legend, "described_by": key}, "inside": inside, "hint": hint, "key": key}
    return render_to_string("forms/group.html", facts)


def draw(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    """One control; `name` is its path with the row's number."""
    control = _KINDS[leaf.kind](leaf, name, value, on)
    if not on.report or name not in on.origins:
        return control
    wrong = format_html(
        '<p class="ui-origin"><a class="govuk-link ui-touch" href="{}{}/">{}'
        '<span class="govuk-visually-hidden"> ({})</span></a></p>',
        on.report,
        name,
        _("Sai? Báo ở đây"),
        leaf.label,
    )
    return joined([control, wrong])


def labelled(leaf: Leaf) -> str:
    """The label, marked when the answer may be left out."""
    optional = not leaf.required and leaf.kind is not Kind.COMPUTED
    return _("%(label)s (không bắt buộc)") % {"label": leaf.label} if optional else leaf.label


def _label(leaf: Leaf, on: Drawing) -> dict[str, Any]:
    if on.heading:
        return {"text": on.heading, "is_page_heading": True, "classes": "govuk-label--l"}
    return {"text": labelled(leaf), "classes": "govuk-label--s"}


def _legend(leaf: Leaf, on: Drawing) -> dict[str, Any]:
    if on.heading:
        return {"text": on.heading, "is_page_heading": True, "classes": "govuk-fieldset__legend--l"}
    return {"text": labelled(leaf), "classes": "govuk-fieldset__legend--s"}


def said(field: Field) -> str:
    """What is said under a question: how to answer it, and why it is asked."""
    return " ".join(part for part in (field.hint, field.purpose) if part)


def _hint(leaf: Leaf, name: str, on: Drawing) -> str | None:
    example = leaf.field.example or ("27 3 2024" if leaf.kind is Kind.DATE else "")
    parts = [
        on.page_hint if on.heading else "",
        said(leaf.field),
        _("Ví dụ: %(example)s.") % {"example": example} if example else "",
        _("%(origin)s.") % {"origin": on.origins[name]} if name in on.origins else "",
    ]
    return " ".join(part for part in parts if part) or None


def _common(leaf: Leaf, name: str, on: Drawing) -> dict[str, Any]:
    return {"hint": _hint(leaf, name, on), "error": on.faults.get(name)}


def _raw(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _text(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    kind = leaf.field.format
    shown = _raw(value)
    return component(
        "input",
        id=name,
        name=name,
        label=_label(leaf, on),
        value=shown if name in on.faults else grouped(shown, leaf.field),
        type={Format.PHONE: "tel", Format.EMAIL: "email"}.get(kind, "text"),
        inputmode="numeric" if kind in NUMERIC else None,
        spellcheck=False,
        autocomplete=COMPLETE.get(leaf.field.prefill.rpartition(".")[2])
        if "account" in leaf.field.prefill
        else None,
        classes="govuk-input--width-20" if kind in NUMERIC else WIDE,
        **_common(leaf, name, on),
    )


def _long_text(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    return component(
        "textarea",
        id=name,
        name=name,
        label=_label(leaf, on),
        value=_raw(value),
        rows=5,
        **_common(leaf, name, on),
    )


def _number(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    bare = Field(name=leaf.field.name, kind=Kind.NUMBER, decimals=leaf.field.decimals)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return component(
        "input",
        id=name,
        name=name,
        label=_label(leaf, on),
        value=number_text(value, bare) if is_number else _raw(value),
        inputmode="decimal" if leaf.field.decimals else "numeric",
        spellcheck=False,
        suffix=leaf.field.unit or (_("đồng") if leaf.kind is Kind.MONEY else None),
        classes="govuk-input--width-10",
        **_common(leaf, name, on),
    )


def date_boxes(value: Any) -> dict[str, str]:
    """A date as three boxes, whatever it could be read as."""
    if isinstance(value, dict):
        return {key: str(value.get(key) or "") for key in ("ngay", "thang", "nam")}
    parts = str(value or "").split("-")
    if parts[0] and all(part.isdigit() for part in parts) and len(parts) <= 3:
        year, month, day = (*parts, "", "")[:3]
        return {"ngay": day.lstrip("0"), "thang": month.lstrip("0"), "nam": year}
    return {"ngay": str(value or ""), "thang": "", "nam": ""}


def _date(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    boxes = date_boxes(value)
    labels = (("ngay", _("Ngày"), 2), ("thang", _("Tháng"), 2), ("nam", _("Năm"), 4))
    items = [
        {
            "name": f"{name}.{key}",
            "id": f"{name}.{key}",
            "label": label,
            "value": boxes[key],
            "classes": f"govuk-input--width-{width}",
        }
        for key, label, width in labels
    ]
    return component("date-input", id=name, items=items, legend=_legend(leaf, on), **_common(leaf, name, on))


def _yes_no(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    return component(
        "radios",
        name=name,
        id_prefix=name,
        classes="govuk-radios--inline",
        legend=_legend(leaf, on),
        items=[
            {"value": "co", "text": _("Có"), "checked": value is True},
            {"value": "khong", "text": _("Không"), "checked": value is False},
        ],
        **_common(leaf, name, on),
    )


def _choice(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    options = leaf.field.options
    if len(options) > LONG_CHOICE:
        items = [
            {"value": "", "text": _("Chọn một ý")},
            *({"value": o.value, "text": o.label} for o in options),
        ]
        return component(
            "select",
            id=name,
            name=name,
            label=_label(leaf, on),
            items=items,
            value=value,
            **_common(leaf, name, on),
        )
    return component(
        "radios",
        name=name,
        id_prefix=name,
        legend=_legend(leaf, on),
        items=[
            {"value": o.value, "text": o.label, "hint": o.hint or None, "checked": o.value == value}
            for o in options
        ],
        **_common(leaf, name, on),
    )


def _choices(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    chosen = value if isinstance(value, list) else []
    return component(
        "checkboxes",
        name=name,
        id_prefix=name,
        legend=_legend(leaf, on),
        items=[
            {"value": o.value, "text": o.label, "hint": o.hint or None, "checked": o.value in chosen}
            for o in leaf.field.options
        ],
        **_common(leaf, name, on),
    )


def _consent(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    heading = {**_legend(leaf, on)} if on.heading else None
    return component(
        "checkboxes",
        name=name,
        id_prefix=name,
        legend=heading,
        items=[{"value": "co", "text": leaf.label, "checked": value is True}],
        error=on.faults.get(name),
        hint=on.page_hint or said(leaf.field) or None,
    )


def _address(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    """Commune by its name, any spelling, old names too; then what lies inside it."""
    given = value if isinstance(value, dict) else {}
    fault = on.faults.get(f"{name}.xa") or on.faults.get(name)
    parts = [
        component(
            "input",
            id=f"{name}.xa",
            name=f"{name}.xa",
            label={"text": _("Xã, phường, đặc khu"), "classes": "govuk-label--s"},
            hint=_("Ghi tên là đủ, không cần dấu. Địa chỉ ngoài tỉnh thì ghi cả tên tỉnh."),
            value=_raw(given.get("xa")),
            error=fault,
            classes=WIDE,
            spellcheck=False,
        )
    ]
    found = (
        on.candidates(leaf, given)
        if given.get("xa") and not given.get("ma_xa") and not given.get("ghi_tay")
        else []
    )
    if found:
        items = [{"value": code, "text": text, "hint": note or None} for code, text, note in found]
        items.append({"value": "-", "text": _("Không thấy? Ghi tay, giữ nguyên như đã ghi")})
        parts.append(
            component(
                "radios",
                name=f"{name}.ma_xa",
                id_prefix=f"{name}.ma_xa",
                legend={"text": _("Đó là nơi nào?"), "classes": "govuk-fieldset__legend--s"},
                items=items,
            )
        )
    elif given.get("ma_xa"):
        parts.append(format_html('<input type="hidden" name="{}.ma_xa" value="{}">', name, given["ma_xa"]))
    else:
        by_hand = {"value": "-", "text": _("Không thấy? Ghi tay"), "checked": bool(given.get("ghi_tay"))}
        parts.append(
            component("checkboxes", name=f"{name}.ma_xa", id_prefix=f"{name}.ma_xa", items=[by_hand])
        )
    parts.append(
        component(
            "input",
            id=f"{name}.chi_tiet",
            name=f"{name}.chi_tiet",
            label={"text": _("Ấp hoặc khu phố, đường, số nhà (không bắt buộc)"), "classes": "govuk-label--s"},
            value=_raw(given.get("chi_tiet")),
            classes=WIDE,
            spellcheck=False,
        )
    )
    return group(_legend(leaf, on), joined(parts), hint=_hint(leaf, name, on) or "", id=name)


def _file(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    kept = value if isinstance(value, list) else []
    hidden = format_html_join(
        "", '<input type="hidden" name="{}" value="{}">', ((name, item) for item in kept)
    )
    note = (
        format_html('<p class="govuk-body">{}</p>', _("Đã có %(count)s tệp.") % {"count": len(kept)})
        if kept
        else ""
    )
    picker = component(
        "file-upload",
        id=name,
        name=f"{name}.tep",
        label=_label(leaf, on),
        multiple=True,
        attributes={"accept": "image/jpeg,image/png,image/heic,application/pdf"},
        **_common(leaf, name, on),
    )
    return format_html("{}{}{}", picker, note, hidden)


def _point(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    """A place: two numbers, typed, or taken from the device where it knows."""
    given = value if isinstance(value, dict) else {}
    boxes = [
        component(
            "input",
            id=f"{name}.{key}",
            name=f"{name}.{key}",
            label={"text": label, "classes": "govuk-label--s"},
            value=_degrees(given.get(key)),
            inputmode="decimal",
            spellcheck=False,
            classes="govuk-input--width-10",
        )
        for key, label in (("vi_do", _("Vĩ độ")), ("kinh_do", _("Kinh độ")))
    ]
    inside = render_to_string(
        "forms/point.html", {"name": name, "boxes": boxes, "fault": on.faults.get(name)}
    )
    hint = _hint(leaf, name, on) or _("Ví dụ: 10,0123 và 105,0809.")
    return group(_legend(leaf, on), inside, hint=hint, id=name)


def _degrees(value: Any) -> str:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",") if known else _raw(value)


def _signature(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    """A signature: drawn on a sheet where a script runs, or the name typed instead."""
    given = value if isinstance(value, dict) else {}
    typed = component(
        "input",
        id=f"{name}.ten",
        name=f"{name}.ten",
        label={"text": _("Hoặc gõ họ và tên để ký"), "classes": "govuk-label--s"},
        value=_raw(given.get("ten")),
        autocomplete="name",
        spellcheck=False,
        classes=WIDE,
    )
    facts = {
        "name": name,
        "typed": typed,
        "strokes": _raw(given.get("net")),
        "fault": on.faults.get(name),
        "box": SIGNATURE_BOX,
    }
    return group(
        _legend(leaf, on),
        render_to_string("forms/signature.html", facts),
        hint=_hint(leaf, name, on) or "",
        id=name,
    )


def _computed(leaf: Leaf, name: str, value: Any, on: Drawing) -> SafeString:
    unit = leaf.field.unit
    bare = text_of(leaf, value).removesuffix(unit).strip()
    return format_html(
        '<div class="govuk-form-group"><p class="govuk-body"><strong>{}:</strong> '
        '<output id="{}" data-answer="{}">{}</output> {}</p></div>',
        leaf.label,
        name,
        name,
        bare,
        unit,
    )


def value_of(leaf: Leaf, home: Any) -> Any:
    """The leaf's value in the answers or in a row."""
    return places.get(home, leaf.keys)


_KINDS: dict[Kind, Callable[[Leaf, str, Any, Drawing], SafeString]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.CONSENT: _consent,
    Kind.ADDRESS: _address,
    Kind.MAP_POINT: _point,
    Kind.SIGNATURE: _signature,
    Kind.FILE: _file,
    Kind.COMPUTED: _computed,
}

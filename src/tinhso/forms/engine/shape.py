"""The JSON Schema of a form's answers: their shape. What is asked when is the rules' business."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import jsonschema_rs
import vn_ident

from tinhso.forms.contracts import Field, Format, Kind
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.repair import LARGEST

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT_LENGTH = 250
LONG_LENGTH = 4000
STROKES_LENGTH = 12_000
STROKES = "^(M[0-9]{1,3} [0-9]{1,3}(L[0-9]{1,3} [0-9]{1,3})+)+$"
STROKE_PATTERN = re.compile(STROKES)
FULL_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PATTERNS = {
    Format.PERSON_NAME: r"^[\p{L}\p{M}][\p{L}\p{M} .,'’-]*$",
    Format.PERSONAL_ID: "^[0-9]{12}$",
    Format.PHONE: "^0[0-9]{9,10}$",
    Format.EMAIL: r"^[^@\s]+@[^@\s]+\.[^@\s.]+$",
    Format.TAX_CODE: "^([0-9]{12}|[0-9]{10}(-[0-9]{3})?)$",
}


def of_answers(leaves: Iterable[Leaf], *, title: str = "") -> dict[str, Any]:
    """The schema of the answers that `leaves` make up."""
    root: dict[str, Any] = _object()
    for leaf in leaves:
        node = root
        for key in leaf.keys[:-1]:
            node = node["properties"].setdefault(key, _object())
        node["properties"][leaf.keys[-1]] = of_leaf(leaf)
    return {"$schema": DIALECT, "title": title, **root} if title else root


def _object() -> dict[str, Any]:
    return {"type": "object", "properties": {}, "additionalProperties": False}


def of_leaf(leaf: Leaf) -> dict[str, Any]:
    """The schema of one answer, described by its label."""
    made = _MAKERS[leaf.kind](leaf)
    return {"description": leaf.label, **made} if leaf.label else made


def _text(leaf: Leaf) -> dict[str, Any]:
    longest = leaf.field.max_length or (LONG_LENGTH if leaf.kind is Kind.LONG_TEXT else TEXT_LENGTH)
    made: dict[str, Any] = {"type": "string", "maxLength": longest}
    if leaf.field.format is not Format.NONE:
        made["pattern"] = PATTERNS[leaf.field.format]
    if leaf.field.format is Format.TAX_CODE:
        made["format"] = "vn-tax-code"
    return made


def _number(leaf: Leaf) -> dict[str, Any]:
    field = leaf.field
    least = field.minimum if field.minimum is not None else (0 if field.kind is Kind.MONEY else -LARGEST)
    most = field.maximum if field.maximum is not None else LARGEST
    if field.kind is Kind.MONEY or field.decimals == 0:
        return {"type": "integer", "minimum": least, "maximum": most}
    return {"type": "number", "minimum": least, "maximum": most}


def _date(leaf: Leaf) -> dict[str, Any]:
    full = {"type": "string", "format": "date", "pattern": FULL_DATE}
    if not leaf.field.partial:
        return full
    return {"anyOf": [full, {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2]))?$"}]}


def _options(field: Field) -> dict[str, Any]:
    return {"enum": [option.value for option in field.options]}


def _choices(leaf: Leaf) -> dict[str, Any]:
    return {"type": "array", "items": _options(leaf.field), "uniqueItems": True, "maxItems": 100}


def _address(leaf: Leaf) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "chi_tiet": {"type": "string", "maxLength": 200},
            "xa": {"type": "string", "minLength": 1, "maxLength": 120},
            "ma_xa": {"type": "string", "pattern": "^[0-9A-Za-z.-]{1,20}$"},
            "ghi_tay": {"const": True},
            "ngay": {"type": "string", "format": "date"},
        },
        "required": ["xa"],
        "additionalProperties": False,
    }


def _point(leaf: Leaf) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "vi_do": {"type": "number", "minimum": -90, "maximum": 90},
            "kinh_do": {"type": "number", "minimum": -180, "maximum": 180},
        },
        "required": ["vi_do", "kinh_do"],
        "additionalProperties": False,
    }


def _signature(leaf: Leaf) -> dict[str, Any]:
    """Strokes are an SVG path of straight lines on a sheet of 600 × 200, nothing else."""
    return {
        "type": "object",
        "properties": {
            "ten": {"type": "string", "maxLength": 100, "pattern": PATTERNS[Format.PERSON_NAME]},
            "net": {"type": "string", "maxLength": STROKES_LENGTH, "pattern": STROKES},
        },
        "additionalProperties": False,
    }


def _table(leaf: Leaf) -> dict[str, Any]:
    return {"type": "array", "items": of_answers(leaf.columns), "maxItems": leaf.field.rows_max}


def _files(leaf: Leaf) -> dict[str, Any]:
    item = {"type": "string", "format": "uuid", "maxLength": 36}
    return {"type": "array", "items": item, "uniqueItems": True, "maxItems": leaf.field.rows_max}


_MAKERS: dict[Kind, Callable[[Leaf], dict[str, Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.YES_NO: lambda leaf: {"type": "boolean"},
    Kind.CHOICE: lambda leaf: _options(leaf.field),
    Kind.CHOICES: _choices,
    Kind.ADDRESS: _address,
    Kind.MAP_POINT: _point,
    Kind.SIGNATURE: _signature,
    Kind.TABLE: _table,
    Kind.FILE: _files,
    Kind.COMPUTED: lambda leaf: {"type": ["number", "string", "boolean", "null"]},
    Kind.CONSENT: lambda leaf: {"const": True},
}


def _tax_code(value: str) -> bool:
    if re.fullmatch("[0-9]{12}", value):
        return True
    return bool(vn_ident.is_valid_mst(value))


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator that checks formats, tax codes' check digits among them."""
    return jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, formats={"vn-tax-code": _tax_code}
    )

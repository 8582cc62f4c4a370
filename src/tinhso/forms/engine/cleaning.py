"""Answers made tidy: each leaf repaired by its kind, unknown answers and impossible values named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinhso.forms.contracts import Field, Format, Kind
from tinhso.forms.engine import places, repair
from tinhso.forms.engine.leaves import ADDRESS_KEYS, POINT_KEYS, SIGNATURE_KEYS, Leaf

STRANGE = object()
_FORMATS: dict[Format, Callable[[str], str]] = {
    Format.NONE: repair.line,
    Format.PERSON_NAME: repair.line,
    Format.PERSONAL_ID: repair.identifier,
    Format.PHONE: repair.phone,
    Format.EMAIL: repair.email,
    Format.TAX_CODE: repair.tax_code,
}


def tidy(top: tuple[Leaf, ...], given: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers, repaired; and what could not even be kept, by path: `type` or `unknown`."""
    odd: dict[str, str] = {}
    if not isinstance(given, dict):
        return {}, {"": "type"}
    kept = _collect(top, given, "", odd)
    _strangers(given, _known(top), "", odd)
    return kept, odd


def _collect(leaves: tuple[Leaf, ...], given: Any, prefix: str, odd: dict[str, str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for leaf in leaves:
        raw = places.get(given, leaf.keys)
        if raw is None:
            continue
        path = prefix + ".".join(leaf.keys)
        value = _rows(leaf, raw, path, odd) if leaf.kind is Kind.TABLE else one(leaf.field, raw)
        if value is STRANGE:
            odd[path] = "type"
        elif not places.empty(value):
            places.put(kept, leaf.keys, value)
    return kept


def _rows(leaf: Leaf, raw: Any, path: str, odd: dict[str, str]) -> Any:
    if not isinstance(raw, list) or len(raw) > 1000:
        return STRANGE
    rows = []
    for index, row in enumerate(raw):
        if not isinstance(row, dict):
            return STRANGE
        rows.append(_collect(leaf.columns, row, f"{path}.{index}.", odd))
        _strangers(row, _known(leaf.columns), f"{path}.{index}.", odd)
    return rows


def _known(leaves: tuple[Leaf, ...]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for leaf in leaves:
        places.put(tree, leaf.keys, None)
    return tree


def _strangers(given: dict[str, Any], known: dict[str, Any], prefix: str, odd: dict[str, str]) -> None:
    for key, value in given.items():
        name = repair.line(str(key))[:60]
        if key not in known:
            odd[f"{prefix}{name}"] = "unknown"
        elif isinstance(known[key], dict):
            if isinstance(value, dict):
                _strangers(value, known[key], f"{prefix}{key}.", odd)
            elif value is not None:
                odd[f"{prefix}{name}"] = "type"


def one(field: Field, raw: Any) -> Any:
    """One answer repaired; STRANGE when it is of no type this kind could be."""
    return _KINDS[field.kind](field, raw)


def _text(field: Field, raw: Any) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < repair.LARGEST:
        raw = str(raw)
    if not isinstance(raw, str):
        return STRANGE
    return repair.lines(raw) if field.kind is Kind.LONG_TEXT else _FORMATS[field.format](raw)


def _number(field: Field, raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return STRANGE
    if not isinstance(raw, str):
        return repair.rounded(raw)
    return repair.money(raw) if field.kind is Kind.MONEY else repair.number(raw, decimals=field.decimals)


def _date(field: Field, raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int | dict):
        return STRANGE
    if isinstance(raw, int) and abs(raw) > repair.LARGEST:
        return STRANGE
    return repair.day(raw)


def _yes_no(field: Field, raw: Any) -> Any:
    return repair.yes_no(raw) if isinstance(raw, str | bool) else STRANGE


def _choice(field: Field, raw: Any) -> Any:
    return repair.line(raw) if isinstance(raw, str) else STRANGE


def _list(field: Field, raw: Any) -> Any:
    items = raw if isinstance(raw, list) else [raw]
    if len(items) > 1000 or not all(isinstance(item, str) for item in items):
        return STRANGE
    return list(dict.fromkeys(tidied for item in items if (tidied := repair.line(item))))


def _address(field: Field, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = {"xa": raw, "ghi_tay": True}
    if not isinstance(raw, dict) or any(key not in ADDRESS_KEYS for key in raw):
        return STRANGE
    kept: dict[str, Any] = {}
    for key in ("chi_tiet", "xa", "ma_xa", "ngay"):
        value = raw.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            return STRANGE
        if tidied := repair.line(value):
            kept[key] = repair.day(tidied) if key == "ngay" else tidied
    if repair.yes_no(raw.get("ghi_tay")) is True:
        kept["ghi_tay"] = True
    return kept if kept.keys() - {"ngay", "ghi_tay"} else None


def _point(field: Field, raw: Any) -> Any:
    """A place as two numbers; both pasted into the first box count."""
    if isinstance(raw, str):
        raw = {"vi_do": raw}
    if not isinstance(raw, dict) or any(key not in POINT_KEYS for key in raw):
        return STRANGE
    if not all(isinstance(value, str | int | float | None) for value in raw.values()):
        return STRANGE
    kept = {key: raw[key] for key in POINT_KEYS if raw.get(key) not in (None, "")}
    if isinstance(first := kept.get("vi_do"), str) and "kinh_do" not in kept:
        kept = dict(zip(POINT_KEYS, repair.pair(first), strict=False))
    return {key: repair.degrees(value) for key, value in kept.items()} or None


def _signature(field: Field, raw: Any) -> Any:
    """A name typed as signature, or strokes drawn by hand, or both."""
    if isinstance(raw, str):
        raw = {"ten": raw}
    if not isinstance(raw, dict) or any(key not in SIGNATURE_KEYS for key in raw):
        return STRANGE
    if not all(isinstance(value, str | None) for value in raw.values()):
        return STRANGE
    return {key: tidied for key in SIGNATURE_KEYS if (tidied := repair.line(raw.get(key) or ""))} or None


def _computed(field: Field, raw: Any) -> Any:
    """What a machine sends for a computed answer is computed again: its own value does not count."""
    return None


_KINDS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _list,
    Kind.FILE: _list,
    Kind.ADDRESS: _address,
    Kind.MAP_POINT: _point,
    Kind.SIGNATURE: _signature,
    Kind.COMPUTED: _computed,
    Kind.CONSENT: lambda field, raw: True if _yes_no(field, raw) is True else None,
}

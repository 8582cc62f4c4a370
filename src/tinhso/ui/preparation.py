"""What a component works out from its parameters before its template sees them: ids, states, shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _

Params = dict[str, Any]


def texted(value: Any) -> Params:
    """A dict with `text`: a plain value is taken as the text."""
    return dict(value) if isinstance(value, Mapping) else {"text": value}


def present(items: Iterable[Any] | None) -> list[Any]:
    """The entries that are there; empty ones are left out."""
    return [item for item in items or () if item]


def _describe(params: Params, stem: str) -> None:
    fieldset = params.get("fieldset")
    given = (fieldset or {}).get("described_by") or params.get("described_by")
    ids = [given] if given else []
    for key, ending in (("hint", "hint"), ("error_message", "error")):
        if params.get(key):
            params[key] = {**texted(params[key]), "id": f"{stem}-{ending}"}
            ids.append(f"{stem}-{ending}")
    params["described"] = " ".join(ids)
    if fieldset:
        legend = fieldset.get("legend")
        params["fieldset"] = {
            **fieldset,
            "legend": texted(legend) if legend else None,
            "described_by": params["described"],
        }


def field(params: Params) -> None:
    """One control: its id and the ids that describe it."""
    params["id"] = params.get("id") or params.get("name")
    _describe(params, params["id"])
    group = params.get("form_group") or {}
    around = (params.get("prefix"), params.get("suffix"), group.get("before_input"), group.get("after_input"))
    params["wrapped"] = any(part and part.get("text") for part in around)


def choices(params: Params) -> None:
    """Radios and checkboxes: ids of items, of their hints and of what they uncover."""
    stem = params.get("id_prefix") or params.get("name") or ""
    _describe(params, stem)
    items: list[Params] = []
    for index, given in enumerate(params.get("items") or (), start=1):
        if given:
            items.append(_choice(_pair(given), index, stem, params))
    params["items"] = items


def _pair(given: Any) -> Params:
    """An item given as (value, text) or as a dict."""
    if isinstance(given, Mapping):
        return dict(given)
    value, text = given
    return {"value": value, "text": text}


def _choice(item: Params, index: int, stem: str, params: Params) -> Params:
    if item.get("divider"):
        return item
    item["id"] = item.get("id") or (stem if index == 1 else f"{stem}-{index}")
    item["name"] = item.get("name") or params.get("name")
    if item.get("checked") is None:
        value = item.get("value")
        item["checked"] = (bool(params.get("value")) and value == params["value"]) or value in (
            params.get("values") or ()
        )
    described = [] if params.get("fieldset") else [params["described"]]
    if item.get("hint"):
        item["hint"] = {**texted(item["hint"]), "id": f"{item['id']}-item-hint"}
        described.append(item["hint"]["id"])
    item["described"] = " ".join(filter(None, described))
    if item.get("conditional"):
        item["conditional"] = texted(item["conditional"])["text"]
        item["conditional_id"] = f"conditional-{item['id']}"
    return item


def radios(params: Params) -> None:
    """As `choices`; a radio is described by its own hint only, the group by the fieldset."""
    choices(params)
    for item in params["items"]:
        item["described"] = (item.get("hint") or {}).get("id", "")


def select(params: Params) -> None:
    """A drop-down: which option is chosen."""
    field(params)
    value = params.get("value")
    params["items"] = [_pair(given) for given in present(params.get("items"))]
    for item in params["items"]:
        if item.get("selected") is None:
            shown = item["value"] if item.get("value") is not None else item.get("text")
            item["selected"] = bool(value) and shown == value


def date_input(params: Params) -> None:
    """Three boxes: day, month, year. A box may be given by itself (`day={…}`) or left out (`day=False`);
    `error` on boxes names the wrong ones, all are wrong when none is named.
    """
    stem = params.get("id") or ""
    if params.get("fieldset"):
        params["fieldset"] = {**params["fieldset"], "role": "group"}
    _describe(params, stem)
    known = {part: params[part] for part in ("day", "month", "year") if params.get(part)}
    default = [
        {"name": part, **known.get(part, {})}
        for part in ("day", "month", "year")
        if params.get(part) is not False
    ]
    items = present(params.get("items")) or default
    own = {(known.get(part) or {}).get("name") or part: part for part in ("day", "month", "year")}
    marked = any(_marked(item) for item in items)
    params["items"] = [_box(dict(item), own, known, marked=marked, params=params) for item in items]


def _marked(item: Params) -> bool:
    return bool(item.get("error")) or "govuk-input--error" in (item.get("classes") or "")


def _box(item: Params, own: Params, known: Params, *, marked: bool, params: Params) -> Params:
    name = item["name"]
    part = own.get(name) or (name if name in {"day", "month", "year"} else "")
    stem = params.get("id") or ""
    prefix = f"{params['name_prefix']}-" if params.get("name_prefix") else ""
    label = {"day": _("Ngày"), "month": _("Tháng"), "year": _("Năm")}.get(name, name.capitalize())
    if item.get("value") is None:
        values = params.get("values") or {}
        item["value"] = (known.get(part) or {}).get("value")
        if item["value"] is None:
            item["value"] = values.get(prefix + name, values.get(part or name))
    wrong = _marked(item) or (item.get("error") is not False and params.get("error_message") and not marked)
    given = item.get("classes") or ""
    names = (
        "govuk-input--error" if wrong and "govuk-input--error" not in given else "",
        "" if "govuk-input--width-" in given else f"govuk-input--width-{4 if part == 'year' else 2}",
        given,
    )
    return {
        **item,
        "id": item.get("id") or f"{stem}-{name}",
        "name": prefix + name,
        "label": item.get("label") or label,
        "classes": " ".join(filter(None, names)),
    }


def summary_list(params: Params) -> None:
    """Rows as dicts, or as (key, value) or (key, value, [actions])."""
    rows = []
    for given in present(params.get("rows")):
        row = dict(given) if isinstance(given, Mapping) else _row(given)
        row["key"] = texted(row.get("key", ""))
        row["value"] = texted(row.get("value", ""))
        row["links"] = present((row.get("actions") or {}).get("items"))
        rows.append(row)
    params["rows"] = rows
    params["any_actions"] = any(row["links"] for row in rows)
    card = params.get("card")
    if card:
        params["card"] = {**card, "title": texted(card["title"]) if card.get("title") else None}
        params["card_actions"] = present((card.get("actions") or {}).get("items"))


def _row(given: Any) -> Params:
    key, value, *rest = given
    return {"key": key, "value": value, "actions": {"items": rest[0]} if rest else None}


def task_list(params: Params) -> None:
    """Ids by which a link names its hint and its status."""
    stem = params.get("id_prefix") or "task-list"
    items = []
    for index, given in enumerate(params.get("items") or (), start=1):
        if not given:
            continue
        item = {**given, "stem": f"{stem}-{index}", "title": texted(given["title"])}
        item["status"] = texted(given.get("status") or "")
        if given.get("hint"):
            item["hint"] = texted(given["hint"])
        items.append(item)
    params["items"] = items


def html_or_text(params: Params) -> None:
    """Whether the content is HTML of its own or a sentence to be set as one."""
    params["is_html"] = isinstance(params.get("text"), SafeData)


def tabs(params: Params) -> None:
    """Ids of the panels."""
    stem = params.get("id_prefix") or "tab"
    items = []
    for index, given in enumerate(params.get("items") or (), start=1):
        if not given:
            continue
        panel = texted(given.get("panel") or "")
        html_or_text(panel)
        items.append({**given, "id": given.get("id") or f"{stem}-{index}", "panel": panel})
    params["items"] = items


def pagination(params: Params) -> None:
    """Keyset pages have no numbers: then both links stand one under the other."""
    params["items"] = present(params.get("items"))
    for key in ("previous", "next"):
        link = params.get(key)
        if link and not isinstance(link, Mapping):
            params[key] = {"href": link}
    params["block_level"] = not params["items"] and bool(params.get("next") or params.get("previous"))


def table(params: Params) -> None:
    """Cells as dicts or plain values."""
    params["head"] = [texted(cell) for cell in params.get("head") or ()]
    params["rows"] = [[texted(cell) for cell in row] for row in present(params.get("rows"))]


def panel(params: Params) -> None:
    """The panel of an interruption has its acts inside, as inverse buttons or links."""
    params["interruption"] = "govuk-panel--interruption" in (params.get("classes") or "")
    actions = params.get("actions") or {}
    items = []
    for given in present(actions.get("items") if isinstance(actions, Mapping) else None):
        action = dict(given)
        if not action.get("href") or action.get("type") == "button":
            own = action.get("classes")
            action["button"] = render_to_string(
                "ui/components/button.html",
                {
                    **action,
                    "type": action.get("type") or "button",
                    "classes": "govuk-button--inverse" + (f" {own}" if own else ""),
                },
            )
        items.append(action)
    params["action_items"] = items


def error_summary(params: Params) -> None:
    """Faults as dicts (`text`, `href`) or as (field id, sentence)."""
    params["error_list"] = [
        dict(given) if isinstance(given, Mapping) else {"href": f"#{given[0]}", "text": given[1]}
        for given in present(params.get("error_list"))
    ]


PREPARE: dict[str, Callable[[Params], None]] = {
    "input": field,
    "textarea": field,
    "file-upload": field,
    "password-input": field,
    "select": select,
    "radios": radios,
    "checkboxes": choices,
    "date-input": date_input,
    "summary-list": summary_list,
    "task-list": task_list,
    "notification-banner": html_or_text,
    "tabs": tabs,
    "pagination": pagination,
    "table": table,
    "error-summary": error_summary,
    "empty-state": html_or_text,
    "panel": panel,
}

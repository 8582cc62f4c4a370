"""Components that lists draw hundreds of times, in Python: a template costs four times as much."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tinhso.ui.attributes import attributes, classes
from tinhso.ui.lateness import Lateness, Unit, shown


def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; hidden from readers unless `label` names it."""
    return _icon(name, str(label), size)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, size: str) -> SafeString:
    sprite = static("ui/dist/icons.svg")
    cls = f"ui-icon ui-icon--{size}" if size else "ui-icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}#{}"></use></svg>',
            cls,
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        cls,
        sprite,
        name,
    )


def tag(params: dict[str, Any]) -> SafeString:
    """A word with a ground of its own."""
    return format_html(
        '<strong class="{}"{}>{}</strong>',
        classes("govuk-tag", params.get("classes")),
        attributes(params.get("attributes")),
        params.get("text", ""),
    )


def lateness(params: dict[str, Any]) -> SafeString:
    """Where a promise stands: word, number and shape; `explain` is the sentence behind it."""
    what = shown(
        Lateness(params["standing"]),
        amount=params.get("amount", 0),
        unit=params.get("unit", Unit.DAY),
        at=params.get("at", ""),
    )
    drawn = icon(what.icon) if what.icon else ""
    explain = params.get("explain") or None
    return format_html(
        '<span class="{}"{}>{}{}</span>', what.classes, attributes({"title": explain}), drawn, what.text
    )


def flag(params: dict[str, Any]) -> SafeString:
    """An icon with its word; when `small`, the word shows under the pointer and is read aloud."""
    if params.get("small"):
        return format_html(
            '<span class="ui-flag" title="{1}">{0}<span class="govuk-visually-hidden">{1}</span></span>',
            icon(params["which"]),
            params["text"],
        )
    return format_html('<span class="ui-flag">{}{}</span>', icon(params["which"]), params.get("text", ""))


def nav_item(params: dict[str, Any]) -> SafeString:
    """An entry of the service navigation."""
    here = params.get("current")
    word: str | SafeString = params["text"]
    if here:
        word = format_html('<strong class="govuk-service-navigation__active-fallback">{}</strong>', word)
    return format_html(
        '<li class="{}"><a class="govuk-service-navigation__link" href="{}"{}>{}</a></li>',
        classes("govuk-service-navigation__item", "govuk-service-navigation__item--active" if here else ""),
        params["href"],
        attributes({"aria-current": "page" if here else None}),
        word,
    )


DIRECT = {"tag": tag, "lateness": lateness, "flag": flag, "nav-item": nav_item}

"""HTML attributes and class names of components, escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def attributes(given: Mapping[str, Any] | None) -> SafeString:
    """` name="value"` for each entry; True gives a bare name, False and None give nothing.

    `style` and `on…` are refused: the content policy would drop them in the browser.
    """
    parts: list[str] = []
    for name, value in (given or {}).items():
        if name == "style" or name.startswith("on"):
            raise ValueError(f"{name}: styles and handlers belong in web/, not in a page")
        if value is None or value is False:
            continue
        key = conditional_escape(name)
        parts.append(f" {key}" if value is True else f' {key}="{conditional_escape(value)}"')
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped above


def classes(*names: str | None) -> str:
    """Class names joined, empty ones left out."""
    return " ".join(name for name in names if name)

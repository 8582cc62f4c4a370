"""Our templates give the markup of govuk-frontend: its own fixtures, rendered by us, compared as trees.

Options are turned into our names (`fieldset.describedBy` → `described_by`, `html` and `text` → `text`).
Fixtures that show what we do not offer are named below with the reason.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from django.utils.safestring import mark_safe

from tests.support.browser import MODULES, web_parts

PACKAGE = MODULES / "govuk-frontend" / "dist" / "govuk" / "components"
COVERED = (
    "back-link", "breadcrumbs", "button", "checkboxes", "date-input", "details", "error-message",
    "error-summary", "fieldset", "file-upload", "hint", "input", "inset-text", "label",
    "notification-banner", "pagination", "panel", "password-input", "radios", "select", "skip-link",
    "summary-list", "table", "tabs", "tag", "task-list", "textarea", "warning-text",
)  # fmt: skip
VOID = {"input", "br", "path", "img", "circle", "hr"}


class Tree(HTMLParser):
    """HTML as a list of tags with sorted attributes and of words, so that spacing does not count."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = sorted((name, self._value(name, value)) for name, value in attrs)
        self.parts.append(f"<{tag} {shown}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.parts.append(words)

    @staticmethod
    def _value(name: str, value: str | None) -> str:
        words = (value or "").split()
        return " ".join(sorted(words) if name == "class" else words)


def tree(html: str) -> list[str]:
    parser = Tree()
    parser.feed(html)
    return parser.parts


def ours(value: Any) -> Any:
    """Upstream's options in our names."""
    if isinstance(value, list):
        return [ours(item) for item in value]
    if not isinstance(value, dict):
        return value
    given: dict[str, Any] = {}
    for key, inner in value.items():
        name = re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found[1].lower(), key)
        if name == "attributes":
            given[name] = {k: v["value"] if isinstance(v, dict) else v for k, v in inner.items()}
            continue
        html = name == "html" or name.endswith("_html")
        name = re.sub(r"_?(html|text)$", "", name) or "text"
        if html and inner:
            given[name] = mark_safe(inner)
        elif name not in given:
            given[name] = ours(inner)
    return given


def upstream() -> list[tuple[str, str, dict[str, Any], str]]:
    web_parts()
    found = []
    for component in COVERED:
        for fixture in json.loads((PACKAGE / component / "fixtures.json").read_text())["fixtures"]:
            found.append((component, fixture["name"], fixture["options"], fixture["html"]))
    return found

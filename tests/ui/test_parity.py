"""Our templates give the markup of govuk-frontend: its own fixtures, rendered by us, compared as trees.

Options are turned into our names (`fieldset.describedBy` → `described_by`, `html` and `text` → `text`).
Fixtures that show what we do not offer are named below with the reason.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from tests.support.browser import MODULES, web_parts
from tinhso.ui import components

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
            given[name] = mark_safe(inner)  # noqa: S308 - upstream's own fixtures
        elif name not in given:
            given[name] = ours(inner)
    return given


def expected(component: str, html: str) -> str:
    """Upstream's HTML, with the two places where ours differs on purpose."""
    if component == "pagination":
        # One whole sentence, so that it can be translated: not a word and a hidden remainder.
        return re.sub(r'(Previous|Next)<span class="govuk-visually-hidden"> page</span>', r"\1 page", html)
    return html


def drawn(component: str, options: dict[str, Any]) -> str:
    html = components.render(component, **ours(options))
    if component == "password-input":
        # Ours always says the button's words, in the page's language.
        return re.sub(r' data-i18n[^=]*="[^"]*"', "", html)
    return html


NOT_OFFERED = {
    ("button", "start link with html"): "a start button carries words only",
    ("file-upload", "enhanced"): "what sends files in pieces is an island of the pages that ask for papers",
    ("file-upload", "enhanced, with error message and hint"): "as above",
    ("file-upload", "enhanced, multiple files"): "as above",
    ("file-upload", "enhanced, custom wrapper classes and attributes"): "as above",
    ("file-upload", "translated"): "as above",
    ("password-input", "value"): "a password is never written back into a page",
    ("password-input", "with translations"): "the words come from the catalogue, not from parameters",
    ("select", "with falsy values"): "false is not a value in Python templates",
}

LEFT_OUT = {
    "accordion": "hides content; headings do the same job",
    "character-count": "limits are said in the hint and judged by the server",
    "cookie-banner": "only cookies that the service needs are set",
    "exit-this-page": "no page of ours needs it yet",
    "feedback": "rating has its own page",
    "footer": "ours says phone and owner",
    "generic-header": "part of ui/public.html",
    "header": "brand of another country",
    "language-navigation": "part of ui/public.html",
    "phase-banner": "nothing is beta",
    "service-navigation": "part of ui/public.html",
}


def upstream() -> list[tuple[str, str, dict[str, Any], str]]:
    found = []
    for component in COVERED:
        for fixture in json.loads((PACKAGE / component / "fixtures.json").read_text())["fixtures"]:
            found.append((component, fixture["name"], fixture["options"], fixture["html"]))
    return found


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    web_parts()


@pytest.mark.parametrize("component", COVERED)
def test_our_markup_is_upstreams(component: str) -> None:
    wrong = []
    with translation.override("en"):
        for name, fixture, options, html in upstream():
            if name != component or (name, fixture) in NOT_OFFERED:
                continue
            want, got = tree(expected(name, html)), tree(drawn(name, options))
            if want != got:
                at = next((i for i, pair in enumerate(zip(want, got, strict=False)) if pair[0] != pair[1]), 0)
                wrong.append(f"{fixture}: {want[at : at + 2]} but ours {got[at : at + 2]}")
    assert not wrong


def test_every_upstream_component_is_covered_or_left_out_with_a_reason() -> None:
    shipped = {file.parent.name for file in PACKAGE.glob("*/fixtures.json")}
    assert shipped == {*COVERED, *LEFT_OUT}


def test_what_is_not_offered_differs_indeed() -> None:
    same = []
    with translation.override("en"):
        for name, fixture, options, html in upstream():
            if (name, fixture) in NOT_OFFERED and tree(expected(name, html)) == tree(drawn(name, options)):
                same.append((name, fixture))
    assert same == []


def test_what_is_not_offered_exists_upstream() -> None:
    known = {(component, fixture) for component, fixture, _options, _html in upstream()}
    assert set(NOT_OFFERED) <= known

"""Filters of a list: the few always in sight, what is chosen as words to take away, and a page with all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.pages.desk.visiting import Came, came_from, visit
from tinhso.dossiers.queries import choosing, desks
from tinhso.dossiers.queries.choices import APPLICANT, DAYS, DOSSIER, DUE, FACETS, ME, NOBODY, ORDERS, VIA
from tinhso.foundation import access

DAY_WORDS = {
    "nhan-tu": gettext_noop("Nhận từ ngày"),
    "nhan-den": gettext_noop("Nhận đến hết ngày"),
    "han-tu": gettext_noop("Hạn từ ngày"),
    "han-den": gettext_noop("Hạn đến hết ngày"),
}
GROUPS = ((DOSSIER, gettext_noop("Hồ sơ")), (APPLICANT, gettext_noop("Người nộp")))


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter always in sight: a list to choose one value from, or those chosen on the page with all."""

    word: str
    label: str
    items: list[dict[str, Any]]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing chosen, in words, and the address of the list without it."""

    label: str
    text: str
    href: str


def quick(came: Came) -> list[Quick]:
    """The filters in sight: status, deadline, holder, channel. No query.

    A filter with several values, or with one that its short list lacks, is kept as it is.
    """
    short = {
        "tt": {status.value: meaning.label for status, meaning in MEANINGS.items()},
        "giu": {ME: _("Tôi"), NOBODY: _("Chưa ai giữ")},
        "kenh": {via.value: _(msgid) for via, msgid in VIA.items()},
    }
    made = [
        _quick(word, FACETS[word].label, texts, chosen=came.choice.of(word)) for word, texts in short.items()
    ]
    due = _quick(
        "han",
        _("Hạn"),
        {word: _(msgid) for word, msgid in DUE.items()},
        chosen=(came.choice.due,) if came.choice.due else (),
    )
    return [made[0], due, *made[1:]]


def _quick(word: str, label: str, texts: dict[str, str], *, chosen: tuple[str, ...]) -> Quick:
    if len(chosen) > 1 or (chosen and chosen[0] not in texts):
        return Quick(word=word, label=label, items=[], kept=chosen)
    items = [{"value": "", "text": _("Tất cả")}] + [
        {"value": value, "text": text, "selected": value in chosen} for value, text in texts.items()
    ]
    return Quick(word=word, label=label, items=items)


def out_of_sight(came: Came) -> list[tuple[str, str]]:
    """What is chosen beside the search and the quick filters, for the hidden fields of their form."""
    in_sight = {"q", "tt", "han", "giu", "kenh"}
    return [(name, value) for name, value in came.choice.pairs() if name not in in_sight]


def chips(came: Came) -> list[Chip]:
    """What is chosen, each with the way out of it. Three queries at most."""
    choice = came.choice
    texts = choosing.said(choice)
    found = [
        Chip(
            label=FACETS[word].label,
            text=texts[word].get(value, value),
            href=came.choosing(choice.without(word, value)).href,
        )
        for word, values in choice.picked
        for value in values
    ]
    if choice.due:
        found.append(Chip(_("Hạn"), _(DUE[choice.due]), came.choosing(choice.without("han")).href))
    for word, field in DAYS.items():
        if day := getattr(choice, field):
            words = f"{day:%d}/{day.month}/{day.year}"
            found.append(Chip(_(DAY_WORDS[word]), words, came.choosing(choice.without(word)).href))
    return found


@never_cache
@access.officer("dossiers.list")
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All filters of a list, values chosen from lists with counts."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    came = came_from(request)
    base = desks.base(came.view, desk, at=at, q=came.q)
    found = choosing.counted(base, came.choice, officer=desk.officer, at=at)
    groups = [
        {
            "title": _(msgid),
            "key": group,
            "facets": [
                {"word": word, "label": facet.label, "options": found.options[word]}
                for word, facet in FACETS.items()
                if facet.group == group and found.options[word]
            ],
        }
        for group, msgid in GROUPS
    ]
    facts = {
        "title": _("Lọc: %(view)s") % {"view": came.view.label},
        "came": came,
        "groups": groups,
        "whole": found.whole,
        "most": choosing.MOST_COUNTED,
        "days": [
            {"word": word, "label": _(DAY_WORDS[word]), "value": getattr(came.choice, field)}
            for word, field in DAYS.items()
        ],
        "dues": [
            {"value": word, "text": text, "checked": word == came.choice.due}
            for word, text in [("", _("Không chọn")), *((word, _(msgid)) for word, msgid in DUE.items())]
        ],
        "orders": [
            {"value": order.value, "text": _(msgid), "selected": order is came.choice.order}
            for order, msgid in ORDERS.items()
        ],
        "clear": came.choosing(came.choice.without_all()).query,
    }
    return render(request, "dossiers/desk/filters.html", facts)

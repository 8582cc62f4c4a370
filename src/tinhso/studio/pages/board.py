"""The board of the whole catalogue: narrowed, page by page, taken out as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, moments
from tinhso.identity import api as identity
from tinhso.studio.bodies.labels import LEVELS
from tinhso.studio.pages.visiting import HOME
from tinhso.studio.queries import board as reading
from tinhso.studio.queries.board import Hindrance, Narrow, Row, Stage

PLACE = f"{HOME}bang/"
STAGES: Mapping[Stage, str | Promise] = {
    Stage.MISSING: gettext_lazy("Chưa có tờ khai"),
    Stage.PLAIN: gettext_lazy("Tờ khai chung"),
    Stage.IMPROVED: gettext_lazy("Tờ khai riêng"),
    Stage.CHECKED: gettext_lazy("Đã kiểm thử"),
}
HUES = {Stage.MISSING: "grey", Stage.PLAIN: "amber", Stage.IMPROVED: "blue", Stage.CHECKED: "green"}
HINDRANCES: Mapping[Hindrance, str | Promise] = {
    Hindrance.FORM: gettext_lazy("chưa có tờ khai"),
    Hindrance.CHANNEL: gettext_lazy("chưa nhận trực tuyến"),
    Hindrance.ORIGINALS: gettext_lazy("đòi bản chính giấy"),
    Hindrance.RESULT: gettext_lazy("chưa có mẫu kết quả điện tử"),
}
WORDS = {"linh-vuc": "sector", "cap": "level", "tinh-trang": "stage", "vuong": "hindrance"}


@never_cache
@access.officer("studio.write")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Procedures in force, what would gain most first, fifty a page."""
    at, actor = moments.now(), identity.actor_of(request)
    identity.require(actor, "studio.write", None, at)
    every = reading.board(at=at)
    narrow = narrow_of(request.GET)
    rows = [row for row in every if narrow.meets(row)]
    after = request.GET.get("sau", "")
    begins = _after(rows, every, after)
    shown = rows[begins : begins + reading.PAGE]
    chosen = {word: value for word in WORDS if (value := getattr(narrow, WORDS[word]))}
    more = begins + reading.PAGE < len(rows)
    facts = {
        "title": _("Bảng thủ tục"),
        "place": PLACE,
        "home": HOME,
        "tiles": _tiles(every, narrow),
        "selects": _selects(every, narrow),
        "in_line": {"classes": "st-select"},
        "clear": PLACE if chosen else "",
        "count": number_format(len(rows), force_grouping=True),
        "rows": [_told(row) for row in shown],
        "export": f"/can-bo/xuat/moi/?{urlencode({'nguon': 'studio.board', **chosen})}",
        "first": f"{PLACE}?{urlencode(chosen)}" if begins else "",
        "next": f"{PLACE}?{urlencode({**chosen, 'sau': shown[-1].standing.code})}" if more else "",
        "left": len(rows) - begins - reading.PAGE,
    }
    return render(request, "studio/board.html", facts)


def narrow_of(given: QueryDict) -> Narrow:
    """What an address asks for; a word that is not known narrows nothing."""
    known: Mapping[str, Iterable[str]] = {"cap": LEVELS, "tinh-trang": STAGES, "vuong": HINDRANCES}
    asked = {}
    for word, name in WORDS.items():
        value = given.get(word, "")[:100]
        if word not in known or value in {str(one.value) for one in known[word]}:  # type: ignore[attr-defined]
            asked[name] = value
    return Narrow(**asked)


def _after(rows: list[Row], every: tuple[Row, ...], code: str) -> int:
    """Where the page behind a procedure begins, also when that procedure left the narrowed list meanwhile."""
    last = next((row.place for row in every if row.standing.code == code), None)
    if last is None:
        return 0
    return sum(row.place <= last for row in rows)


def _tiles(every: tuple[Row, ...], narrow: Narrow) -> list[dict[str, Any]]:
    counted = Counter(row.stage for row in every)
    return [
        {
            "text": str(label),
            "number": number_format(counted[stage], force_grouping=True),
            "href": f"{PLACE}?{urlencode({'tinh-trang': stage.value})}",
            "current": narrow.stage == stage,
        }
        for stage, label in STAGES.items()
    ]


def _selects(every: tuple[Row, ...], narrow: Narrow) -> list[dict[str, Any]]:
    sectors = sorted({(row.standing.sector_name, row.standing.sector) for row in every})
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "linh-vuc": (_("Lĩnh vực"), [(slug, name) for name, slug in sectors]),
        "cap": (_("Cấp"), [(str(one), str(label)) for one, label in LEVELS.items()]),
        "tinh-trang": (_("Tình trạng"), [(one.value, str(label)) for one, label in STAGES.items()]),
        "vuong": (_("Còn vướng"), [(one.value, str(label)) for one, label in HINDRANCES.items()]),
    }
    return [
        {
            "word": word,
            "label": {"text": label},
            "items": [
                {"value": value, "text": text, "selected": getattr(narrow, WORDS[word]) == value}
                for value, text in [("", _("Tất cả")), *pairs]
            ],
        }
        for word, (label, pairs) in choices.items()
    ]


def _told(row: Row) -> dict[str, Any]:
    one = row.standing
    return {
        "code": one.code,
        "name": one.name,
        "href": f"/thu-tuc/{one.code}/",
        "sector": one.sector_name,
        "level": str(LEVELS[one.agency_level]),
        "stage": str(STAGES[row.stage]),
        "hue": HUES[row.stage],
        "keeps": keeps(row),
        "full": row.full,
        "filed": number_format(row.filed, force_grouping=True),
        "change": f"{HOME}sua/{one.code}/",
    }


def keeps(row: Row) -> str:
    """What keeps a procedure from full online service, in words."""
    if row.hindrances:
        words = ", ".join(str(HINDRANCES[one]) for one in row.hindrances)
        return words[:1].upper() + words[1:]
    return _("Đang toàn trình") if row.full else _("Đủ điều kiện, chưa công bố toàn trình")


def describe(narrow: Narrow) -> str:
    """What a narrowed board holds, in words."""
    said = [_("Bảng thủ tục")]
    if narrow.sector:
        said.append(_("lĩnh vực %(name)s") % {"name": narrow.sector})
    for value, words in ((narrow.level, LEVELS), (narrow.stage, STAGES), (narrow.hindrance, HINDRANCES)):
        said += [str(label) for one, label in words.items() if str(one) == value]
    return "; ".join(said)


def rows_of(query: str, *, at: datetime) -> list[Row]:
    """The rows of a board's address, whole."""
    narrow = narrow_of(QueryDict(query))
    return [row for row in reading.board(at=at) if narrow.meets(row)]

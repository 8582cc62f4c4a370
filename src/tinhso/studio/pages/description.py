"""The page of the published description: the parts of NĐ 63/2010/NĐ-CP art. 8(2), and which are whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access
from tinhso.foundation.moments import local
from tinhso.foundation.text import normal
from tinhso.procedures import api as procedures
from tinhso.studio import assembling
from tinhso.studio.bodies.labels import APPLICANTS, CHANNELS, DEEMED, LEVELS, ONLINE, PLACES, UNITS, Words
from tinhso.studio.bodies.telling import said
from tinhso.studio.contracts import Body, DraftState, PartName
from tinhso.studio.pages.visiting import Visit, address, frame, visit
from tinhso.studio.suggesting import everyday_words

LEGAL_PARTS = (
    ("ten", ("name", "sector", "bundle"), PartName.DESCRIPTION),
    ("trinh-tu", ("steps",), PartName.DESCRIPTION),
    ("cach-nop", ("channels",), PartName.DESCRIPTION),
    ("ho-so", ("papers",), PartName.PAPERS),
    ("thoi-han", ("term", "deemed"), PartName.DESCRIPTION),
    ("doi-tuong", ("applicant_kinds",), PartName.DESCRIPTION),
    ("co-quan", ("agencies", "agency_level"), PartName.DESCRIPTION),
)
"""The seven parts every procedure has, by their anchors, with the places that must be whole."""
COMPARED = (
    *("name", "sector", "decision_number", "levels", "applicant_kinds", "agencies", "steps", "channels"),
    *("term", "legal_bases", "conditions", "results"),
)
"""What the national catalogue's record says too."""


@never_cache
@access.officer("studio.write")
@require_safe
def page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The description as it stands; `tim` tries at which place a search would find it."""
    here = visit(request, draft_id)
    body = here.draft.body(PartName.DESCRIPTION)
    q = normal(request.GET.get("tim", ""))[:200]
    facts = {
        **frame(here, PartName.DESCRIPTION),
        "body": body,
        "open": here.draft.state is DraftState.OPEN,
        "legal": _legal_parts(here),
        "places": PLACES,
        "channels": _channels(body),
        "units": _choices(UNITS),
        "levels": _choices(LEVELS),
        "applicants": _choices(APPLICANTS),
        "online": _choices(ONLINE),
        "deemed": _choices(DEEMED),
        "sectors": procedures.sectors(at=here.at),
        "suggested": everyday_words(body),
        "bundle": [_bundled(one) for one in body.get("bundle") or ()],
        "national": _national(here),
        "q": q,
        "tried": _tried(here, q) if q else "",
    }
    return render(request, "studio/description.html", facts)


def _choices(words: Words) -> list[tuple[str, str]]:
    return [(str(code), str(word)) for code, word in words.items()]


def _legal_parts(here: Visit) -> list[dict[str, Any]]:
    """The seven parts by name, and where each stands."""
    names = {
        "ten": _("Tên thủ tục"),
        "trinh-tu": _("Trình tự thực hiện"),
        "cach-nop": _("Cách thức thực hiện"),
        "ho-so": _("Thành phần, số lượng hồ sơ"),
        "thoi-han": _("Thời hạn giải quyết"),
        "doi-tuong": _("Đối tượng thực hiện"),
        "co-quan": _("Cơ quan thực hiện"),
    }
    return [
        {
            "name": names[anchor],
            "href": f"#{anchor}" if part is PartName.DESCRIPTION else address(here.draft.id, part),
            "places": " ".join(places),
            "here": part is PartName.DESCRIPTION,
            "whole": part is PartName.DESCRIPTION or bool(here.draft.body(part).get("papers")),
        }
        for anchor, places, part in LEGAL_PARTS
    ]


def _channels(body: Body) -> list[dict[str, Any]]:
    """Every way to file, with what is said of it where it is one of this procedure's."""
    given = {one.get("kind"): one for one in body.get("channels") or () if isinstance(one, dict)}
    return [
        {"kind": str(kind), "name": str(word), "given": given.get(kind), "path": f"channels.@{kind}"}
        for kind, word in CHANNELS.items()
    ]


def _bundled(one: dict[str, Any]) -> str:
    needs = ", ".join(one.get("needs") or ())
    if needs:
        return _("%(code)s, sau khi có kết quả của %(needs)s") % {"code": one["procedure"], "needs": needs}
    return str(one["procedure"])


def _national(here: Visit) -> dict[str, Any] | None:
    """The newest record of the national catalogue beside the draft, field by field."""
    record = procedures.national_record(here.draft.code)
    if record is None:
        return None
    theirs = orjson.loads(orjson.dumps(procedures.encoded(record.content)))
    ours = here.draft.body(PartName.DESCRIPTION)
    return {
        "day": f"{local(record.imported_at):%d/%m/%Y}",
        "rows": list(_compared(ours, theirs, record.missing)),
        "values": {name: theirs[name] for name in COMPARED},
    }


def _compared(ours: Body, theirs: Body, missing: dict[str, str]) -> Iterator[dict[str, Any]]:
    for name in COMPARED:
        mine, other = ours.get(name), theirs[name]
        empty = not said(other)
        yield {
            "name": name,
            "label": PLACES[name],
            "ours": said(mine) or _("để trống"),
            "theirs": said(other) or _("danh mục không ghi"),
            "same": mine == other,
            "empty": empty,
            "why": missing.get(name, ""),
        }


def _tried(here: Visit, q: str) -> str:
    """At which place the draft would be found, in a sentence."""
    try:
        content = assembling.content(here.draft)
    except procedures.BadContent as fault:
        return fault.message
    place, before = procedures.place_in_search(code=here.draft.code, content=content, q=q)
    if place == 1:
        return _("Tìm “%(q)s”: thủ tục này đứng đầu.") % {"q": q}
    if place:
        said_before = "; ".join(before[:3])
        return _("Tìm “%(q)s”: thủ tục này đứng thứ %(place)d, sau: %(before)s.") % {
            "q": q,
            "place": place,
            "before": said_before,
        }
    return _("Tìm “%(q)s”: không thấy thủ tục này. Hãy thêm từ đó vào các từ thường nói.") % {"q": q}

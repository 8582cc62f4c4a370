"""The page of results and letters: a text, its marks and fields to put in, and how it will look."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.forms import api as forms
from tinhso.foundation import access, paper
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files import serving
from tinhso.studio.contracts import DraftState, DraftView, PartName
from tinhso.studio.documents import gallery, reading, trying
from tinhso.studio.documents.judging import Known
from tinhso.studio.documents.setting import LETTER, RESULT, WHOLE
from tinhso.studio.documents.tree import Fault
from tinhso.studio.pages.posting import incomplete, posted
from tinhso.studio.pages.visiting import Visit, address, frame, visit
from tinhso.studio.parts.templates import OWN, USES, Text, texts

OF_LETTER = "thu-"
"""Before the code of a letter in addresses."""
WORDS = {
    "ket-qua": RESULT,
    "bo-sung": "supplement",
    "tu-choi": "refusal",
    "hen-lai": "extension",
    "dung": "stop",
}
"""What each use is called in addresses."""
NAMED = {
    "result": gettext_lazy("Mẫu chung: xác nhận những điều đã khai"),
    "decision": gettext_lazy("Quyết định trống"),
}
"""Templates that suit any procedure, offered where a clerk writes none."""
LARGEST = 200_000
MOST_PAGES = 8
"""Pages of a preview that are drawn; a longer document is seen whole in its PDF."""


@never_cache
@access.officer("studio.write")
@require_safe
def page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The editor of one text; `van-ban` says which."""
    here = visit(request, draft_id)
    definition = _definition(here.draft)
    body = here.draft.body(PartName.TEMPLATES)
    home = address(draft_id, PartName.TEMPLATES)
    shown = _listed(body)
    word, now = _chosen(shown, request.GET.get("van-ban", ""))
    use = now.use
    names = trying.names_for(definition, use)
    starts = {RESULT: gallery.KINDS, LETTER: gallery.LETTERS}.get(use, {})
    facts = frame(here, PartName.TEMPLATES) | {
        "use": use,
        "place": now.place,
        "whole": use in WHOLE,
        "label": now.name,
        "text": now.text,
        "named": _named(body),
        "kept": str(body.get("result", "")),
        "papers": [
            {
                "href": f"{home}?van-ban={key}",
                "text": each.name,
                "use": each.place,
                "current": each == now,
                "written": bool(each.text.strip()),
            }
            for key, each in shown.items()
        ],
        "groups": _groups(names, definition),
        "shapes": [{"word": word, "label": str(shape.label)} for word, shape in paper.SHAPES.items() if word],
        "starts": {
            key: {"label": str(label), "text": gallery.starting(key, names, title=_title(here.draft))}
            for key, label in starts.items()
        },
        "cases": list(_cases(here.draft)),
        "try": f"{home}xem-thu/",
        "pdf": f"{home}ban-thu.pdf?van-ban={word}",
        "of_letter": f"{home}?van-ban={OF_LETTER}",
        "longest": reading.LONGEST,
        "open": here.draft.state is DraftState.OPEN,
    }
    return render(request, "studio/templates.html", facts)


@never_cache
@access.officer("studio.write")
@require_POST
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`{use, text, named, case}` tried: `{pages, more, faults}`; no pages while a fault blocks.

    Where nothing is written for the result, the template `named` is tried.
    """
    here = visit(request, draft_id)
    use, text, named, case = _sent(request)
    written = _written(here, use, text, named)
    found = [_told(fault) for fault in written.faults]
    if not written.source:
        return JsonResponse({"pages": [], "more": 0, "faults": found})
    try:
        drawn = paper.render_pages(template=written.source, data=_data(here, written.source, use, case))
    except paper.PaperError as refused:
        fault = {"line": 1, "column": 1, "length": 1, "sentence": refused.message, "blocks": True}
        return JsonResponse({"pages": [], "more": 0, "faults": [*found, fault]})
    pages = [f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in drawn[:MOST_PAGES]]
    return JsonResponse({"pages": pages, "more": max(len(drawn) - MOST_PAGES, 0), "faults": found})


@never_cache
@access.officer("studio.write")
@require_safe
def trial(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The saved text as PDF, marked on every page as a trial."""
    here = visit(request, draft_id)
    body = here.draft.body(PartName.TEMPLATES)
    now = _chosen(_listed(body), request.GET.get("van-ban", ""))[1]
    use = now.use
    written = _written(here, use, now.text, str(body.get("result", "")))
    if written.faults and not written.source:
        raise Invalid(_("Văn bản còn chỗ sai nên chưa in thử được. Hãy sửa các chỗ được nêu."))
    if not written.source:
        raise NotFound(_("Chưa soạn văn bản này nên chưa có bản thử."))
    data = _data(here, written.source, use, request.GET.get("truong-hop", ""))
    data["trial"] = _("Bản thử")
    return serving.pdf(paper.render(template=written.source, data=data, made_at=here.at), name="ban-thu.pdf")


def _listed(body: dict[str, Any]) -> dict[str, Text]:
    """Every text there is or may be, by its word in addresses: the result, slips, then own letters."""
    written = {one.place: one for one in texts(body)}
    fixed = {word: written.get(use, Text(use, use, str(USES[use]), "")) for word, use in WORDS.items()}
    own = {f"{OF_LETTER}{one.place[len(OWN) :]}": one for one in written.values() if one.use == LETTER}
    return {**fixed, **own}


def _chosen(shown: dict[str, Text], word: str) -> tuple[str, Text]:
    """The text of an address, the result where it has no such word."""
    found = word if word in shown else "ket-qua"
    return found, shown[found]


def _written(here: Visit, use: str, text: str, named: str) -> trying.Written:
    """A text ready to be tried; without one, for the result, the registered template; else nothing."""
    if text.strip():
        return trying.write(text, use, trying.names_for(_definition(here.draft), use))
    return trying.Written((), named if use == RESULT and named in NAMED else "")


def _data(here: Visit, source: str, use: str, case: str) -> dict[str, Any]:
    definition = _definition(here.draft)
    return trying.data(
        source,
        use=use,
        definition=definition if definition is not None and not forms.unsound(definition) else None,
        answers=dict(_cases(here.draft)).get(case),
        title=_title(here.draft),
        at=here.at,
    )


def _definition(draft: DraftView) -> dict[str, Any] | None:
    found = draft.body(PartName.FORM)["definition"]
    return found if isinstance(found, dict) else None


def _title(draft: DraftView) -> str:
    """What the result is called, or else the procedure."""
    description = draft.body(PartName.DESCRIPTION)
    for result in description.get("results") or []:
        if isinstance(result, dict) and result.get("name"):
            return str(result["name"])
    return str(description.get("short_name") or draft.title)


def _cases(draft: DraftView) -> Any:
    """The example runs that carry answers, by name."""
    for one in draft.body(PartName.EXAMPLES).get("examples") or []:
        if isinstance(one, dict) and isinstance(one.get("answers"), dict) and one.get("name"):
            yield str(one["name"]), one["answers"]


def _sent(request: HttpRequest) -> tuple[str, str, str, str]:
    sent = posted(request, text=str, use=str)
    if len(sent["text"]) > LARGEST:
        raise Invalid(_("Văn bản quá dài. Hãy rút gọn."))
    use = LETTER if sent["use"].startswith(OWN) else sent["use"]
    if use not in USES and use != LETTER:
        raise incomplete()
    named, case = (word if isinstance(word := sent.get(key), str) else "" for key in ("named", "case"))
    return use, sent["text"], named, case


def _told(fault: Fault) -> dict[str, object]:
    spot = fault.spot
    return {
        "line": spot.line,
        "column": spot.column,
        "length": spot.length,
        "sentence": fault.sentence,
        "blocks": fault.blocks,
    }


def _named(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What is printed where nothing is written here: nothing, a template for all, or the one there is."""
    now = str(body.get("result", ""))
    known = {"": _("Không in trên máy"), **{name: str(label) for name, label in NAMED.items()}}
    if now not in known:
        known[now] = _("Mẫu có sẵn: %(name)s") % {"name": now.partition("\n")[0][:60]}
    return [{"value": value, "text": label, "selected": value == now} for value, label in known.items()]


def _groups(names: Known, definition: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What can be put in, by page of the form, then the facts of the dossier."""
    questions = {
        page["name"]: page["question"] for page in (definition or {}).get("pages", []) if names.asked
    }
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in names.asked.values():
        if one.kind in (forms.Kind.TABLE, forms.Kind.FILE, forms.Kind.CONSENT):
            continue
        label = f"{names.asked[one.table].label}: {one.label}" if one.table else one.named
        maybe = gallery.doubt(one, names)
        item = {
            "value": f"{{{{{one.path}{maybe}}}}}",
            "text": label,
            "path": one.path,
            "table": bool(one.table),
            "options": [label for _value, label in one.options],
        }
        groups.setdefault(questions.get(one.page, one.page), []).append(item)
    facts = [{"value": f"{{{{{name}}}}}", "text": label, "path": ""} for name, label in names.facts.items()]
    made = [{"label": label, "items": items} for label, items in groups.items()]
    return [*made, {"label": _("Hồ sơ và cơ quan"), "items": facts}]

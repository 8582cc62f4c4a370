"""The process of a draft: chosen from the gallery, changed as a table or a drawing, or taken from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.studio.assembling import drawing_of
from tinhso.studio.bodies.labels import UNITS
from tinhso.studio.contracts import DraftState, PartName
from tinhso.studio.pages.form_words import rule_words
from tinhso.studio.pages.process_steps import completed
from tinhso.studio.pages.process_words import facts_named, words
from tinhso.studio.pages.visiting import address, frame, visit
from tinhso.studio.parts.process import OWN
from tinhso.workflow import api as workflow

LARGEST = 2_000_000


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """What the page asks to have drawn: a gallery process, steps in a row, or a drawing."""

    key: str = ""
    name: str = ""
    steps: list[workflow.LineStep] = []
    bpmn: str = ""


@never_cache
@access.officer("studio.write")
@require_safe
def process(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The gallery, the drawing, its steps as a table, the agencies."""
    here = visit(request, draft_id)
    cycle = dossiers.life_cycle()
    body = here.part(PartName.PROCESS).body
    open_still = here.draft.state is DraftState.OPEN
    drawn = drawing_of(body)
    where = address(draft_id, PartName.PROCESS)
    facts = {
        **frame(here, PartName.PROCESS),
        "editable": open_still,
        "gallery": [
            {
                "line": line,
                "picture": _card(line.key),
                "chosen": line.key == body["key"],
            }
            for line in workflow.gallery_lines()
        ],
        "chosen": bool(drawn),
        "picture": mark_safe(_picture(drawn, cycle)) if drawn else "",  # noqa: S308
        "steps_drawn": [_step_said(step, cycle) for step in workflow.listed(drawn)] if drawn else [],
        "facts": {
            "editable": open_still,
            "look": f"{where}xem/",
            "file": f"{where}tep/",
            "drawing": _answer(drawn, cycle) if drawn else None,
            "acts": [
                {"name": act.name, "label": act.label, "roles": sorted(act.roles), "sends": act.sends}
                for act in cycle.acts.values()
            ],
            "roles": dict(cycle.roles),
            "conditions": _conditions(cycle),
            "agencies": [{"code": one.code, "name": one.name} for one in directory.agencies(today(here.at))],
            "term": here.draft.body(PartName.DESCRIPTION).get("term"),
            "units": {str(unit): str(label) for unit, label in UNITS.items()},
            "own": OWN,
            "words": words(),
            "rule_words": rule_words(),
            "icons": static("ui/dist/icons.svg"),
        },
    }
    return render(request, "studio/process.html", facts)


@never_cache
@access.officer("studio.write")
@require_POST
def look(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`{key}`, `{name, steps}` or `{bpmn}` as a drawing: `{bpmn, svg, line, steps}`. Nothing is saved."""
    visit(request, draft_id)
    if len(request.body) > LARGEST + 1000:
        raise Invalid(_("Bản vẽ quá lớn (trên 2 MB)."))
    try:
        sent = msgspec.json.decode(request.body, type=Sent)
    except msgspec.MsgspecError:
        raise Invalid(_("Trình duyệt gửi thiếu nội dung. Hãy tải lại trang rồi sửa tiếp.")) from None
    if sent.steps:
        bpmn = workflow.linear(
            completed(sent.steps, dossiers.life_cycle()), key=sent.key or OWN, name=sent.name
        )
    elif sent.bpmn:
        bpmn = sent.bpmn
    elif sent.key in workflow.GALLERY:
        bpmn = workflow.drawing(sent.key)
    else:
        raise Invalid(_("Quy trình cần ít nhất một bước."))
    return JsonResponse(_answer(bpmn, dossiers.life_cycle()))


@never_cache
@access.officer("studio.write")
@require_POST
def take_over(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A BPMN file of any tool (`tep`) as a drawing of ours, with notes. Raises UnusableProcess."""
    visit(request, draft_id)
    sent = request.FILES.get("tep")
    if sent is None:
        raise Invalid(_("Hãy chọn một tệp BPMN."))
    if (sent.size or 0) > LARGEST:
        raise Invalid(_("Tệp BPMN quá lớn (trên 2 MB)."))
    found = workflow.adopt(sent.read())
    notes = [
        {"where": note.element, "sentence": note.sentence, "blocks": note.blocks} for note in found.notes
    ]
    return JsonResponse({**_answer(found.bpmn, dossiers.life_cycle()), "notes": notes})


def _answer(bpmn: str, cycle: workflow.LifeCycle) -> dict[str, Any]:
    try:
        line = workflow.in_line(bpmn)
    except workflow.UnusableProcess:
        line = None
    return {
        "bpmn": bpmn,
        "svg": _picture(bpmn, cycle),
        "line": line is not None,
        "steps": [asdict(step) for step in (line or workflow.listed(bpmn))],
    }


@cache
def _card(key: str) -> str:
    """The small picture of a gallery process."""
    return mark_safe(workflow.sketch(workflow.drawing(key), words=False))  # noqa: S308


def _picture(bpmn: str, cycle: workflow.LifeCycle) -> str:
    return workflow.sketch(bpmn, lanes=_Lanes(cycle.roles))


class _Lanes(Mapping[str, str]):
    """What is written on a lane: the role's label, and the agency where it is another's."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._roles = roles

    def __getitem__(self, name: str) -> str:
        role, _at, phase = name.partition("@")
        label = self._roles[role]
        return f"{label} ({phase})" if phase else label

    def __iter__(self) -> Any:
        return iter(self._roles)

    def __len__(self) -> int:
        return len(self._roles)


def _step_said(step: workflow.LineStep, cycle: workflow.LifeCycle) -> dict[str, str]:
    """A step in words, for who cannot or may not change it."""
    act = cycle.acts.get(step.act)
    return {
        "id": step.step,
        "name": step.name,
        "role": cycle.roles.get(step.role, step.role),
        "act": act.label if act else step.act,
        "phase": step.phase,
        "share": f"{step.share}%" if step.share else "",
    }


def _conditions(cycle: workflow.LifeCycle) -> list[dict[str, str]]:
    """The conditions to choose from: a fact that some act sets or that is known at the start, its value."""
    named = facts_named()
    found = {(name, value) for name, values in cycle.facts.items() for value in values}
    found |= {
        (name, value)
        for act in cycle.acts.values()
        for turn in act.turns
        for name, value in turn.facts.items()
    }
    return [
        {"text": f'{name} == "{value}"', "label": named.get(f"{name}.{value}", f"{name}: {value}")}
        for name, value in sorted(found)
    ]

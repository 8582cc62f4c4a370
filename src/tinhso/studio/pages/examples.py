"""Example runs: the list of cases with what came out, and one case to fill in, run and record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.forms import api as forms
from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.text import format_money
from tinhso.studio.bodies.labels import APPLICANTS, CHANNELS
from tinhso.studio.contracts import Body, Clash, DraftState, PartName
from tinhso.studio.operations import drafts
from tinhso.studio.pages.visiting import Visit, address, frame, visit
from tinhso.studio.runs import cases, outcome_words, running
from tinhso.studio.runs.cases import Case, Facts, Outcome, Turn
from tinhso.ui.api import DateField
from tinhso.workflow import api as workflow

MOST_TURNS = 3


class Describing(fields.Form):
    """A case besides its answers."""

    name = fields.CharField(
        label=gettext_lazy("Tên trường hợp"),
        help_text=gettext_lazy("Nói điều đặc biệt, ví dụ: thiếu giấy chứng sinh."),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy đặt tên cho trường hợp.")},
    )
    day = DateField(label=gettext_lazy("Ngày nộp"))
    channel = fields.ChoiceField(label=gettext_lazy("Cách nộp"), choices=list(CHANNELS.items()))
    applicant = fields.ChoiceField(label=gettext_lazy("Người nộp"), choices=list(APPLICANTS.items()))


@never_cache
@access.officer("studio.write")
@require_safe
def page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Every case, run now."""
    here = visit(request, draft_id)
    runs, broken = _runs(here)
    facts = {
        **frame(here, PartName.EXAMPLES),
        "open": here.draft.state is DraftState.OPEN,
        "rows": [_row(run, at) for at, run in enumerate(runs)],
        "held": sum(run.holds for run in runs),
        "broken": broken,
        "address": address(draft_id, PartName.EXAMPLES),
    }
    return render(request, "studio/examples.html", facts)


@never_cache
@access.officer("studio.write")
@require_safe
def results(request: HttpRequest, draft_id: UUID) -> JsonResponse:
    """How many cases hold now, for the frame of every part: `{held, failing, broken}`."""
    runs, broken = _runs(visit(request, draft_id))
    failing = [run.name for run in runs if run.recorded and run.differences]
    return JsonResponse({"held": sum(run.holds for run in runs), "failing": failing, "broken": broken})


@never_cache
@access.officer("studio.write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, draft_id: UUID, number: int | None = None) -> HttpResponse:
    """One case: what is given, and what it comes to now. A POST saves it, and records that when asked."""
    here = visit(request, draft_id)
    known = cases.read_all(here.draft.body(PartName.EXAMPLES))
    if number is not None and number >= len(known):
        raise NotFound(_("Không có trường hợp thử này. Hãy xem lại danh sách."))
    before = known[number] if number is not None else None
    trial, broken = _trial(here)
    form = Describing(request.POST or None, prefix="vd", initial=_initial(before, here))
    case = before
    if request.method == "POST" and trial is not None and form.is_valid():
        case = _read(request, form, trial, before)
        twice = any(one.name == case.name for at, one in enumerate(known) if at != number)
        if twice:
            form.add_error("name", _("Đã có trường hợp tên này. Hãy đặt tên khác."))
        elif not forms.stays(request.POST):
            return _kept(request, here, known, number, case, trial)
    elif request.method == "POST" and trial is not None:
        case = _unsaved(request, trial, before, here)
    outcome = trial.outcome(case) if trial is not None and case is not None else None
    facts = {
        **frame(here, PartName.EXAMPLES),
        "title": before.name if before else _("Trường hợp mới"),
        "form": form,
        "errors": bool(form.errors),
        "broken": broken,
        "open": here.draft.state is DraftState.OPEN,
        "definition": trial.definition if trial else None,
        "answers": dict(case.answers) if case else {},
        "faults": dict(outcome.faults) if outcome and isinstance(outcome.faults, dict) and before else {},
        "papers": _papers(trial, case) if trial else [],
        "turns": _turns(trial, case) if trial else [],
        "steps": [(one.step, one.name) for one in workflow.drawn(trial.bpmn)] if trial and trial.bpmn else [],
        "sayings": [f"{name}={value}" for name, value in workflow.sayings(trial.bpmn)]
        if trial and trial.bpmn
        else [],
        "lines": told(outcome, trial) if outcome and trial else [],
        "differences": trial.run(before).differences if trial and before else (),
        "recorded": bool(before and before.expected),
        "back": address(draft_id, PartName.EXAMPLES),
        "at": here.at,
    }
    return render(request, "studio/example.html", facts, status=422 if form.errors else 200)


@never_cache
@access.officer("studio.write")
@require_POST
def record(request: HttpRequest, draft_id: UUID, number: int) -> HttpResponse:
    """Take what a case comes to now as what is expected of it."""
    here = visit(request, draft_id)
    known = cases.read_all(here.draft.body(PartName.EXAMPLES))
    trial = running.Trial({name: view.body for name, view in here.draft.parts.items()})
    if number >= len(known):
        raise NotFound(_("Không có trường hợp thử này. Hãy xem lại danh sách."))
    case = _with(known[number], expected=trial.outcome(known[number]))
    return _save(here, [*known[:number], case, *known[number + 1 :]], f"#vi-du-{number}")


@never_cache
@access.officer("studio.write")
@require_POST
def drop(request: HttpRequest, draft_id: UUID, number: int) -> HttpResponse:
    """Take a case out."""
    here = visit(request, draft_id)
    known = cases.read_all(here.draft.body(PartName.EXAMPLES))
    return _save(here, [*known[:number], *known[number + 1 :]], "")


def told(outcome: Outcome, trial: running.Trial) -> list[tuple[str, str]]:
    """What a case comes to, as rows to read."""
    faults = outcome.faults if isinstance(outcome.faults, dict) else {}
    missing = [trial.paper_name(code) for code in outcome.missing or ()]
    supplement = outcome.supplement if isinstance(outcome.supplement, int) else None
    lines = [
        (_("Tờ khai"), "; ".join(faults.values()) or _("không có lỗi")),
        (_("Trang được hỏi"), "; ".join(trial.page_name(name) for name in outcome.pages or ())),
        (_("Giấy tờ phải có"), "; ".join(trial.paper_name(code) for code in outcome.papers or ())),
        (
            _("Thiếu giấy tờ"),
            _("%(papers)s. Yêu cầu bổ sung trong %(days)s.")
            % {"papers": "; ".join(missing), "days": outcome_words.say_days(supplement)}
            if missing
            else _("không thiếu"),
        ),
        (
            _("Phí, lệ phí"),
            "; ".join(f"{fee.name}: {format_money(fee.amount)}" for fee in outcome.fees or ())
            or _("không thu"),
        ),
        (_("Đường đi"), outcome_words.say_way(outcome.way or ())),
        (_("Thời hạn"), outcome_words.say_term(outcome.term or None)),
        (_("Hẹn trả"), outcome_words.say_due(outcome.due or None)),
    ]
    return [(name, said) for name, said in lines if said]


def _row(run: running.Run, at: int) -> dict[str, Any]:
    return {"run": run, "n": at, "state": _state(run)}


def _state(run: running.Run) -> dict[str, str]:
    if not run.recorded:
        return {"text": _("chưa ghi kết quả"), "classes": "govuk-tag--grey"}
    if run.differences:
        return {"text": _("ra khác"), "classes": "govuk-tag--red"}
    return {"text": _("đúng"), "classes": "govuk-tag--green"}


def _bodies(here: Visit) -> dict[PartName, Body]:
    return {name: view.body for name, view in here.draft.parts.items()}


def _runs(here: Visit) -> tuple[tuple[running.Run, ...], str]:
    try:
        return running.run_all(_bodies(here)), ""
    except Unable as fault:
        return (), fault.message


def _trial(here: Visit) -> tuple[running.Trial | None, str]:
    try:
        return running.Trial(_bodies(here)), ""
    except Unable as fault:
        return None, fault.message


def _initial(case: Case | None, here: Visit) -> dict[str, Any]:
    if case is None:
        return {"day": moments.today(here.at), "channel": "online", "applicant": "citizen"}
    return {
        "name": case.name,
        "day": case.facts.day,
        "channel": case.facts.channel,
        "applicant": case.facts.applicant,
    }


def _read(request: HttpRequest, form: Describing, trial: running.Trial, before: Case | None) -> Case:
    """The case that was posted; what was recorded of it stays."""
    said = form.cleaned_data
    facts = Facts(
        day=said["day"],
        channel=type(Facts(said["day"]).channel)(said["channel"]),
        applicant=type(Facts(said["day"]).applicant)(said["applicant"]),
    )
    return Case(
        name=said["name"],
        facts=facts,
        note=before.note if before else "",
        answers=_answers(request, trial, facts),
        papers=tuple(request.POST.getlist("vd-papers")),
        turns=_turned(request),
        expected=before.expected if before else None,
    )


def _answers(request: HttpRequest, trial: running.Trial, facts: Facts) -> dict[str, Any]:
    if trial.definition is None:
        return {}
    return forms.read_tried(trial.definition, request.POST, at=moments.midnight(facts.day))


def _turned(request: HttpRequest) -> tuple[Turn, ...]:
    found = []
    for n in range(MOST_TURNS):
        step, said = (request.POST.get(f"vd-{what}-{n}", "") for what in ("step", "said"))
        name, _is, value = said.partition("=")
        if step and name:
            found.append(Turn(step, {name: value}))
    return tuple(found)


def _unsaved(request: HttpRequest, trial: running.Trial, before: Case | None, here: Visit) -> Case:
    """What was typed with a fault in its description: drawn again, not kept."""
    facts = before.facts if before else Facts(moments.today(here.at))
    return Case(
        name=request.POST.get("vd-name", ""),
        facts=facts,
        answers=_answers(request, trial, facts),
        papers=tuple(request.POST.getlist("vd-papers")),
        turns=_turned(request),
    )


def _papers(trial: running.Trial, case: Case | None) -> list[dict[str, Any]]:
    given = set(case.papers) if case else set()
    return [{"paper": paper, "given": paper.code in given} for paper in trial.content.papers]


def _turns(trial: running.Trial, case: Case | None) -> list[dict[str, str]]:
    """The rows of what is said at steps: those of the case, then empty ones."""
    known = [
        {"step": turn.step, "said": f"{name}={value}"}
        for turn in (case.turns if case else ())
        for name, value in turn.facts.items()
    ]
    blank = {"step": "", "said": ""}
    return [*known, *(blank for _n in range(MOST_TURNS - len(known)))][:MOST_TURNS]


def _with(case: Case, *, expected: Outcome) -> Case:
    return Case(
        name=case.name,
        facts=case.facts,
        note=case.note,
        answers=case.answers,
        papers=case.papers,
        turns=case.turns,
        expected=expected,
    )


def _kept(
    request: HttpRequest,
    here: Visit,
    known: tuple[Case, ...],
    number: int | None,
    case: Case,
    trial: running.Trial,
) -> HttpResponse:
    if request.POST.get("viec") == "ghi":
        case = _with(case, expected=trial.outcome(case))
    place = len(known) if number is None else number
    return _save(here, [*known[:place], case, *known[place + 1 :]], f"#vi-du-{place}")


def _save(here: Visit, found: list[Case], anchor: str) -> HttpResponse:
    try:
        drafts.save(
            draft_id=here.draft.id,
            part=PartName.EXAMPLES,
            body={"examples": [cases.plain(case) for case in found]},
            seen=here.part(PartName.EXAMPLES).revision,
            by=here.actor,
            at=here.at,
        )
    except Clash as clash:
        return HttpResponseRedirect(f"{address(here.draft.id)}lan-luu/{clash.kept}/")
    return HttpResponseRedirect(f"{address(here.draft.id, PartName.EXAMPLES)}{anchor}")

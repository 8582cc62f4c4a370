"""Dossiers under an earlier version of their procedure: what changed, which can go over, one act each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import rebasing as acting
from tinhso.dossiers.operations import rebasing_runs
from tinhso.dossiers.pages.desk.forms import words
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import rebased, rebasing
from tinhso.dossiers.queries import rebasing_runs as reading
from tinhso.dossiers.queries.reading import find
from tinhso.foundation import access, ids
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.worktime import say_term
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

ADDRESS = "/can-bo/phien-ban-moi/"
TRIAL, ALL, CHOSEN = "thu", "tat-ca", "da-chon"
PARTS = {
    procedures.ComparedPart.DESCRIPTION: gettext_noop("Mô tả công bố"),
    procedures.ComparedPart.FORM: gettext_noop("Tờ khai"),
    procedures.ComparedPart.PAPERS: gettext_noop("Giấy tờ"),
    procedures.ComparedPart.FEES: gettext_noop("Phí, lệ phí"),
    procedures.ComparedPart.PROCESS: gettext_noop("Quy trình"),
    procedures.ComparedPart.TEMPLATES: gettext_noop("Kết quả và thư"),
}
STATES = {
    reading.RunState.WAITING: (gettext_noop("chờ chạy"), "grey"),
    reading.RunState.RUNNING: (gettext_noop("đang chạy"), "blue"),
    reading.RunState.FINISHED: (gettext_noop("đã xong"), "green"),
    reading.RunState.CANCELLED: (gettext_noop("đã dừng"), "amber"),
}


class Ground(forms.Form):
    """Why running dossiers go over, and whether promises follow the new term."""

    reason = words(
        gettext_lazy("Căn cứ, lý do"),
        hint=gettext_lazy("Ghi vào lịch sử từng hồ sơ. Ví dụ: Quyết định 215/QĐ-UBND thay quy trình nội bộ."),
        missing=gettext_lazy("Hãy ghi căn cứ hoặc lý do chuyển."),
        rows=2,
    )
    new_term = forms.BooleanField(
        label=gettext_lazy("Tính lại ngày hẹn của hồ sơ đã tiếp nhận theo thời hạn mới"),
        help_text=gettext_lazy("Không chọn thì ngày đã hẹn với người dân giữ nguyên."),
        required=False,
    )
    ground = forms.CharField(
        label=gettext_lazy("Căn cứ pháp lý để tính lại ngày hẹn"),
        help_text=gettext_lazy("Chỉ cần khi chọn tính lại. Ví dụ: điều khoản chuyển tiếp của Nghị định …"),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, term: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not term:
            del self.fields["new_term"], self.fields["ground"]

    def clean(self) -> dict[str, Any]:
        """A new term needs its ground."""
        given = super().clean() or {}
        if given.get("new_term") and not given.get("ground", "").strip():
            self.add_error("ground", _("Hãy ghi căn cứ pháp lý để tính lại ngày hẹn theo thời hạn mới."))
        return given


@never_cache
@access.officer("dossiers.rebase")
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The procedures that have a newer version than some running dossiers, with what is different."""
    actor, at = visit(request)
    found = rebasing.behind(rebasing.reach(actor, at=at), at=at)
    facts = {
        "title": _("Hồ sơ còn theo phiên bản cũ"),
        "behind": [{"of": one, "ways": [_drawn(way, n) for way, n in one.ways]} for one in found],
        "runs": [_told(run) for run in reading.runs(actor.id)],
    }
    return render(request, "dossiers/desk/rebasing.html", facts)


def _drawn(way: rebasing.Way, count: int) -> dict[str, Any]:
    told = [
        {"part": _(PARTS[part]), "lines": [procedures.in_words(each) for each in group]}
        for part, group in groupby(way.differences, key=lambda each: each.part)
    ]
    return {"way": way, "count": count, "parts": told, "since": way.after.effective_from}


def _told(run: reading.RunView) -> dict[str, Any]:
    label, hue = STATES[run.state]
    return {"view": run, "when": in_words(run.asked_at), "state": _(label), "hue": hue}


@never_cache
@access.officer("dossiers.rebase")
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What would become of each dossier, fifty a page. Nothing is done yet; leaves a trace."""
    return _page(request, code)


def _page(
    request: HttpRequest,
    code: str,
    *,
    form: Ground | None = None,
    chosen: Sequence[UUID] = (),
    fault: str = "",
) -> HttpResponse:
    actor, at = visit(request)
    within = rebasing.reach(actor, at=at)
    waiting = rebasing.waiting(code, within=within, at=at)
    after = ids.read(request.GET.get("sau", ""))
    rows = list((waiting.filter(id__gt=after) if after else waiting)[: rebasing.PAGE])
    total = waiting.count()
    purpose = _("Xem thử trước khi chuyển hồ sơ sang phiên bản mới")
    identity.look_at_list(actor, query=code, count=len(rows), purpose=purpose, at=at)
    version = procedures.published(code=code, at=at)
    ways = next((one.ways for one in rebasing.behind(within, at=at) if one.code == code), ())
    other_term = any(way.before.term != way.after.term for way, _n in ways)
    form = form or Ground(term=other_term)
    n = total
    facts = {
        "title": ngettext("Chuyển %(n)d hồ sơ sang phiên bản mới", "Chuyển %(n)d hồ sơ sang phiên bản mới", n)
        % {"n": n},
        "version": version,
        "name": version.short_name or version.name,
        "ways": [_drawn(way, count) for way, count in ways],
        "terms": [_term(way) for way, _n in ways if way.before.term != way.after.term],
        "rows": [_line(one, named=within.agencies is not None, at=at) for one in rebasing.tried(rows, at=at)],
        "total": total,
        "chosen": [str(id) for id in chosen],
        "form": form,
        "fault": fault,
        "fault_list": [{"text": fault}],
        "next": f"?sau={rows[-1].id}" if len(rows) == rebasing.PAGE else "",
        "action": f"{ADDRESS}{code}/chay/",
        "back": ADDRESS,
    }
    wrong = bool(form.errors or fault)
    return render(request, "dossiers/desk/rebasing_preview.html", facts, status=422 if wrong else 200)


def _term(way: rebasing.Way) -> str:
    before, after = (say_term(term) if term else _("không ghi") for term in (way.before.term, way.after.term))
    return _("Thời hạn đổi từ %(before)s thành %(after)s.") % {"before": before, "after": after}


def _line(one: rebasing.Tried, *, named: bool, at: datetime) -> dict[str, Any]:
    plan = one.plan
    told = []
    if plan:
        told = [
            (_("Giấy tờ phải bổ sung"), plan.lacking),
            (_("Giấy tờ đã nộp, nay không hỏi, vẫn giữ"), plan.over),
            (_("Câu trả lời còn thiếu hoặc phải xem lại"), tuple(plan.missing.values())),
            (_("Câu trả lời không còn hỏi, giữ riêng"), rebased.labels(plan, at=at)),
        ]
    return {
        "id": str(one.dossier.id),
        "code": one.dossier.code,
        "name": one.dossier.applicant_name if named else "",
        "step": one.dossier.step_name,
        "why": one.why,
        "told": [(label, lines) for label, lines in told if lines],
    }


@access.officer("dossiers.rebase")
@require_POST
def do(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a trial or for the real run; with a fault the page comes back as it was."""
    actor, at = visit(request)
    what = request.POST.get("lam", "")
    picked = [id for id in map(ids.read, request.POST.getlist("d")) if id] if what == CHOSEN else None
    form = Ground(request.POST, term=True)
    if what != TRIAL and not form.is_valid():
        return _page(request, code, form=form, chosen=picked or ())
    given = {} if what == TRIAL else form.cleaned_data
    try:
        with transaction.atomic():
            asked = rebasing_runs.ask(code=code, trial=what == TRIAL, chosen=picked, by=actor, at=at, **given)
            jobs.rebase_many.defer(rebasing_id=str(asked))
    except (Invalid, Conflict) as fault:
        return _page(request, code, form=form if what != TRIAL else None, fault=fault.message)
    return HttpResponseRedirect(f"{ADDRESS}lan/{asked}/")


@never_cache
@access.officer("dossiers.rebase")
@require_safe
def progress(request: HttpRequest, run: UUID) -> HttpResponse:
    """How far a run is, and the dossiers that stayed with the reason. Only for who asked for it."""
    actor, at = visit(request)
    view = reading.a_run(run, officer=actor.id)
    mark = request.GET.get("sau", "")
    rows = reading.failed(run, after=int(mark) if mark.isdecimal() and len(mark) < 19 else 0)
    facts = {
        "title": _("Chạy thử: %(name)s") % {"name": view.name}
        if view.trial
        else _("Chuyển sang phiên bản mới: %(name)s") % {"name": view.name},
        "run": _told(view),
        "said": _said(view),
        "ended": in_words(view.ended_at) if view.ended_at else "",
        "reasons": reading.reasons(run) if view.unable else (),
        "rows": rows,
        "next": f"?sau={rows[-1].id}" if len(rows) == reading.PAGE else "",
        "after": mark,
        "left": rebasing.waiting(view.procedure, within=rebasing.reach(actor, at=at), at=at).count()
        if view.ended
        else 0,
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/rebasing_piece.html" if piece else "dossiers/desk/rebasing_run.html"
    return render(request, template, facts)


def _said(view: reading.RunView) -> str:
    facts = {"tried": view.tried, "total": view.total, "able": view.able, "unable": view.unable}
    if view.trial:
        return _("Đã thử %(tried)d/%(total)d hồ sơ: %(able)d chuyển được, %(unable)d không.") % facts
    return _("Đã xét %(tried)d/%(total)d hồ sơ: %(able)d đã chuyển, %(unable)d giữ phiên bản cũ.") % facts


@access.officer("dossiers.rebase")
@require_POST
def stop(request: HttpRequest, run: UUID) -> HttpResponse:
    """Stop a run; what is done stays done. One that ended meanwhile is shown as it ended."""
    actor, at = visit(request)
    with suppress(Conflict):
        rebasing_runs.cancel(run, by=actor, at=at)
    return HttpResponseRedirect(f"{ADDRESS}lan/{run}/")


@access.officer("dossiers.look_at_changes")
@require_POST
def looked(request: HttpRequest, code: str) -> HttpResponse:
    """The changes of a dossier were looked at: their marks go."""
    actor, at = visit(request)
    acting.look_at_changes(dossier_id=find(code), by=actor, at=at)
    return HttpResponseRedirect(f"{LIST}{code}/")


def changed(dossier: Dossier, *, at: datetime) -> dict[str, Any] | None:
    """What the dossier's page tells of its last change of version; None when it never had one."""
    told = rebased.change_of(dossier, at=at)
    if told is None:
        return None
    return {
        "at": in_words(told.row.at),
        "by": told.row.by_name,
        "reason": told.row.reason,
        "parts": _drawn(told.way, 0)["parts"],
        "fresh": told.row.looked_at is None,
        "looked_by": told.row.looked_by_name,
        "aside": told.aside,
        "lacking": told.lacking,
        "term": say_term(told.term) if told.term else "",
        "marked": told.marked,
    }

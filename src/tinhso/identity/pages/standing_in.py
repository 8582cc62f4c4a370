"""Who is away and who stands in: officers note their own absence, heads those of their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.directory import api as directory
from tinhso.foundation import access, ids, moments
from tinhso.foundation.acts import acts
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import local, midnight
from tinhso.foundation.refs import ActorRef
from tinhso.identity.authorisation.grants import delegable
from tinhso.identity.authorisation.holding import held
from tinhso.identity.authorisation.judging import somewhere
from tinhso.identity.contracts import OfficerView
from tinhso.identity.operations import standing_in as writing
from tinhso.identity.pages.standing_in_forms import AbsenceForm, DelegationForm
from tinhso.identity.queries import officers as reading
from tinhso.identity.queries import standing_in as given
from tinhso.identity.visiting import actor_of

ABSENCES, DELEGATIONS = "/can-bo/vang-mat/", "/can-bo/uy-quyen/"


@dataclass(frozen=True, slots=True)
class _Around:
    """The officer's agencies and the active people with a post there, by name."""

    me: UUID
    units: dict[UUID, str]
    people: dict[UUID, OfficerView]


def _around(actor: ActorRef, at: datetime) -> _Around:
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    posts = [post for post in held(actor.id, at) if post.on_behalf_of is None]
    agencies = {unit.agency_id for unit in directory.units({post.unit for post in posts}).values()}
    units = {unit.id: unit.name for unit in directory.units_of(agencies, moments.today(at))}
    return _Around(actor.id, units, {one.id: one for one in reading.officers_of(units, at)})


@never_cache
@access.officer()
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """One's own absences, for heads those of the agency, and the form that notes one."""
    actor, at = actor_of(request), moments.now()
    around, heads = _around(actor, at), somewhere(actor, "identity.be_absent", at)
    form = AbsenceForm(request.POST or None, officers=around.people, me=around.me, heads=heads)
    if request.method == "POST" and form.is_valid() and _noted(form, actor, at):
        return HttpResponseRedirect(f"{ABSENCES}?xong=ghi")
    shown = around.people.keys() if heads else [around.me]
    found = given.absences(shown, at=at, after=_mark(request))
    facts = {
        "title": _("Vắng mặt và người thay"),
        "heads": heads,
        "rows": [
            {
                "view": view,
                "first": _said(view.begins_at),
                "last": _said(view.ends_at),
                "now": view.begins_at <= at,
            }
            for view in found
        ],
        "next": _next(ABSENCES, found),
        "form": form,
        "errors": bool(form.errors),
        "done": {"ghi": _("Đã ghi vắng mặt."), "ve": _("Đã ghi nhận về làm việc.")}.get(
            request.GET.get("xong", ""), ""
        ),
    }
    return render(request, "identity/absences.html", facts, status=422 if form.errors else 200)


def _noted(form: AbsenceForm, actor: ActorRef, at: datetime) -> bool:
    """Note it, or write the faults on the form."""
    told = form.cleaned_data
    begins_at, ends_at = form.span()
    try:
        writing.be_absent(
            officer_id=told["officer"],
            begins_at=begins_at,
            ends_at=ends_at,
            reason=told["reason"],
            deputy_id=told["deputy"],
            by=actor,
            at=at,
        )
    except Invalid as fault:
        for name, sentence in fault.faults.items():
            form.add_error(name, sentence)
    except Conflict as fault:
        form.add_error("first", fault.message)
    return not form.errors


@access.officer()
@require_POST
def come_back(request: HttpRequest, absence: UUID) -> HttpResponse:
    """Back before the time was over, or not away after all."""
    writing.come_back(absence_id=absence, by=actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{ABSENCES}?xong=ve")


@never_cache
@access.officer("identity.delegate")
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Roles and acts handed on by a paper in the agency, and the form that hands one on."""
    actor, at = actor_of(request), moments.now()
    around = _around(actor, at)
    apart = [(name, acts.get(name).label) for name, _same in delegable]
    form = DelegationForm(
        request.POST or None,
        officers=around.people,
        units=around.units,
        acts=[(name, _(label)) for name, label in apart],
    )
    if request.method == "POST" and form.is_valid() and _delegated(form, actor, at):
        return HttpResponseRedirect(f"{DELEGATIONS}?xong=giao")
    found = given.delegations(around.people.keys(), at=at, after=_mark(request))
    labels = dict(apart)
    facts = {
        "title": _("Ủy quyền"),
        "rows": [
            {
                "view": view,
                "unit": around.units.get(view.unit, ""),
                "acts": ", ".join(_(labels[act]) for act in view.acts if act in labels),
                "first": _said(view.begins_at),
                "last": _said(view.ends_at),
                "now": view.begins_at <= at,
            }
            for view in found
        ],
        "next": _next(DELEGATIONS, found),
        "form": form,
        "errors": bool(form.errors),
        "done": {"giao": _("Đã ghi ủy quyền."), "thoi": _("Đã chấm dứt ủy quyền.")}.get(
            request.GET.get("xong", ""), ""
        ),
    }
    return render(request, "identity/delegations.html", facts, status=422 if form.errors else 200)


def _delegated(form: DelegationForm, actor: ActorRef, at: datetime) -> bool:
    """Hand it on, or write the faults on the form."""
    told = form.cleaned_data
    delegator, role, unit = form.chosen()
    try:
        writing.delegate(
            delegator_id=delegator,
            deputy_id=told["deputy"],
            role=role,
            unit_id=unit,
            acts=told["acts"],
            basis=told["basis"],
            begins_at=midnight(told["first"]),
            ends_at=midnight(told["until"] + timedelta(days=1)),
            by=actor,
            at=at,
        )
    except Invalid as fault:
        for name, sentence in (fault.faults or {"post": fault.message}).items():
            form.add_error(name, sentence or fault.message)
    except Conflict as fault:
        form.add_error("post", fault.message)
    return not form.errors


@access.officer("identity.delegate")
@require_POST
def end_delegation(request: HttpRequest, delegation: UUID) -> HttpResponse:
    """Take a delegation back before its time is over."""
    writing.end_delegation(delegation_id=delegation, by=actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{DELEGATIONS}?xong=thoi")


def _said(moment: datetime) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}"


def _mark(request: HttpRequest) -> given.Mark | None:
    """Where the page before ended, as the address says it."""
    moment, _tilde, id = request.GET.get("sau", "").partition("~")
    try:
        begins = datetime.fromisoformat(moment)
    except ValueError:
        return None
    mark = ids.read(id)
    return (begins, mark) if mark and begins.tzinfo else None


def _next(here: str, found: tuple[given.Shown, ...]) -> str:
    if len(found) < given.PAGE:
        return ""
    last = found[-1]
    return f"{here}?{urlencode({'sau': f'{last.begins_at.isoformat()}~{last.id}'})}"

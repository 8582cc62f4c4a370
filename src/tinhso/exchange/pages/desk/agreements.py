"""Agreements at the desk: what waits, what runs, what ends soon; one with what may be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange.contracts import AgreementStatus, BodyLog, ServiceKind, Side
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Agreement, Conditions, Terms, Transition
from tinhso.exchange.operations import agreements, history, lives, parties, proving
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.visiting import may, own_agreement, visit
from tinhso.exchange.queries import agreements as queries
from tinhso.exchange.queries import figures, next_steps, standings
from tinhso.foundation import access
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef
from tinhso.ui.api import paging

HOME = agreements.HOME
USAGE_DAYS = 14
VIEWS = ("cho", "dang-chay", "het-han", "")
ACTS = (
    "decide_agreement",
    "enable_agreement",
    "pause_agreement",
    "close_agreement",
    "pause_own_agreement",
    "accept_conditions",
    "ask_agreement",
)
LOGS = {
    BodyLog.FULL: gettext_lazy("Đủ nội dung, làm bằng chứng được"),
    BodyLog.MASKED: gettext_lazy("Che một phần nội dung, không làm bằng chứng được"),
    BodyLog.METADATA: gettext_lazy("Chỉ thông tin cuộc gọi, không làm bằng chứng được"),
    BodyLog.NONE: gettext_lazy("Không ghi, không làm bằng chứng được"),
}


@never_cache
@access.officer("exchange.see_agreement")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Agreements of the officer by view."""
    actor, at = visit(request)
    view = request.GET.get("xem", "")
    view = view if view in VIEWS else ""
    rows, more = queries.listed(queries.sight(actor, at=at), view=view, at=at, before=paging.before(request))
    facts = {
        "title": _("Thỏa thuận kết nối"),
        "rows": rows,
        "next": paging.following(HOME, more, kept={"xem": view}),
        "tabs": [(name, words, name == view) for name, words in _views()],
        "view": view,
        "today": today(at),
    }
    return render(request, "exchange/desk/agreements.html", facts)


@never_cache
@access.officer("exchange.see_agreement")
@require_safe
def one(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """An agreement."""
    return shown(request, own_agreement(request, agreement_id), "exchange/desk/agreement.html")


def shown(request: HttpRequest, row: Agreement, template: str, refused: Refusal = NOTHING) -> HttpResponse:
    """The page of an agreement, of the desk or of developers."""
    actor, at = visit(request)
    terms = list(Terms.objects.select_related("quota_class").filter(agreement=row).order_by("-revision"))
    known = standings.of([row.id]).get(row.id)
    stop = standing.stopped(known, at) if known else None
    acts = may(request, ACTS, parties.agreement_ref(row))
    open_terms = next((one for one in terms if one.accepted is None), None)
    in_force = next((one for one in terms if one.id == row.terms_id), None)
    newest = Conditions.objects.filter(plan=row.plan, revision=row.plan.conditions_revision).first()
    passes = row.status == AgreementStatus.ACCEPTED and stop is None
    facts = {
        "title": _("Thỏa thuận %s") % row.number,
        "row": row,
        "tag": queries.tag_of(row, stop),
        "passes": passes,
        "next_step": next_steps.of(row, stop=stop, waiting=open_terms, at=at),
        "calls": _calls(row) if passes else "",
        "terms": _worded(in_force or open_terms or terms[0]),
        "asked": _worded(open_terms) if open_terms and in_force else None,
        "open": open_terms,
        "late": open_terms is not None and open_terms.due_at < at,
        "earlier": [one for one in terms if one not in (in_force, open_terms)],
        "quota": known.quota(today(at)) if known else None,
        "acts": _possible(row, acts, open_terms, actor, newest),
        "conditions": newest,
        "steps": _steps(row.id),
        "whole": history.whole(row.id),
        "usage": figures.of_agreement(row.id, days=USAGE_DAYS, at=at),
        "typed": _said(request),
        "links": refused.links,
    }
    return refused.draw(request, template, facts)


@never_cache
@access.officer("exchange.see_agreement")
@require_POST
def act(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Decide, open, pause, resume or end."""
    row = own_agreement(request, agreement_id)
    return stepped(request, row, "exchange/desk/agreement.html", f"{HOME}{row.id}/")


def stepped(request: HttpRequest, row: Agreement, template: str, back: str) -> HttpResponse:
    """Do what was asked and go back; the page again with a sentence when it could not be done."""
    actor, at = visit(request)
    return done(
        request,
        _ACTS,
        lambda do: do(row.id, _said(request), actor, at),
        back=back,
        again=lambda refused: shown(request, agreements.held(row.id), template, refused),
    )


def _said(request: HttpRequest) -> str:
    return request.POST.get("chu", "")[:2000]


@never_cache
@access.officer("exchange.see_agreement")
@require_safe
def evidence(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The agreement as a sealed file."""
    row = own_agreement(request, agreement_id)
    actor, at = visit(request)
    content = proving.export(row.id, by=actor, at=at)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.zip"'
    return answer


Step = Callable[[UUID, str, ActorRef, datetime], None]


def _accept(id: UUID, words: str, by: ActorRef, at: datetime) -> None:
    agreements.accept(id, revision=int(words) if _is_whole(words) else None, by=by, at=at)


def _is_whole(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 10


def _accept_conditions(id: UUID, words: str, by: ActorRef, at: datetime) -> None:
    agreements.accept_conditions(id, int(words) if _is_whole(words) else 0, by=by, at=at)


_STEPS: dict[str, Step] = {
    "duyet": _accept,
    "tu-choi": lambda id, words, by, at: agreements.reject(id, reason=words, by=by, at=at),
    "mo": lambda id, words, by, at: agreements.enable(id, by=by, at=at),
    "dung": lambda id, words, by, at: agreements.pause(id, Side.PROVIDER, ground=words, by=by, at=at),
    "mo-lai": lambda id, words, by, at: agreements.resume(id, Side.PROVIDER, by=by, at=at),
    "tu-dung": lambda id, words, by, at: agreements.pause(id, Side.CONSUMER, ground=words, by=by, at=at),
    "tu-mo-lai": lambda id, words, by, at: agreements.resume(id, Side.CONSUMER, by=by, at=at),
    "dieu-kien": _accept_conditions,
    "ket-thuc": lambda id, words, by, at: agreements.close(id, ground=words, by=by, at=at),
}
_ACTS: Acts[Step] = {name: (step, name) for name, step in _STEPS.items()}
"""The sentence of each stands at its own form."""


def _possible(
    row: Agreement, acts: set[str], open_terms: Terms | None, actor: ActorRef, newest: Conditions | None
) -> dict[str, bool]:
    """What may be done now, by the words of the form."""
    accepted, live = row.status == AgreementStatus.ACCEPTED, row.closed_at is None
    live = live and row.status != AgreementStatus.REJECTED
    inside = parties.developers_of(row.application) | {row.asked_by}
    outside = actor.id not in inside
    return {
        "decide": "decide_agreement" in acts and open_terms is not None and outside,
        "own": "decide_agreement" in acts and open_terms is not None and not outside,
        "enable": "enable_agreement" in acts
        and accepted
        and row.enabled_at is None
        and outside
        and actor.id != row.accepted_by,
        "enable_another": "enable_agreement" in acts
        and accepted
        and row.enabled_at is None
        and (not outside or actor.id == row.accepted_by),
        "pause": "pause_agreement" in acts and accepted and row.provider_paused_at is None,
        "resume": "pause_agreement" in acts and accepted and row.provider_paused_at is not None,
        "pause_own": "pause_own_agreement" in acts and accepted and row.consumer_paused_at is None,
        "resume_own": "pause_own_agreement" in acts and accepted and row.consumer_paused_at is not None,
        "conditions": "accept_conditions" in acts
        and live
        and newest is not None
        and newest.revision > row.conditions_accepted,
        "renew": "ask_agreement" in acts and accepted and open_terms is None and row.plan.status != "closed",
        "close": "close_agreement" in acts and live,
    }


def _calls(row: Agreement) -> str:
    """What a REST service is called by at the consumer's security server (§1.2), line by line."""
    service = row.plan.service
    if service.kind == ServiceKind.WSDL:
        return ""
    base = f"/r1/{service.subsystem.identifier}/{service.code}"
    calls = [
        f"{'GET' if method == '*' else method} {base}{path.rstrip('*')}"
        for method, path in row.plan.endpoints
    ]
    return "\n".join([*calls, f"X-Road-Client: {row.application.identifier}"])


def _worded(one: Terms) -> dict[str, Any]:
    return {"row": one, "log": LOGS[BodyLog(one.log_mode)]}


def _steps(id: UUID) -> list[dict[str, Any]]:
    rows = Transition.objects.filter(agreement=id).order_by("-number")
    return [
        {
            "title": lives.Step(row.kind).label,
            "at": row.at,
            "when": f"{local(row.at):%H:%M %d/%m/%Y}",
            "by": row.actor_name,
            "text": row.ground,
        }
        for row in rows
    ]


def _views() -> tuple[tuple[str, str], ...]:
    words = (_("Chờ tôi"), _("Đang chạy"), _("Sắp hết hạn"), _("Tất cả"))
    return tuple(zip(VIEWS, words, strict=True))

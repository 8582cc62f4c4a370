"""The result on its way: previewed, read and signed by the leader, sealed by the clerk, verified."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers.contracts import DossierView
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import Result
from tinhso.dossiers.operations import results, signatures
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.pages.desk.acts import form_page, lost, onwards
from tinhso.dossiers.pages.desk.forms import About, Draft, Plain
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.screen import around
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.issued import standing_of
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.visibility import Sight
from tinhso.foundation import access, files, signing
from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.files.serving import pdf

SIGN, SEAL = BY_ACT["sign"], BY_ACT["seal"]


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.draft_result")
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The result as it would be with the words typed so far."""
    about = _about(request, code)
    form = Draft(request.POST, about=about)
    form.is_valid()
    content = results.preview(dossier_id=about.view.row.id, written=form.words(), by=about.actor, at=about.at)
    return pdf(content, name=f"{code}-du-thao.pdf")


@never_cache
@access.officer("dossiers.sign")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The leader reads the draft and asks their own device to sign exactly this one."""
    about = _about(request, code)
    form = Plain(request.POST or None, about=about)
    show = {"reading": f"{LIST}{code}/ket-qua.pdf", "above": "dossiers/desk/reading.html"}
    if request.method != "POST" or not form.is_valid():
        return form_page(request, SIGN, form, about=about, status=200, **show)
    try:
        signatures.ask(
            dossier_id=about.view.row.id, by=about.actor, at=about.at, seen=form.cleaned_data["version"]
        )
    except (Stale, WrongTurn) as fault:
        return lost(request, SIGN, "", fault, about=about)
    except Unable as fault:
        form.add_error(None, fault.message)
        return form_page(request, SIGN, form, about=about, status=fault.status, **show)
    return HttpResponseRedirect(f"{LIST}{code}/ky/cho/?{came_from(request).query}")


@never_cache
@access.officer("dossiers.sign")
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, code: str) -> HttpResponse:
    """Waits for the confirmation on the leader's phone; asks again every two seconds."""
    about = _about(request, code)
    came = came_from(request)
    fault = ""
    if request.method == "POST":
        _before, after = came.beside(desks.desk_of(about.actor, about.at), about.view.row.id, about.at)
        try:
            if signatures.collect(dossier_id=about.view.row.id, by=about.actor, at=about.at):
                return _go(request, onwards(request, SIGN, about.view, came=came, after=after))
        except (Stale, WrongTurn) as refused:
            read_at = Result.objects.filter(dossier_id=about.view.row.id, signing_by=about.actor.id)
            seen = read_at.order_by("-drafted_at").values_list("signing_seen", flat=True).first()
            return lost(request, SIGN, "", refused, about=about, seen=seen)
        except Unable as refused:
            fault = refused.message
    result = Result.objects.filter(dossier_id=about.view.row.id, current=True).first()
    if result is None or result.state != ResultState.DRAFTED:
        return _go(request, HttpResponseRedirect(f"{LIST}{code}/?{came.query}"))
    facts = around(about.view, actor=about.actor, at=about.at, came=came)
    facts |= {
        "title": _("Xác nhận ký trên điện thoại"),
        "confirm_at": result.signing_confirm_at if result else "",
        "fault": fault,
    }
    piece = request.headers.get("HX-Request") == "true"
    return render(
        request, "dossiers/desk/waiting_piece.html" if piece else "dossiers/desk/waiting.html", facts
    )


@never_cache
@access.officer("dossiers.seal")
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, code: str) -> HttpResponse:
    """The clerk numbers, dates and seals the signed result."""
    about = _about(request, code)
    form = Plain(request.POST or None, about=about)
    show = {
        "reading": f"{LIST}{code}/ket-qua.pdf",
        "above": "dossiers/desk/reading.html",
        "will": _("Số được cấp liền nhau và không thu lại được."),
    }
    if request.method != "POST" or not form.is_valid():
        return form_page(request, SEAL, form, about=about, status=200, **show)
    came = came_from(request)
    _before, after = came.beside(desks.desk_of(about.actor, about.at), about.view.row.id, about.at)
    try:
        signatures.seal(
            dossier_id=about.view.row.id, by=about.actor, at=about.at, seen=form.cleaned_data["version"]
        )
    except (Stale, WrongTurn) as fault:
        return lost(request, SEAL, "", fault, about=about)
    except Unable as fault:
        form.add_error(None, fault.message)
        return form_page(request, SEAL, form, about=about, status=fault.status, **show)
    return onwards(request, SEAL, about.view, came=came, after=after)


@never_cache
@access.officer("dossiers.open")
@require_safe
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """What the signatures of the result are worth, in sentences."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Kiểm tra chữ ký"))
    about = About(view=view, actor=actor, at=at)
    report = signing.verify(_pdf(view), roots=signing.trusted().roots, at=about.at)
    facts = around(about.view, actor=about.actor, at=about.at, came=came_from(request))
    facts |= {
        "title": _("Kiểm tra chữ ký của kết quả"),
        "report": report,
        "verdict": report.sentences[0],
        "stands": standing_of(view.result),
    }
    return render(request, "dossiers/desk/verification.html", facts)


def _pdf(view: DossierView) -> bytes:
    if view.result is None or view.result.signed_at is None:
        raise NotFound(_("Kết quả chưa có chữ ký số."))
    return files.read(view.result.file_id)


def _about(request: HttpRequest, code: str) -> About:
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Giải quyết hồ sơ"), least=Sight.ALL)
    return About(view=view, actor=actor, at=at)


def _go(request: HttpRequest, to: HttpResponseRedirect) -> HttpResponse:
    """A redirect that htmx follows with the whole page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": to.url})
    return to

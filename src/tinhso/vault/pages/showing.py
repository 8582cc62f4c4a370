"""The visitor's side of a link: no account, one document, counted and traced."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.serving import served
from tinhso.foundation.moments import local, today
from tinhso.vault.contracts import DocumentView, LinkEnded, TooManyGuesses, WrongPasscode
from tinhso.vault.operations.shares import ended, visit
from tinhso.vault.pages.words import facts, row
from tinhso.vault.queries.shares import share_of, visited
from tinhso.vault.signatures import report

OPEN = "the link is the key: secret, counted, traced, ended by its owner"


@never_cache
@access.anyone(reason=OPEN)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Who looks, and the passcode if there is one. Only a press counts, so that previews use nothing up."""
    at = moments.now()
    found = share_of(token, at=at)
    if found is None:
        return _ended(request)
    faults: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            given = visit(
                token=token,
                passcode=request.POST.get("ma", ""),
                who=request.POST.get("ai", ""),
                address=str(request.META.get("REMOTE_ADDR", "")),
                at=at,
            )
            return _private(HttpResponseRedirect(f"/chia-se/{token}/{given}/"))
        except LinkEnded:
            return _ended(request)
        except (WrongPasscode, TooManyGuesses) as fault:
            faults, status = {"ma": fault.message}, fault.status
        except Invalid as fault:
            faults, status = fault.faults, fault.status
    context = {
        "title": _("Xem giấy tờ được chia sẻ"),
        "share": found,
        "until": f"{local(found.until):%H:%M, %d/%m/%Y}",
        "who": request.POST.get("ai", "")[:200],
        "faults": faults,
        "errors": bool(faults),
        "links": list(faults.items()),
    }
    return _private(render(request, "vault/shared_ask.html", context, status=status))


@never_cache
@access.anyone(reason=OPEN)
@require_safe
def look(request: HttpRequest, token: str, given: str) -> HttpResponse:
    """The document with what its signatures are worth."""
    at = moments.now()
    found = visited(token, given, at=at)
    if found is None:
        return HttpResponseRedirect(f"/chia-se/{token}/")
    context = {
        "title": found.title,
        "row": row(found, on=today(at)),
        "facts": facts(found, on=today(at)),
        "trust": found.source.trust,
        "report": report(found, at=at),
        "file": f"/chia-se/{token}/{given}/tep/",
    }
    return _private(render(request, "vault/shared.html", context))


@never_cache
@xframe_options_sameorigin
@access.anyone(reason=OPEN)
@require_safe
def file(request: HttpRequest, token: str, given: str) -> HttpResponseBase:
    """The file itself, while the visit lasts."""
    found = visited(token, given, at=moments.now())
    if found is None:
        raise ended()
    return served(found.file_id, name=_name(found), download="tai" in request.GET)


def _name(found: DocumentView) -> str:
    stored = files.describe([found.file_id]).get(found.file_id)
    return f"{found.title}.{stored.name.rpartition('.')[2] if stored else 'pdf'}"


def _ended(request: HttpRequest) -> HttpResponse:
    fault = ended()
    context = {"title": _("Liên kết không còn mở được"), "sentence": fault.message}
    return _private(render(request, "vault/shared_ended.html", context, status=fault.status))


def _private(answer: HttpResponse) -> HttpResponse:
    """No other site and no search engine learns of the link.

    Not `no-referrer`: browsers then send forms without their origin, and the form would be refused.
    """
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer

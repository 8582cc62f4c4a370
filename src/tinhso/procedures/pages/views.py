"""Finding a procedure, and reading what it asks."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation import access, ids, legal, moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.files.serving import served
from tinhso.foundation.text import normal
from tinhso.identity import api as identity
from tinhso.procedures import queries, ways
from tinhso.procedures.contracts import UnknownProcedure
from tinhso.procedures.pages import reading
from tinhso.procedures.pages.forms import Suits
from tinhso.procedures.times import handling_times
from tinhso.vault import api as vault

FOUND = 20
FIELDS = 30
PAGE = 50
LONGEST = 200
HELD = 50
OPEN = "the catalogue is public by law (NĐ 63/2010/NĐ-CP)"


def _channel() -> str:
    """Where people file online today: here (`local`), or at the national portal (`national`)."""
    return legal.text("public_channel", on=moments.today(moments.now()))


@access.anyone(reason=OPEN)
def search(request: HttpRequest) -> HttpResponse:
    """Results for `q`; without it, the fields of administration."""
    at = moments.now()
    q = normal(request.GET.get("q", ""))[:LONGEST]
    found = queries.find(q, at=at, limit=FOUND) if q else ()
    fields = () if found else queries.sectors(at=at)
    whole = bool(request.GET.get("tat-ca")) or len(fields) <= FIELDS
    context = {
        "title": _("Kết quả tìm “%(q)s”") % {"q": q} if q else _("Thủ tục hành chính"),
        "q": q,
        "lines": [reading.line(one) for one in found],
        "sectors": fields if whole else fields[:FIELDS],
        "all": "" if whole else "/thu-tuc/?tat-ca=1",
    }
    return render(request, "procedures/search.html", context)


@access.anyone(reason=OPEN)
def sector(request: HttpRequest, sector: str) -> HttpResponse:
    """The procedures of one field, in Vietnamese order, page by page."""
    at = moments.now()
    field = queries.sector(sector)
    after = _after(request.GET.get("sau", ""))
    found = queries.listed(sector=sector, at=at, limit=PAGE + 1, after=after)
    more = f"?sau={found[PAGE - 1].version_id}" if len(found) > PAGE else ""
    context = {
        "title": field,
        "lines": [reading.line(one) for one in found[:PAGE]],
        "next": {"href": more, "text": _("Trang sau")} if more else None,
        "first": request.path if after else "",
    }
    return render(request, "procedures/sector.html", context)


def _after(given: str) -> tuple[str, UUID] | None:
    try:
        last = UUID(given)
        return queries.version(last).name, last
    except (ValueError, UnknownProcedure):
        return None


@access.anyone(reason=OPEN)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure in plain order: who, what is needed, how long, how much, where."""
    at = moments.now()
    version = queries.published(code=code, at=at)
    owner = identity.applicant_of(request)
    held = [document.title for document in vault.documents(owner, limit=HELD)] if owner else []
    context = {
        "title": version.short_name or version.name,
        "version": version,
        "national": _channel() == "national",
        "page": reading.page(version, on=moments.today(at), held=held),
        "times": handling_times()(version.code, at=at),
        "ways": ways.of_procedure(version.code, at=at),
        "start": f"/nop/{version.code}/",
    }
    answer = render(request, "procedures/procedure.html", context)
    if owner:
        answer["Cache-Control"] = "private, no-store"
    return answer


@access.anyone(reason="the questions are the same for everybody and answers are not kept")
def suitable(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """Does the procedure suit? One question; the end is the start button, or a reason and another way."""
    at = moments.now()
    version = queries.published(code=code, at=at)
    if not 1 <= place <= len(version.questions):
        raise UnknownProcedure(_("Không có câu hỏi này."))
    question, address = version.questions[place - 1], f"/thu-tuc/{version.code}/"
    form = Suits(request.POST or None, question=question)
    context = {
        "title": question.text,
        "part": _("Câu %(n)d/%(all)d") % {"n": place, "all": len(version.questions)},
        "back": address if place == 1 else f"{address}phu-hop/{place - 1}/",
        "form": form,
        "legend": {"text": question.text, "classes": "govuk-fieldset__legend--l", "is_page_heading": True},
        "errors": form.is_bound and not form.is_valid(),
        "version": version,
        "question": question,
        "national": _channel() == "national",
        "page": reading.page(version, on=moments.today(at)),
        "start": f"/nop/{version.code}/",
    }
    if not form.is_bound or not form.is_valid():
        return render(request, "procedures/question.html", context, status=422 if form.is_bound else 200)
    if not form.goes_on():
        return render(request, "procedures/unsuitable.html", context | {"title": _("Thủ tục này chưa hợp")})
    if place < len(version.questions):
        return HttpResponseRedirect(f"{address}phu-hop/{place + 1}/")
    return render(request, "procedures/suitable.html", context | {"title": _("Ông/bà làm được thủ tục này")})


@access.anyone(reason=OPEN)
@require_safe
def sample(request: HttpRequest, code: str, paper: str) -> HttpResponseBase:
    """The form of a paper, to fill in and bring. Raises UnknownProcedure, NotFound."""
    version = queries.published(code=code, at=moments.now())
    asked = next((one for one in version.papers if one.code == paper), None)
    file_id = ids.read(asked.form_file) if asked else None
    if file_id is None:
        raise NotFound(_("Giấy tờ này không có mẫu để tải. Hãy xem lại trang thủ tục."))
    return served(file_id, download=True)

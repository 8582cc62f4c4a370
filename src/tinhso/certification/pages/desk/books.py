"""The book of certification: to read, and to print for the archive."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.certification.contracts import BookLine
from tinhso.certification.pages.desk.navigation import BOOK
from tinhso.certification.permissions import READ_BOOK
from tinhso.certification.queries.copies import book as lines
from tinhso.certification.queries.copies import periods, reach, whole_book
from tinhso.directory import api as directory
from tinhso.foundation import access, ids, moments, paper
from tinhso.foundation.errors import NotFound
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.ui.api import paging


@never_cache
@access.officer(READ_BOOK)
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """A year of the book of the officer's agencies, the latest line first."""
    actor, at = identity.actor_of(request), moments.now()
    agency, agencies = _agency(request, actor, at)
    years = periods(agency) or (str(today(at).year),)
    year = request.GET.get("nam", "")
    chosen = year if year in years else years[0]
    around = f"co-quan={agency}&" if len(agencies) > 1 else ""
    found, more = lines(agency, period=chosen, before=paging.before_number(request))
    identity.look_at_list(
        actor,
        query=request.GET.urlencode(),
        count=len(found),
        purpose=_("Xem sổ chứng thực"),
        at=at,
    )
    facts = {
        "title": _("Sổ chứng thực bản sao %(year)s") % {"year": chosen},
        "agencies": [
            {"href": f"{BOOK}?co-quan={id}", "text": name, "current": id == agency}
            for id, name in (directory.names(agencies).items() if len(agencies) > 1 else ())
        ],
        "years": [
            {"href": f"{BOOK}?{around}nam={each}", "text": each, "current": each == chosen} for each in years
        ],
        "rows": [{"line": one, "when": _when(one), "fee": format_money(one.fee)} for one in found],
        "next": paging.following(f"{BOOK}?{around}nam={chosen}", more),
        "print": f"{BOOK}in.pdf?{around}nam={chosen}" if found else "",
    }
    return render(request, "certification/desk/book.html", facts)


@never_cache
@access.officer(READ_BOOK)
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """A year's book of the officer's agency as PDF, in the order of its numbers."""
    actor, at = identity.actor_of(request), moments.now()
    year = request.GET.get("nam", "")
    agency, _agencies = _agency(request, actor, at)
    found = whole_book(agency, period=year) if year.isdecimal() else ()
    if not found:
        raise NotFound(_("Năm này chưa có sổ chứng thực."))
    identity.look_at_list(actor, query=f"nam={year}", count=len(found), purpose=_("In sổ chứng thực"), at=at)
    data = {
        "agency": directory.agency(agency, today(at)).name,
        "year": year,
        "rows": [_row(line) for line in found],
        "printed_at": f"{local(at):%H:%M %d/%m/%Y}",
        "printed_by": actor.name,
    }
    content = paper.render(template="certification/so-chung-thuc", data=data, made_at=at)
    return pdf(content, name=f"so-chung-thuc-{year}.pdf")


def _agency(request: HttpRequest, actor: ActorRef, at: datetime) -> tuple[UUID, list[UUID]]:
    """The agency whose book is read, and all whose books the officer may read. Raises NotFound."""
    agencies = sorted(reach(actor, READ_BOOK, at=at))
    if not agencies:
        raise NotFound(_("Đơn vị này không có sổ chứng thực."))
    asked = ids.read(request.GET.get("co-quan", ""))
    return (asked if asked in agencies else agencies[0]), agencies


def _row(line: BookLine) -> dict[str, str]:
    return {
        "number": line.number,
        "when": _when(line),
        "requester": line.requester,
        "title": line.title,
        "signed_by": line.signed_by,
        "pages": str(line.pages),
        "fee": "" if line.struck else f"{line.fee:,}".replace(",", "."),
        "struck": line.struck,
        "revoked": line.revoked,
    }


def _when(line: BookLine) -> str:
    return f"{local(line.given_at):%H:%M %d/%m/%Y}"

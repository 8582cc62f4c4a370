"""The clerk's book of result numbers: each with what became of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.directory import api as directory
from tinhso.dossiers.models import GivenNumber
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.foundation import access
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.ui.api import paging

BOOK = "/can-bo/so-ket-qua/"
PAGE = 50
READERS = frozenset({identity.Role.CLERK, identity.Role.SUPERVISOR})


@never_cache
@access.officer("dossiers.seal")
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Numbers of the clerk's agencies, the latest first. Titles and numbers only: no person is named."""
    actor, at = visit(request)
    rows = GivenNumber.objects.filter(agency_id__in=_agencies(actor, at))
    before = paging.before(request)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = rows.select_related("result__dossier").order_by("-id")
    shown, last = paging.cut(list(found[: PAGE + 1]), PAGE)
    facts = {
        "title": _("Sổ cấp số kết quả"),
        "rows": [
            {
                "number": row.text,
                "title": row.result.title,
                "code": row.result.dossier.code,
                "signed_by": row.result.signed_by,
                "when": f"{local(row.given_at):%H:%M %d/%m/%Y}",
                "given_by": row.given_by,
                "state": _state(row),
            }
            for row in shown
        ],
        "next": paging.following(BOOK, last and last.id),
    }
    return render(request, "dossiers/desk/book.html", facts)


def _agencies(actor: ActorRef, at: datetime) -> set[UUID]:
    """Where the officer keeps or watches the book; other posts of theirs open none. Two queries."""
    units = directory.units(identity.units_held(actor, READERS, at))
    return {unit.agency_id for unit in units.values()}


def _state(row: GivenNumber) -> str:
    if row.struck_at is not None:
        return _("huỷ số: %(reason)s") % {"reason": _(row.struck_because)}
    return _("đã phát hành") if row.result.sealed_file else _("chờ đóng dấu")

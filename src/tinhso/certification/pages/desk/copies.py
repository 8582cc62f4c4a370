"""Certified copies of one's office: the list, and one with its file and what may be done next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tinhso.certification import lifecycle
from tinhso.certification.contracts import CopyView, State
from tinhso.certification.operations.preparing import spelled
from tinhso.certification.pages.desk.navigation import LIST, NEW
from tinhso.certification.permissions import PREPARE, READ, SUBJECT
from tinhso.certification.queries.copies import copies, copy_of, reach
from tinhso.directory import api as directory
from tinhso.foundation import access, moments
from tinhso.foundation.files.serving import served
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.ui.api import paging

HUES = {
    State.DRAFTED: "amber",
    State.SIGNED: "blue",
    State.SEALED: "green",
    State.DROPPED: "grey",
    State.REVOKED: "red",
}


@never_cache
@access.officer(READ)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Copies of the officer's agencies, newest first, narrowed to a state."""
    actor, at = identity.actor_of(request), moments.now()
    state = State(request.GET["tt"]) if request.GET.get("tt") in frozenset(State) else None
    found, more = copies(reach(actor, READ, at=at), state=state, before=paging.before(request))
    identity.look_at_list(
        actor,
        query=request.GET.urlencode(),
        count=len(found),
        purpose=_("Xem danh sách bản sao chứng thực"),
        at=at,
    )
    facts = {
        "title": _("Bản sao chứng thực"),
        "rows": [
            {
                "href": f"{LIST}{row.id}/",
                "title": row.original.title,
                "requester": row.requester,
                "when": f"{local(row.prepared_at):%H:%M %d/%m/%Y}",
                "by": row.prepared_by,
                "pages": row.pages,
                "number": row.number,
                "state": row.state.label,
                "hue": HUES[row.state],
            }
            for row in found
        ],
        "states": [
            {"href": LIST, "text": _("Tất cả"), "current": state is None},
            *(
                {"href": f"{LIST}?tt={each.value}", "text": each.label, "current": state is each}
                for each in State
            ),
        ],
        "next": paging.following(LIST, more, kept={"tt": state.value if state else ""}),
        "new": NEW if identity.somewhere(actor, PREPARE, at) else "",
    }
    return render(request, "certification/desk/copies.html", facts)


@never_cache
@access.officer(READ)
@require_safe
def one(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """One copy: what was seen, its file, what may be done next."""
    actor, at = identity.actor_of(request), moments.now()
    copy = copy_of(copy_id, by=actor, at=at)
    leave_trace(copy, by=actor, at=at)
    return render(request, "certification/desk/copy.html", around(copy, actor=actor, at=at))


@never_cache
@xframe_options_sameorigin
@access.officer(READ)
@require_safe
def file(request: HttpRequest, copy_id: UUID) -> HttpResponseBase:
    """The copy as it stands: draft, signed, or sealed."""
    actor, at = identity.actor_of(request), moments.now()
    copy = copy_of(copy_id, by=actor, at=at)
    leave_trace(copy, by=actor, at=at)
    return served(copy.file_id, name=f"{copy.original.title}.pdf")


def leave_trace(copy: CopyView, *, by: ActorRef, at: datetime) -> None:
    """The owner reads that an officer looked."""
    if copy.owner.kind == "person":
        identity.look(
            by,
            person_id=copy.owner.id,
            purpose=_("Chứng thực bản sao"),
            subject=SubjectRef(kind=SUBJECT, id=copy.id),
            at=at,
        )


def around(copy: CopyView, *, actor: ActorRef, at: datetime) -> dict[str, Any]:
    """What stands on every page of a copy."""
    subject = SubjectRef(kind=SUBJECT, id=copy.id, units=(copy.unit,), owner=copy.owner)
    names = [f"certification.{act}" for act in lifecycle.acts(copy.state)]
    may = {name.partition(".")[2] for name in identity.allowed(actor, names, subject, at)}
    original = copy.original
    rows = [
        (_("Người yêu cầu"), copy.requester),
        (_("Số trên bản chính"), original.number),
        (_("Nơi cấp"), original.issuer),
        (_("Ngày cấp"), f"{original.issued_on:%d/%m/%Y}" if original.issued_on else ""),
        (_("Số trang"), str(copy.pages)),
        (_("Phí chứng thực"), format_money(copy.fee)),
        (_("Lập bởi"), f"{copy.prepared_by}, {local(copy.prepared_at):%H:%M %d/%m/%Y}"),
        (
            _("Người ký"),
            f"{copy.signed_by}, {local(copy.signed_at):%H:%M %d/%m/%Y}" if copy.signed_at else "",
        ),
        (_("Số chứng thực"), f"{copy.number}, {copy.book}" if copy.number else ""),
        (_("Mã kiểm tra"), spelled(copy.code) if copy.sealed_at else ""),
        (_("Cơ quan"), "".join(directory.names([copy.agency]).values())),
        (_("Lý do"), copy.ended_because),
    ]
    return {
        "title": original.title,
        "copy": copy,
        "state": copy.state.label,
        "hue": HUES[copy.state],
        "facts": [(name, value) for name, value in rows if value],
        "may": may,
        "root": f"{LIST}{copy.id}/",
        "file": f"{LIST}{copy.id}/tep.pdf",
        "check": f"/kiem-tra/{copy.code}/" if copy.sealed_at else "",
    }

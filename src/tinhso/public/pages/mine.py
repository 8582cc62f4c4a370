"""Everything of one's own: dossiers, drafts, messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.counter import api as counter
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import OwnerRef
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

PAGE = 20
YOURS = (dossiers.Status.SUPPLEMENT, dossiers.Status.PRE_SUPPLEMENT, dossiers.Status.OBLIGATION)


def _owner(request: HttpRequest) -> OwnerRef:
    owner = identity.applicant_of(request)
    if owner is None:
        raise NotAllowed(_("Hãy đăng nhập để xem trang này."))
    return owner


@never_cache
@access.person()
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Dossiers newest first, what is being written, and ways to the rest."""
    owner = _owner(request)
    chosen = request.GET.get("cho", "")
    whose = dossiers.whose_lists(owner, by=identity.actor_of(request), chosen=chosen, at=moments.now())
    narrow = next((one.narrow for one in whose if one.current), dossiers.Filter(owner=owner.id))
    page = dossiers.page(narrow, limit=PAGE, after=request.GET.get("sau", ""))
    owed = dossiers.owed([row.id for row in page.rows], at=moments.now())
    drafts = dossiers.drafts(owner)
    briefs = procedures.briefs([draft.version for draft in drafts])
    facts = {
        "title": _("Hồ sơ của tôi"),
        "rows": [_row(row, owed.get(row.id)) for row in page.rows],
        "after": page.after,
        "whose": whose if len(whose) > 1 else (),
        "chosen": chosen if any(one.current for one in whose) else "",
        "first": not request.GET.get("sau"),
        "bookings": [
            {"row": row, "when": dossiers.in_words(row.starts_at)} for row in counter.open_of(owner.id)
        ],
        "drafts": [
            {
                "href": f"/nop/{briefs[draft.version].code}/",
                "name": briefs[draft.version].name,
                "saved": dossiers.in_words(draft.saved_at),
            }
            for draft in drafts
        ],
        "unread": notify.unread(reader=owner.id),
    }
    return render(request, "public/mine.html", facts)


def _row(row: dossiers.DossierRow, owed: payments.Owed | None) -> dict[str, Any]:
    yours = row.status in YOURS
    hue = "amber" if yours else "green" if row.status is dossiers.Status.RETURNED else "blue"
    if dossiers.MEANINGS[row.status].final and row.status is not dossiers.Status.RETURNED:
        hue = "grey"
    return {
        "href": f"/ho-so/{row.code}/",
        "code": row.code,
        "name": row.procedure_name,
        "agency": row.agency_name,
        "status": dossiers.status_words(row.status, row.flags),
        "hue": hue,
        "yours": yours,
        "left": format_money(owed.left) if owed else "",
        "pay": owed.href if owed else "",
        "waits": owed.waits if owed else False,
        "due": dossiers.in_words(row.due_at) if row.accepted_at and not row.finished_at else "",
    }


@never_cache
@access.person()
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Messages, newest first. Opening the page marks those on it as read."""
    owner = _owner(request)
    found = notify.inbox(reader=owner.id, before=_before(request), limit=PAGE + 1)
    shown = found[:PAGE]
    fresh = [message.id for message in shown if message.read_at is None]
    if fresh:
        notify.mark_all_read(message_ids=fresh, reader=owner.id, at=moments.now())
    ways = notify.deliveries(notices=[message.notice for message in shown], reader=owner.id)
    facts = {
        "title": _("Tin nhắn"),
        "messages": [
            {
                "subject": message.subject,
                "body": message.body,
                "link": message.link,
                "written_at": message.written_at,
                "ways": ways.get(message.notice, ()),
            }
            for message in shown
        ],
        "older": shown[-1].written_at.isoformat() if len(found) > PAGE else "",
    }
    return render(request, "public/messages.html", facts)


def _before(request: HttpRequest) -> datetime | None:
    """The mark of an earlier page; anything that is no moment begins anew."""
    try:
        found = parse_datetime(request.GET.get("truoc", "").replace(" ", "+"))
    except ValueError:
        return None
    return found if found and found.tzinfo else None

"""What the house tells an officer: deadlines that come near, sign-ins from new devices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.notify import api as notify

PAGE = 30


@never_cache
@access.officer()
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The officer's messages, newest first. Opening the page marks those on it as read."""
    reader = identity.actor_of(request).id
    if reader is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    before, before_id = _before(request.GET.get("truoc", ""))
    found = notify.inbox(reader=reader, before=before, before_id=before_id, limit=PAGE + 1)
    shown = found[:PAGE]
    fresh = [message.id for message in shown if message.read_at is None]
    if fresh:
        notify.mark_all_read(message_ids=fresh, reader=reader, at=moments.now())
    facts = {
        "title": _("Tin báo"),
        "messages": [
            {
                "subject": message.subject,
                "body": message.body,
                "link": message.link,
                "when": f"{local(message.written_at):%H:%M %d/%m/%Y}",
                "unread": message.read_at is None,
            }
            for message in shown
        ],
        "older": f"{shown[-1].written_at.isoformat()}~{shown[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "desk/inbox.html", facts)


def _before(given: str) -> tuple[datetime, UUID] | tuple[None, None]:
    """The mark of an earlier page; anything else begins anew."""
    moment, _mark, last = given.replace(" ", "+").partition("~")
    try:
        found = parse_datetime(moment)
        return (found, UUID(last)) if found and found.tzinfo else (None, None)
    except ValueError:
        return None, None

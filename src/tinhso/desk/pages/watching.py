"""What failed and waits for somebody: jobs given up, messages that did not arrive."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access, ids, jobs, moments
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.ui.api import paging

JOBS = "/can-bo/viec-nen/"
MESSAGES = "/can-bo/tin-hong/"
PAGE = 50


@never_cache
@access.officer("jobs.retry")
@require_safe
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Jobs whose last try failed, newest first; with `xong` those already decided."""
    resolved = request.GET.get("xem") == "xong"
    found = jobs.dead_letters(resolved=resolved, before=paging.before(request), limit=PAGE + 1)
    shown, last = paging.cut(found, PAGE)
    facts = {
        "title": _("Việc nền đã hỏng"),
        "letters": [_letter(letter) for letter in shown],
        "resolved": resolved,
        "next": paging.following(JOBS, last and last.id, kept={"xem": "xong" if resolved else ""}),
        "done": {"lai": _("Đã xếp hàng chạy lại."), "bo": _("Đã bỏ việc này.")}.get(
            request.GET.get("xong", ""), ""
        ),
    }
    return render(request, "desk/dead_letters.html", facts)


@access.officer("jobs.retry")
@require_POST
def retry(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Queue the job anew."""
    jobs.retry(letter, by=identity.actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{JOBS}?xong=lai")


@access.officer("jobs.discard")
@require_POST
def discard(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Close it without running it again."""
    reason = request.POST.get("reason", "").strip()[:300]
    jobs.discard(letter, by=identity.actor_of(request), at=moments.now(), reason=reason)
    return HttpResponseRedirect(f"{JOBS}?xong=bo")


@never_cache
@access.officer("notify.resend")
@require_safe
def failed_messages(request: HttpRequest) -> HttpResponse:
    """Messages that did not reach people, newest first, each to be sent anew or laid aside."""
    found = notify.failures(limit=PAGE + 1, after=ids.read(request.GET.get("sau", "")))
    shown = found[:PAGE]
    events = notify.histories([message.id for message in shown])
    facts = {
        "title": _("Tin không gửi được"),
        "providers": notify.standings(),
        "messages": [
            {
                "id": message.id,
                "subject": message.subject,
                "channel": message.channel.label,
                "when": f"{local(message.written_at):%H:%M %d/%m/%Y}",
                "tries": message.tries,
                "error": message.error,
                "doubtful": message.doubtful,
                "events": [
                    f"{local(event.at):%H:%M:%S} {event.carrier}: {event.label} {event.detail}".strip()
                    for event in events.get(message.id, ())
                ],
            }
            for message in shown
        ],
        "next": f"{MESSAGES}?sau={shown[-1].id}" if len(found) > PAGE else "",
        "done": {"lai": _("Đã xếp hàng gửi lại."), "bo": _("Đã bỏ tin này.")}.get(
            request.GET.get("xong", ""), ""
        ),
    }
    return render(request, "desk/messages.html", facts)


@access.officer("notify.resend")
@require_POST
def resend(request: HttpRequest, message: UUID) -> HttpResponse:
    """Send a failed message anew."""
    notify.resend(message_id=message, by=identity.actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{MESSAGES}?xong=lai")


@access.officer("notify.lay_aside")
@require_POST
def lay_aside(request: HttpRequest, message: UUID) -> HttpResponse:
    """Leave a failed message unsent."""
    notify.lay_aside(message_id=message, by=identity.actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{MESSAGES}?xong=bo")


def _letter(letter: jobs.DeadLetterView) -> dict[str, Any]:
    return {
        "id": letter.id,
        "name": letter.name,
        "when": f"{local(letter.at):%H:%M %d/%m/%Y}",
        "tries": letter.tries,
        "error": letter.error.strip().splitlines()[-1] if letter.error.strip() else "",
        "whole": letter.error,
        "arguments": json.dumps(letter.arguments, ensure_ascii=False),
        "how": {"retried": _("đã chạy lại"), "discarded": _("đã bỏ")}.get(letter.how, ""),
        "who": letter.resolved_by,
    }

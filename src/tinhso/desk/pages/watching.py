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

JOBS = "/can-bo/viec-nen/"
PAGE = 50


@never_cache
@access.officer("jobs.retry")
@require_safe
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Jobs whose last try failed, newest first; with `xong` those already decided."""
    resolved = request.GET.get("xem") == "xong"
    before = ids.read(request.GET.get("truoc", ""))
    found = jobs.dead_letters(resolved=resolved, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    query = "xem=xong&" if resolved else ""
    facts = {
        "title": _("Việc nền đã hỏng"),
        "letters": [_letter(letter) for letter in shown],
        "resolved": resolved,
        "next": f"{JOBS}?{query}truoc={shown[-1].id}" if len(found) > PAGE else "",
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
@access.officer("jobs.retry")
@require_safe
def failed_messages(request: HttpRequest) -> HttpResponse:
    """Messages that did not reach people."""
    found = notify.failures(limit=PAGE)
    facts = {
        "title": _("Tin không gửi được"),
        "messages": [
            {
                "subject": message.subject,
                "when": f"{local(message.written_at):%H:%M %d/%m/%Y}",
                "error": message.error,
            }
            for message in found
        ],
    }
    return render(request, "desk/messages.html", facts)


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

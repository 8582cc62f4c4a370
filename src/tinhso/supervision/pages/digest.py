"""An officer's digest: what it would say now, each figure open to its list, and when it is sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.foundation import access, moments
from tinhso.identity import api as identity
from tinhso.supervision.contracts import DIGEST_HOURS, Cut
from tinhso.supervision.operations import digesting
from tinhso.supervision.queries import digests

PLACE = "/can-bo/tom-tat/"
USUAL_HOUR = 7


@never_cache
@access.officer()
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """Show the digest of this moment and the choice; keep another choice."""
    actor, at = identity.actor_of(request), moments.now()
    if request.method == "POST":
        hour = request.POST.get("gio", "")
        wanted = [Cut(word) for word in request.POST.getlist("muc") if word in frozenset(Cut)]
        digesting.choose(
            hour=int(hour) if hour.isdecimal() and len(hour) < 3 else -1, contents=wanted, by=actor, at=at
        )
        return HttpResponseRedirect(f"{PLACE}?xong={'luu' if wanted else 'tat'}")
    told = digests.told(actor, [cut.value for cut in Cut], at=at)
    chosen = digests.chosen(actor.id) if actor.id else None
    picked = chosen.contents if chosen else ()
    facts = {
        "title": _("Tóm tắt hằng ngày"),
        "told": told,
        "chosen": chosen,
        "hours": [
            {
                "value": str(hour),
                "text": f"{hour}:00",
                "selected": hour == (chosen.hour if chosen else USUAL_HOUR),
            }
            for hour in DIGEST_HOURS
        ],
        "items": [
            {
                "name": "muc",
                "id": f"muc-{each.cut.value}",
                "value": each.cut.value,
                "text": each.cut.label,
                "checked": chosen is None or each.cut in picked,
            }
            for each in told
        ],
        "legend": {"text": _("Trong tóm tắt có"), "classes": "govuk-fieldset__legend--s"},
        "done": {
            "luu": _("Đã lưu. Tóm tắt gửi vào giờ đã chọn, những ngày làm việc."),
            "tat": _("Đã thôi gửi tóm tắt."),
        }.get(request.GET.get("xong", ""), ""),
    }
    return render(request, "supervision/digest.html", facts)

"""Who has seen and who has used one's documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, ids
from tinhso.ui.api import paging
from tinhso.vault.pages.whose import owner_of
from tinhso.vault.pages.words import told
from tinhso.vault.queries.documents import document
from tinhso.vault.queries.uses import uses


@never_cache
@access.person()
@require_safe
def traced(request: HttpRequest) -> HttpResponse:
    """Every use of one's documents, or of one of them: who, when, why; newest first."""
    owner = owner_of(request)
    asked = ids.read(request.GET.get("giay", ""))
    only = document(asked, owner=owner) if asked else None
    found, more = uses(
        owner,
        document=only.id if only else None,
        before=paging.before(request),
    )
    context = {
        "title": _("Ai đã xem, ai đã dùng"),
        "only": only,
        "uses": told(found, with_title=only is None),
        "older": f"truoc={more}" + (f"&giay={only.id}" if only else "") if more else "",
    }
    return render(request, "vault/uses.html", context)

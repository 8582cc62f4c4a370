"""What the phone keeps for when there is no net: the shell, the fonts, procedure pages that were opened."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation import access

SHELL = (
    "ui/dist/public.css",
    "ui/dist/public.js",
    "ui/dist/icons.svg",
    "ui/dist/mark.svg",
    "ui/dist/noto-sans-latin.woff2",
    "ui/dist/noto-sans-vietnamese.woff2",
)


@access.anyone(reason="shown when there is no net, holds no data")
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page without a net."""
    return render(request, "public/offline.html", {"title": _("Đang không có mạng")})


@access.anyone(reason="a script without data; it must lie at the root to serve the whole site")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the names of the files this release has."""
    files = [static(name) for name in SHELL]
    body = f"const SHELL = {json.dumps(files)};\nimportScripts({json.dumps(static('ui/dist/worker.js'))});\n"
    return HttpResponse(body, content_type="text/javascript", headers={"Cache-Control": "no-cache"})

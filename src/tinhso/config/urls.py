"""Every address of the province's site: each room's `pages/urls.py`, the API, and what machines watch."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tinhso.config import api, health, metrics, rooms

_api, _api_patterns = api.build()

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path(api.PREFIX, (_api_patterns, "ninja", "api")),
    path("", include("tinhso.ui.urls")),
    path("", include("tinhso.foundation.files.routes")),
    *(path("", include(module.__name__)) for _room, module in rooms.with_module("pages.urls")),
]

handler400 = "tinhso.ui.pages.errors.bad_request"
handler403 = "tinhso.ui.pages.errors.forbidden"
handler404 = "tinhso.ui.pages.errors.not_found"
handler500 = "tinhso.ui.pages.errors.broken"

"""Every address of the province's site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tinhso.ui.urls")),
]

handler400 = "tinhso.ui.pages.errors.bad_request"
handler403 = "tinhso.ui.pages.errors.forbidden"
handler404 = "tinhso.ui.pages.errors.not_found"
handler500 = "tinhso.ui.pages.errors.broken"

"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.ui.pages import gallery, language

app_name = "ui"

urlpatterns = [
    path("ngon-ngu/<str:code>/", language.choose, name="language"),
    path("gallery/", gallery.show, name="gallery"),
]

"""Addresses of the studio."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.studio.pages import home, overview, process, saving
from tinhso.studio.pages.visiting import WORDS

HOME = "can-bo/xuong/"
DRAFT = f"{HOME}<uuid:draft_id>/"

urlpatterns: list[URLPattern] = [
    path(HOME, home.home, name="studio"),
    path(f"{HOME}sua/<str:code>/", home.change, name="studio-change"),
    path(DRAFT, overview.overview, name="studio-draft"),
    path(f"{DRAFT}cong-bo/", overview.publish, name="studio-publish"),
    path(f"{DRAFT}bo/", overview.discard, name="studio-discard"),
    path(f"{DRAFT}cac-lan-luu/", overview.history, name="studio-history"),
    path(f"{DRAFT}quy-trinh/", process.process, name="studio-process"),
    path(f"{DRAFT}quy-trinh/xem/", process.look, name="studio-process-look"),
    path(f"{DRAFT}quy-trinh/tep/", process.take_over, name="studio-process-file"),
    *(
        path(f"{DRAFT}{word}/luu/", saving.save, {"word": word}, name=f"studio-save-{word}")
        for word in WORDS.values()
    ),
]

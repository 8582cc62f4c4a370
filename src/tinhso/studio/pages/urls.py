"""Addresses of the studio."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.studio.pages import blocks, form, home, overview, saving
from tinhso.studio.pages.visiting import WORDS

HOME = "can-bo/xuong/"
DRAFT = f"{HOME}<uuid:draft_id>/"

urlpatterns: list[URLPattern] = [
    path(HOME, home.home, name="studio"),
    path(f"{HOME}sua/<str:code>/", home.change, name="studio-change"),
    path(f"{HOME}khoi/", blocks.listed, name="studio-blocks"),
    path(f"{HOME}khoi/<slug:code>/", blocks.one, name="studio-block"),
    path(f"{HOME}khoi/<slug:code>/cap-nhat/", blocks.bring_up, name="studio-block-use"),
    path(f"{DRAFT}to-khai/khoi/", blocks.take, name="studio-block-take"),
    path(DRAFT, overview.overview, name="studio-draft"),
    path(f"{DRAFT}cong-bo/", overview.publish, name="studio-publish"),
    path(f"{DRAFT}bo/", overview.discard, name="studio-discard"),
    path(f"{DRAFT}cac-lan-luu/", overview.history, name="studio-history"),
    path(f"{DRAFT}to-khai/", form.editor, name="studio-form"),
    path(f"{DRAFT}to-khai/cau/", form.sentences, name="studio-form-sentences"),
    path(f"{DRAFT}to-khai/khung/", form.stage, name="studio-form-stage"),
    path(f"{DRAFT}to-khai/xem/", form.drawn, name="studio-form-drawn"),
    *(
        path(f"{DRAFT}{word}/luu/", saving.save, {"word": word}, name=f"studio-save-{word}")
        for word in WORDS.values()
    ),
]

"""Addresses of the studio."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.studio.pages import (
    choosing,
    comparison,
    description,
    examples,
    fees,
    home,
    overview,
    papers,
    saving,
)
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
    path(f"{HOME}so-sanh/", comparison.compare, name="studio-compare"),
    path(f"{DRAFT}so-sanh/", comparison.since, name="studio-since"),
    path(f"{DRAFT}lan-luu/<uuid:revision_id>/", choosing.choose, name="studio-choose"),
    path(f"{DRAFT}mo-ta/", description.page, name="studio-description"),
    path(f"{DRAFT}truong-hop/", examples.page, name="studio-examples"),
    path(f"{DRAFT}truong-hop/chay/", examples.results, name="studio-examples-run"),
    path(f"{DRAFT}truong-hop/moi/", examples.edit, name="studio-example-new"),
    path(f"{DRAFT}truong-hop/<int:number>/", examples.edit, name="studio-example"),
    path(f"{DRAFT}truong-hop/<int:number>/ghi/", examples.record, name="studio-example-record"),
    path(f"{DRAFT}truong-hop/<int:number>/xoa/", examples.drop, name="studio-example-drop"),
    path(f"{DRAFT}phi/", fees.page, name="studio-fees"),
    path(f"{DRAFT}phi/xem/", fees.look, name="studio-fees-look"),
    path(f"{DRAFT}phi/nhap/", fees.take_in, name="studio-fees-take-in"),
    path(f"{DRAFT}phi/bang.dmn", fees.export, name="studio-fees-export"),
    path(f"{DRAFT}giay-to/", papers.page, name="studio-papers"),
    path(f"{DRAFT}giay-to/xem/", papers.look, name="studio-papers-look"),
    path(f"{DRAFT}giay-to/mau/", papers.keep_sample, name="studio-papers-sample"),
    path(f"{DRAFT}giay-to/mau/<uuid:file_id>/", papers.sample, name="studio-papers-sample-file"),
    *(
        path(f"{DRAFT}{word}/luu/", saving.save, {"word": word}, name=f"studio-save-{word}")
        for word in WORDS.values()
    ),
]

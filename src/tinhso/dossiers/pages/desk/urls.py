"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.dossiers.pages.desk import (
    acts,
    bulk,
    counter,
    notes,
    papers,
    printing,
    reports,
    screen,
    signing,
    supplementing,
    worklist,
)

urlpatterns: list[URLPattern] = [
    path("can-bo/ho-so/", worklist.worklist, name="desk-list"),
    path("can-bo/bao-sai/<uuid:report_id>/", reports.report, name="desk-fact-report"),
    path("can-bo/tim/", worklist.search, name="desk-search"),
    path("can-bo/tiep-nhan/", counter.choose, name="desk-counter"),
    path("can-bo/tiep-nhan/<str:code>/", counter.sheet, name="desk-counter-sheet"),
    path("can-bo/ho-so/hang-loat/", bulk.preview, name="desk-bulk"),
    path("can-bo/ho-so/hang-loat/lam/", bulk.do, name="desk-bulk-do"),
    path("can-bo/ho-so/hang-loat/<uuid:asked>/", bulk.progress, name="desk-bulk-progress"),
    path("can-bo/ho-so/<str:code>/", screen.screen, name="desk-dossier"),
    path("can-bo/ho-so/<str:code>/nhan-viec/", notes.take, name="desk-take"),
    path("can-bo/ho-so/<str:code>/ai-dang-xem/", notes.others, name="desk-others"),
    path("can-bo/ho-so/<str:code>/nhap-ghi-chu/", notes.keep_draft, name="desk-note-draft"),
    path("can-bo/ho-so/<str:code>/giay/<uuid:paper>/", papers.paper_file, name="desk-paper"),
    path("can-bo/ho-so/<str:code>/giay/<uuid:paper>/xet/", papers.judge, name="desk-judge"),
    path("can-bo/ho-so/<str:code>/ket-qua.pdf", papers.result_file, name="desk-result"),
    *(
        path(
            f"can-bo/ho-so/<str:code>/mau-{form}.pdf",
            printing.print_form,
            {"form": form},
            name=f"desk-form-{form}",
        )
        for form in printing.FORMS
    ),
    path("can-bo/ho-so/<str:code>/bo-sung/", supplementing.ask, name="desk-supplement"),
    path("can-bo/ho-so/<str:code>/bo-sung/xem-truoc/", supplementing.preview, name="desk-supplement-preview"),
    path("can-bo/ho-so/<str:code>/du-thao/xem-truoc/", signing.preview, name="desk-draft-preview"),
    path("can-bo/ho-so/<str:code>/ky/", signing.sign, name="desk-sign"),
    path("can-bo/ho-so/<str:code>/ky/cho/", signing.wait, name="desk-sign-wait"),
    path("can-bo/ho-so/<str:code>/dong-dau/", signing.seal, name="desk-seal"),
    path("can-bo/ho-so/<str:code>/chu-ky/", signing.verification, name="desk-verification"),
    path("can-bo/ho-so/<str:code>/<slug:slug>/", acts.act, name="desk-act"),
]

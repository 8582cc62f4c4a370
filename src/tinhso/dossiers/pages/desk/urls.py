"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.dossiers.pages.desk import (
    acts,
    answering,
    book,
    bulk,
    command,
    counter,
    exceptions,
    filters,
    glance,
    notes,
    papers,
    printing,
    reports,
    reusing,
    saved,
    screen,
    signing,
    supplementing,
    undoing,
    worklist,
)

urlpatterns: list[URLPattern] = [
    path("can-bo/ho-so/", worklist.worklist, name="desk-list"),
    path("can-bo/so-ket-qua/", book.book, name="desk-book"),
    path("can-bo/bao-sai/<uuid:report_id>/", reports.report, name="desk-fact-report"),
    path("can-bo/tim/", worklist.search, name="desk-search"),
    path("can-bo/lenh/", command.command, name="desk-command"),
    path("can-bo/tiep-nhan/", counter.choose, name="desk-counter"),
    path("can-bo/tiep-nhan/<str:code>/", counter.sheet, name="desk-counter-sheet"),
    path("can-bo/ho-so/hang-loat/", bulk.preview, name="desk-bulk"),
    path("can-bo/ho-so/hang-loat/lam/", bulk.do, name="desk-bulk-do"),
    path("can-bo/ho-so/hang-loat/<uuid:asked>/", bulk.progress, name="desk-bulk-progress"),
    path("can-bo/ho-so/loc/", filters.everything, name="desk-filters"),
    path("can-bo/ho-so/cot/", saved.choose_columns, name="desk-columns"),
    path("can-bo/ho-so/chia-doi/", saved.split, name="desk-split"),
    path("can-bo/ho-so/danh-muc/", saved.listed, name="desk-views"),
    path("can-bo/ho-so/danh-muc/luu/", saved.keep, name="desk-view-keep"),
    path("can-bo/ho-so/danh-muc/<uuid:view>/luu-lai/", saved.keep_again, name="desk-view-again"),
    path("can-bo/ho-so/danh-muc/<uuid:view>/xoa/", saved.drop, name="desk-view-drop"),
    path("can-bo/ho-so/danh-muc/<uuid:view>/phim/", saved.set_key, name="desk-view-key"),
    path("can-bo/ho-so/<str:code>/xem-nhanh/", glance.glance, name="desk-glance"),
    path("can-bo/ho-so/<str:code>/", screen.screen, name="desk-dossier"),
    path("can-bo/ho-so/<str:code>/nhan-viec/", notes.take, name="desk-take"),
    path("can-bo/ho-so/<str:code>/ai-dang-xem/", notes.others, name="desk-others"),
    path("can-bo/ho-so/<str:code>/nhap/<slug:slug>/", notes.keep_draft, name="desk-act-draft"),
    path("can-bo/ho-so/<str:code>/hoan-tac/", undoing.undo, name="desk-undo"),
    path("can-bo/ho-so/<str:code>/giay/<uuid:paper>/", papers.paper_file, name="desk-paper"),
    path("can-bo/ho-so/<str:code>/giay/<uuid:paper>/xet/", papers.judge, name="desk-judge"),
    path("can-bo/ho-so/<str:code>/giay/<uuid:paper>/chu-ky/", reusing.signatures, name="desk-reused"),
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
    path("can-bo/ho-so/<str:code>/nhan-bo-sung/", answering.receive, name="desk-answer-supplement"),
    path("can-bo/ho-so/<str:code>/bo-sung/xem-truoc/", supplementing.preview, name="desk-supplement-preview"),
    path("can-bo/ho-so/<str:code>/du-thao/xem-truoc/", signing.preview, name="desk-draft-preview"),
    path("can-bo/ho-so/<str:code>/ky/", signing.sign, name="desk-sign"),
    path("can-bo/ho-so/<str:code>/ky/cho/", signing.wait, name="desk-sign-wait"),
    path("can-bo/ho-so/<str:code>/dong-dau/", signing.seal, name="desk-seal"),
    path("can-bo/ho-so/<str:code>/chu-ky/", signing.verification, name="desk-verification"),
    path("can-bo/ho-so/<str:code>/mo-khan/", exceptions.emergency, name="desk-emergency"),
    path("can-bo/thanh-tra/<uuid:inspection>/", exceptions.inspected, name="desk-inspected"),
    path("can-bo/ho-so/<str:code>/<slug:slug>/", acts.act, name="desk-act"),
]

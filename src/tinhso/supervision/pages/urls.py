"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.supervision.pages import closing, digest, listing, money, overview, reports, workload

app_name = "supervision"

urlpatterns = [
    path("can-bo/giam-sat/", overview.overview, name="overview"),
    path("can-bo/giam-sat/ho-so/", listing.listing, name="list"),
    path("can-bo/giam-sat/khoi-luong/", workload.workload, name="workload"),
    path("can-bo/bao-cao/", reports.listed, name="reports"),
    path("can-bo/bao-cao/da-chot/<uuid:closing_id>/", closing.earlier, name="closed-report"),
    path("can-bo/bao-cao/<slug:word>/", reports.report, name="report"),
    path("can-bo/bao-cao/<slug:word>/chot/", closing.close, name="close-report"),
    path("can-bo/bao-cao/<slug:word>/mo-lai/", closing.reopen, name="reopen-report"),
    path("can-bo/bao-cao/<slug:word>/nhac/", closing.remind, name="remind"),
    path("can-bo/bao-cao/<slug:word>/tep/<slug:shape>/", closing.file, name="report-file"),
    path("can-bo/tom-tat/", digest.digest, name="digest"),
]

ONLINE = "can-bo/thanh-toan-truc-tuyen/"
urlpatterns += [
    path(ONLINE, money.overview, name="online-payment"),
    path(f"{ONLINE}ho-so/", money.listing, name="online-payment-list"),
    path(f"{ONLINE}thu-tuc/", money.by_procedure, name="online-payment-procedures"),
    path(f"{ONLINE}bang.xlsx", money.sheet, name="online-payment-sheet"),
]

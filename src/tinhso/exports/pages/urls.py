"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.exports.pages import fetching, own

app_name = "exports"

urlpatterns = [
    path("can-bo/xuat/", own.listed, name="own"),
    path("can-bo/xuat/moi/", own.ask, name="ask"),
    path("can-bo/xuat/tat-ca/", own.overseen, name="overseen"),
    path("can-bo/xuat/<uuid:export>/", own.progress, name="progress"),
    path("can-bo/xuat/<uuid:export>/huy/", own.cancel, name="cancel"),
    path("can-bo/xuat/<uuid:export>/tep/", fetching.fetch, name="fetch"),
]

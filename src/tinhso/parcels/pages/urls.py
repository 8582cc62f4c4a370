"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.parcels.pages import callbacks
from tinhso.parcels.pages.desk import day, manifests, one

app_name = "parcels"

urlpatterns = [
    path("goi-lai/post/", callbacks.notice, name="notice"),
    path("can-bo/buu-dien/", day.day, name="day"),
    path("can-bo/buu-dien/tat-ca/", day.everything, name="everything"),
    path("can-bo/buu-dien/lap/", day.prepare, name="prepare"),
    path("can-bo/buu-dien/nhan.pdf", day.labels, name="labels"),
    path("can-bo/buu-dien/bang-ke/", manifests.make, name="manifest-make"),
    path("can-bo/buu-dien/bang-ke/<uuid:manifest_id>/", manifests.manifest, name="manifest"),
    path("can-bo/buu-dien/bang-ke/<uuid:manifest_id>/in.pdf", manifests.printed, name="manifest-print"),
    path("can-bo/buu-dien/<slug:ref>/", one.parcel, name="parcel"),
    path("can-bo/buu-dien/<slug:ref>/huy/", one.cancel, name="cancel"),
    path("can-bo/buu-dien/<slug:ref>/dat-lai/", one.place_again, name="place-again"),
    path("can-bo/buu-dien/<slug:ref>/giai-quyet/", one.settle, name="settle"),
]

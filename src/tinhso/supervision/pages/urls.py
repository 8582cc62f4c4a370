"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.supervision.pages import listing, overview, workload

app_name = "supervision"

urlpatterns = [
    path("can-bo/giam-sat/", overview.overview, name="overview"),
    path("can-bo/giam-sat/ho-so/", listing.listing, name="list"),
    path("can-bo/giam-sat/khoi-luong/", workload.workload, name="workload"),
]

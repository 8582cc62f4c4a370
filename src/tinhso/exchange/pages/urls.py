"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.exchange.pages.desk import diagnostics

app_name = "exchange"

urlpatterns = [
    path("can-bo/truc/chan-doan/", diagnostics.page, name="diagnostics"),
    path("can-bo/truc/chan-doan/thu-het/", diagnostics.attempt_all, name="try-all"),
    path("can-bo/truc/chan-doan/<uuid:dependency_id>/thu/", diagnostics.attempt, name="try-one"),
]

"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.exchange.pages import log

app_name = "exchange"

LOG = log.HOME.lstrip("/")
urlpatterns = [
    path(LOG, log.listed, name="log"),
    path(f"{LOG}kiem-tra/", log.verify, name="log-verify"),
    path(f"{LOG}xuat/", log.exported, name="log-export"),
    path(f"{LOG}<uuid:id>/", log.one, name="log-message"),
    path(f"{LOG}<uuid:id>/noi-dung/", log.content, name="log-content"),
    path(f"{LOG}<uuid:id>/bang-chung/", log.container, name="log-container"),
]

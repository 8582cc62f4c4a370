"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.exchange.pages import administration_urls, agreement_urls
from tinhso.exchange.pages.desk import diagnostics, disputes, log, messages, monitoring
from tinhso.exchange.pages.public import data_log, tracker

app_name = "exchange"
LOG = log.HOME.lstrip("/")

urlpatterns = [
    *disputes.urlpatterns,
    *data_log.urlpatterns,
    *tracker.urlpatterns,
    path("can-bo/truc/chan-doan/", diagnostics.page, name="diagnostics"),
    path("can-bo/truc/chan-doan/thu-het/", diagnostics.attempt_all, name="try-all"),
    path("can-bo/truc/chan-doan/<uuid:dependency_id>/thu/", diagnostics.attempt, name="try-one"),
    path(LOG, log.listed, name="log"),
    path(f"{LOG}kiem-tra/", log.verify, name="log-verify"),
    path(f"{LOG}xuat/", log.exported, name="log-export"),
    path(f"{LOG}<uuid:id>/", log.one, name="log-message"),
    path(f"{LOG}<uuid:id>/noi-dung/", log.content, name="log-content"),
    path(f"{LOG}<uuid:id>/bang-chung/", log.container, name="log-container"),
    path(monitoring.HOME.lstrip("/"), monitoring.listed, name="monitoring"),
    *messages.urlpatterns,
    *agreement_urls.urlpatterns,
    *administration_urls.urlpatterns,
]

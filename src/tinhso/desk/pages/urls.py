"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.desk.pages import home, inbox, own, watching

app_name = "desk"

urlpatterns = [
    path("can-bo/", home.home, name="home"),
    path("can-bo/tin-bao/", inbox.inbox, name="inbox"),
    path("can-bo/viec-nen/", watching.dead_letters, name="dead-letters"),
    path("can-bo/viec-nen/<uuid:letter>/chay-lai/", watching.retry, name="retry"),
    path("can-bo/viec-nen/<uuid:letter>/bo/", watching.discard, name="discard"),
    path("can-bo/tin-hong/", watching.failed_messages, name="failed-messages"),
    path("can-bo/tin-hong/<uuid:message>/gui-lai/", watching.resend, name="resend"),
    path("can-bo/tin-hong/<uuid:message>/bo/", watching.lay_aside, name="lay-aside"),
    path("can-bo/tuy-chon/", own.chosen, name="preferences"),
    path("can-bo/phim-tat/", own.keys, name="keys"),
]

"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.counter.pages.public import asking, machines, phones

urlpatterns: list[URLPattern] = [
    path("quay/<slug:slug>/", phones.office, name="queue-office"),
    path("quay/<slug:slug>/<str:key>/lay-so/", machines.kiosk, name="queue-kiosk"),
    path("quay/<slug:slug>/<str:key>/phieu/<str:token>/", machines.printed, name="queue-printed"),
    path("quay/<slug:slug>/<str:key>/bang/", machines.board, name="queue-board"),
    path("quay/<slug:slug>/<str:key>/tra-cuu/", asking.ask, name="queue-ask"),
    path("so/<str:token>/", phones.mine, name="queue-mine"),
    path("so/<str:token>/bo/", phones.leave, name="queue-leave"),
]

"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.counter.pages.desk import appointments, handing, openings, papers, queue, setting

urlpatterns: list[URLPattern] = [
    path("can-bo/quay/", queue.queue, name="queue"),
    path("can-bo/quay/dat/", setting.setting, name="queue-setting"),
    path("can-bo/quay/lich-hen/", appointments.day_view, name="queue-appointments"),
    path("can-bo/quay/lich-hen/dat/", appointments.book, name="queue-book"),
    path("can-bo/quay/lich-hen/phai-doi/", appointments.displaced, name="queue-displaced"),
    path("can-bo/quay/lich-hen/mau/", openings.patterns, name="queue-openings"),
    path("can-bo/quay/lich-hen/<uuid:booking>/den/", appointments.check_in, name="queue-check-in"),
    path("can-bo/quay/lich-hen/<uuid:booking>/huy/", appointments.cancel, name="queue-cancel"),
    path("can-bo/quay/so-tra/", handing.book, name="queue-hand-overs"),
    path("can-bo/quay/so-tra/<uuid:line>/", handing.receiver, name="queue-receiver"),
    path("can-bo/quay/nhan/", handing.labels, name="queue-labels"),
    path("can-bo/quay/phieu-giay/", papers.book, name="queue-slips"),
    path("can-bo/quay/phieu-giay/<uuid:slip>/huy/", papers.spoil, name="queue-slip-spoil"),
    path("can-bo/quay/<uuid:window>/ngoi/", queue.sit, name="queue-sit"),
    path("can-bo/quay/<uuid:office>/roi/", queue.stand_up, name="queue-stand-up"),
    path("can-bo/quay/<uuid:office>/lay-so/", queue.take, name="queue-take"),
    path("can-bo/quay/<uuid:window>/goi/", queue.call, name="queue-call"),
    path("can-bo/quay/so/<uuid:ticket>/<slug:act>/", queue.turn, name="queue-turn"),
]

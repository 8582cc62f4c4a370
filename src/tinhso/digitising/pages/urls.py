"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.digitising.pages import dossier, scan, tray

urlpatterns: list[URLPattern] = [
    path("can-bo/so-hoa/", tray.tray, name="scans"),
    path("can-bo/so-hoa/tep/<uuid:arrival>/bo/", tray.set_aside, name="scan-set-aside"),
    path("can-bo/so-hoa/ho-so/<str:code>/", dossier.papers, name="scan-dossier"),
    path("can-bo/so-hoa/ho-so/<str:code>/to-ngan/", dossier.separators, name="scan-separators"),
    path("can-bo/so-hoa/ban-quet/<uuid:scan_id>/", scan.scan, name="scan"),
    path(
        "can-bo/so-hoa/ban-quet/<uuid:scan_id>/trang/<int:source>/<int:page>/",
        scan.picture,
        name="scan-picture",
    ),
]

"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from tinhso.certification.pages.desk import books, copies, making, signing
from tinhso.certification.pages.public import checking

app_name = "certification"
_ONE = "can-bo/chung-thuc/<uuid:copy_id>/"

urlpatterns = [
    path("kiem-tra/", checking.check, name="check"),
    path("kiem-tra/<str:code>/", checking.by_code, name="check-code"),
    path("can-bo/chung-thuc/", copies.listed, name="copies"),
    path("can-bo/chung-thuc/moi/", making.make, name="make"),
    path(_ONE, copies.one, name="copy"),
    path(f"{_ONE}tep.pdf", copies.file, name="copy-file"),
    path(f"{_ONE}ky/", signing.sign, name="sign"),
    path(f"{_ONE}ky/cho/", signing.wait, name="sign-wait"),
    path(f"{_ONE}dong-dau/", signing.seal, name="seal"),
    path(f"{_ONE}khong-chung-thuc/", signing.drop, name="drop"),
    path(f"{_ONE}thu-hoi/", signing.revoke, name="revoke"),
    path("can-bo/so-chung-thuc/", books.book, name="book"),
    path("can-bo/so-chung-thuc/in.pdf", books.printed, name="book-print"),
]

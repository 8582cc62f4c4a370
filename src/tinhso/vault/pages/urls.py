"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from tinhso.vault.pages import adding, owning, sharing, showing, tracing, whose

app_name = "vault"

urlpatterns = [
    path("cua-toi/giay-to/", owning.listed, name="documents"),
    path("cua-toi/giay-to/kho/", whose.choose, name="choose"),
    path("cua-toi/giay-to/them/", adding.add, name="add"),
    path("cua-toi/giay-to/ai-da-dung/", tracing.traced, name="uses"),
    path("cua-toi/giay-to/lien-ket/", sharing.links, name="links"),
    path("cua-toi/giay-to/lien-ket/<uuid:share_id>/dong/", sharing.end, name="link-end"),
    path("cua-toi/giay-to/<uuid:document_id>/", owning.one, name="document"),
    path("cua-toi/giay-to/<uuid:document_id>/tep/", owning.file, name="file"),
    path("cua-toi/giay-to/<uuid:document_id>/anh.jpg", owning.picture, name="picture"),
    path("cua-toi/giay-to/<uuid:document_id>/bo/", owning.remove, name="remove"),
    path("cua-toi/giay-to/<uuid:document_id>/chia-se/", sharing.share, name="share"),
    path("chia-se/<str:token>/", showing.link, name="shared"),
    path("chia-se/<str:token>/<str:given>/", showing.look, name="shared-look"),
    path("chia-se/<str:token>/<str:given>/tep/", showing.file, name="shared-file"),
]

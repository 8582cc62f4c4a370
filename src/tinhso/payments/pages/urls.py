"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.payments.pages import callbacks
from tinhso.payments.pages.public import paying

app_name = "payments"

urlpatterns = [
    path("goi-lai/bank/", callbacks.of_bank, name="of-bank"),
    path("goi-lai/vnpay/", callbacks.of_vnpay, name="of-vnpay"),
    path("thanh-toan/tra-ve/vnpay/", paying.back_from_vnpay, name="back-from-vnpay"),
    path("thanh-toan/<str:token>/", paying.pay, name="pay"),
    path("thanh-toan/<str:token>/<slug:reference>/", paying.wait, name="wait"),
]

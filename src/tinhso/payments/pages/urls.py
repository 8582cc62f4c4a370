"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.payments.pages import callbacks
from tinhso.payments.pages.desk import differences, reconciling
from tinhso.payments.pages.public import paying

app_name = "payments"

urlpatterns = [
    path("goi-lai/bank/", callbacks.of_bank, name="of-bank"),
    path("goi-lai/vnpay/", callbacks.of_vnpay, name="of-vnpay"),
    path("thanh-toan/tra-ve/vnpay/", paying.back_from_vnpay, name="back-from-vnpay"),
    path("thanh-toan/<str:token>/", paying.pay, name="pay"),
    path("thanh-toan/<str:token>/<slug:reference>/", paying.wait, name="wait"),
    path("can-bo/doi-soat/", reconciling.listed, name="days"),
    path("can-bo/doi-soat/sao-ke/", reconciling.take, name="take-statement"),
    path("can-bo/doi-soat/ngay/<uuid:day_id>/", reconciling.one, name="day"),
    path("can-bo/doi-soat/ngay/<uuid:day_id>/lam/", reconciling.act, name="day-act"),
    path("can-bo/doi-soat/ngay/<uuid:day_id>/bang.pdf", reconciling.sheet, name="day-sheet"),
    path("can-bo/doi-soat/thang/<str:word>.xlsx", reconciling.month, name="month"),
    path("can-bo/doi-soat/sai-lech/", differences.listed, name="differences"),
    path("can-bo/doi-soat/sai-lech/<uuid:problem_id>/", differences.one, name="difference"),
    *(
        path(f"can-bo/doi-soat/sai-lech/<uuid:problem_id>/{act}/", differences.decide, {"act": act}, name=act)
        for act in differences.ACTS
    ),
]

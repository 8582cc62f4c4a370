"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.payments.pages import callbacks
from tinhso.payments.pages.desk import bills, differences, reconciling, refunds
from tinhso.payments.pages.desk import receipts as desk_receipts
from tinhso.payments.pages.public import paying, receipts
from tinhso.payments.pages.till import closing, till

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

TILL = "can-bo/thu-ngan/"
urlpatterns += [
    path(TILL, till.till, name="till"),
    path(f"{TILL}khoan/<slug:reference>/", till.bill, name="till-bill"),
    path(f"{TILL}lan-thu/<uuid:taking_id>/huy/", till.undo, name="till-undo"),
    path(f"{TILL}lan-thu/<uuid:taking_id>/phieu.pdf", till.slip, name="till-slip"),
    path(f"{TILL}ca/<uuid:drawer_id>/", till.day, name="till-day"),
    path(f"{TILL}ca/<uuid:drawer_id>/dem/", closing.count, name="till-count"),
    path(f"{TILL}ca/<uuid:drawer_id>/dong/", closing.closed, name="till-closed"),
    path(f"{TILL}ca/<uuid:drawer_id>/bien-ban.pdf", closing.sheet, name="till-sheet"),
    path(f"{TILL}ca/<uuid:drawer_id>/nhan/", closing.take_over, name="till-take-over"),
    path(f"{TILL}ca/<uuid:drawer_id>/nop/", closing.deposit, name="till-deposit"),
]
urlpatterns[:0] = [
    path("goi-lai/payplat/", callbacks.of_payplat, name="of-payplat"),
    path("thanh-toan/tra-ve/payplat/", paying.back_from_payplat, name="back-from-payplat"),
]

urlpatterns += [
    path("bien-lai/", receipts.look_up, name="receipt-look-up"),
    path("bien-lai/<slug:code>/", receipts.by_code, name="receipt-by-code"),
    *(
        path(address, view, {"ending": ending}, name=f"{name}-{ending}")
        for ending in ("pdf", "xml")
        for address, view, name in (
            (f"bien-lai/<slug:code>/bien-lai.{ending}", receipts.own, "receipt-own"),
            (f"thanh-toan/<str:token>/bien-lai/<slug:code>.{ending}", receipts.of_bill, "receipt-of-bill"),
        )
    ),
]
RECEIPTS = "can-bo/bien-lai/"
urlpatterns += [
    path(RECEIPTS, desk_receipts.listed, name="receipts"),
    path(f"{RECEIPTS}dai-so/", desk_receipts.all_series, name="receipt-series"),
    path(f"{RECEIPTS}dai-so/mo/", desk_receipts.open_series, name="open-receipt-series"),
    path(f"{RECEIPTS}<uuid:receipt_id>/", desk_receipts.one, name="receipt"),
    path(f"{RECEIPTS}<uuid:receipt_id>/de-nghi/", desk_receipts.propose, name="propose-receipt"),
    path(f"{RECEIPTS}<uuid:receipt_id>/duyet/", desk_receipts.decide, name="decide-receipt"),
    path(f"{RECEIPTS}<uuid:receipt_id>/gui-lai/", desk_receipts.hand_again, name="hand-receipt-again"),
]
REFUNDS, BILLS = "can-bo/hoan-mien/", "can-bo/khoan-thu/"
urlpatterns += [
    path("goi-lai/bank/transfers/", callbacks.of_transfer, name="of-transfer"),
    path(REFUNDS, refunds.listed, name="refunds"),
    path(f"{REFUNDS}<uuid:refund_id>/", refunds.one, name="refund"),
    *(
        path(f"{REFUNDS}<uuid:refund_id>/{act}/", refunds.act, {"act": act}, name=f"refund-{act}")
        for act in ("lap", "duyet", "tu-choi", "chi")
    ),
    path(f"{BILLS}<slug:reference>/", bills.one, name="desk-bill"),
    *(
        path(f"{BILLS}<slug:reference>/{act}/", bills.ask, {"act": act}, name=f"desk-bill-{act}")
        for act in bills.ASKS
    ),
]

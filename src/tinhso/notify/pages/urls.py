"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path, re_path

from tinhso.notify.pages import callbacks, wishes

app_name = "notify"

urlpatterns = [
    re_path(r"^goi-lai/(?P<provider>sms-[a-z0-9]{1,20})/$", callbacks.sms, name="sms-receipt"),
    path("cua-toi/nhan-tin/", wishes.persons, name="persons"),
    path("cua-toi/nhan-tin/may/", wishes.subscribe, name="subscribe"),
    path("cua-toi/nhan-tin/may/<uuid:browser>/tat/", wishes.unsubscribe, name="unsubscribe"),
    path("can-bo/nhan-tin/", wishes.officers, name="officers"),
    path("goi-lai/zalo/", callbacks.zalo, name="zalo-receipt"),
]

"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.public.pages import erasing, home, mine, worker

app_name = "public"

urlpatterns = [
    path("", home.home, name="home"),
    path("ho-so/", mine.mine, name="mine"),
    path("cua-toi/tin-nhan/", mine.messages, name="messages"),
    path("tai-khoan/xoa/", erasing.erase, name="erase"),
    path("ngoai-mang/", worker.offline, name="offline"),
    path("sw.js", worker.worker, name="worker"),
]

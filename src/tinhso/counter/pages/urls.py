"""Addresses of the counter's pages."""

from __future__ import annotations

from tinhso.counter.pages.desk.urls import urlpatterns as desk
from tinhso.counter.pages.public.urls import urlpatterns as public

urlpatterns = [*public, *desk]

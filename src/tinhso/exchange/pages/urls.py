"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from tinhso.exchange.pages.desk import messages

app_name = "exchange"

urlpatterns = [*messages.urlpatterns]

"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.registers.pages.desk import civil_status

app_name = "registers"

urlpatterns = [
    path("can-bo/tra-cuu-ho-tich/", civil_status.ask, name="civil-status"),
    path("can-bo/tra-cuu-ho-tich/<uuid:message_id>/", civil_status.answered, name="civil-status-answer"),
]

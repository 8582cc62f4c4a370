"""Addresses of the one-stop's pages."""

from __future__ import annotations

from tinhso.dossiers.inward import state
from tinhso.dossiers.pages.desk.urls import urlpatterns as desk
from tinhso.dossiers.pages.public.urls import urlpatterns as public

urlpatterns = [*public, *desk, *state.urlpatterns]

"""Addresses of the catalogue's pages."""

from __future__ import annotations

from django.urls import path

from tinhso.procedures.pages import views

urlpatterns = [
    path("thu-tuc/", views.search, name="procedures-search"),
    path("thu-tuc/linh-vuc/<slug:sector>/", views.sector, name="procedures-sector"),
    path("thu-tuc/<str:code>/phu-hop/<int:place>/", views.suitable, name="procedures-suitable"),
    path("thu-tuc/<str:code>/mau/<str:paper>/", views.sample, name="procedures-sample"),
    path("thu-tuc/<str:code>/", views.procedure, name="procedures-procedure"),
]

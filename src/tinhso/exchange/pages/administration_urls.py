"""Addresses of what administrators of the exchange look after: the server, systems, events, registers."""

from __future__ import annotations

from django.urls import path

from tinhso.exchange.pages.desk import (
    overview,
    server,
    service_facts,
    service_restating,
    services,
    subscriptions,
    subsystems,
    trackers,
)

ROOT = "can-bo/truc/"
SERVER, TRACKERS = server.HOME.lstrip("/"), trackers.HOME.lstrip("/")
SUBSYSTEMS, EVENTS = subsystems.HOME.lstrip("/"), subscriptions.HOME.lstrip("/")
SERVICES = services.HOME.lstrip("/")

urlpatterns = [
    path(ROOT, overview.page, name="overview"),
    path(SERVER, server.page, name="server"),
    path(f"{SERVER}lam/", server.act, name="server-act"),
    path(f"{SERVER}yeu-cau/<uuid:request_id>/", server.certificate_request, name="server-request"),
    path(f"{SERVER}khoa/<uuid:key_id>/", server.key, name="server-key"),
    path(f"{SERVER}khoa/<uuid:key_id>/lam/", server.key_act, name="server-key-act"),
    path(f"{SERVER}khoa/<uuid:key_id>/chung-thu/", server.certificate, name="server-key-certificate"),
    path(f"{SERVICES}<uuid:service_id>/thong-so/", service_facts.page, name="service-facts"),
    path(f"{SERVICES}<uuid:service_id>/thong-so/lam/", service_facts.act, name="service-facts-act"),
    path(f"{SERVICES}<uuid:service_id>/sua/", service_restating.page, name="service-restate"),
    path(f"{SERVICES}<uuid:service_id>/sua/lam/", service_restating.act, name="service-restate-act"),
    path(SUBSYSTEMS, subsystems.listed, name="subsystems"),
    path(f"{SUBSYSTEMS}dang-ky/", subsystems.register, name="subsystem-register"),
    path(f"{SUBSYSTEMS}<uuid:subsystem_id>/", subsystems.one, name="subsystem"),
    path(f"{SUBSYSTEMS}<uuid:subsystem_id>/lam/", subsystems.act, name="subsystem-act"),
    path(EVENTS, subscriptions.listed, name="subscriptions"),
    path(f"{EVENTS}dang-ky/", subscriptions.register, name="subscription-register"),
    path(f"{EVENTS}<uuid:subscription_id>/", subscriptions.one, name="subscription"),
    path(f"{EVENTS}<uuid:subscription_id>/sua/", subscriptions.change, name="subscription-change"),
    path(f"{EVENTS}<uuid:subscription_id>/lam/", subscriptions.act, name="subscription-act"),
    path(
        f"{EVENTS}<uuid:subscription_id>/<int:delivery_id>/",
        subscriptions.delivery,
        name="subscription-delivery",
    ),
    path(TRACKERS, trackers.page, name="trackers"),
    path(f"{TRACKERS}<uuid:tracker_id>/", trackers.act, name="tracker-act"),
]

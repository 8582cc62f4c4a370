"""Addresses of agreements: the desk, the developers' portal, and the public page of services' state."""

from __future__ import annotations

from django.urls import path

from tinhso.exchange.pages import status
from tinhso.exchange.pages.desk import agreements, applications, plans, services
from tinhso.exchange.pages.developers import asking, catalogue, events, portal, sandbox

DESK, PORTAL = "can-bo/truc/", "can-bo/nha-phat-trien/"

urlpatterns = [
    path(f"{DESK}thoa-thuan/", agreements.listed, name="agreements"),
    path(f"{DESK}thoa-thuan/<uuid:agreement_id>/", agreements.one, name="agreement"),
    path(f"{DESK}thoa-thuan/<uuid:agreement_id>/lam/", agreements.act, name="agreement-act"),
    path(
        f"{DESK}thoa-thuan/<uuid:agreement_id>/bang-chung.zip", agreements.evidence, name="agreement-evidence"
    ),
    path(f"{DESK}dich-vu/", services.listed, name="services"),
    path(f"{DESK}dich-vu/dang-ky/", services.register, name="service-register"),
    path(f"{DESK}dich-vu/<uuid:service_id>/", services.one, name="service"),
    path(f"{DESK}dich-vu/<uuid:service_id>/lam/", services.act, name="service-act"),
    path(f"{DESK}dich-vu/<uuid:service_id>/goi-moi/", plans.new, name="plan-new"),
    path(f"{DESK}goi/<uuid:plan_id>/", plans.one, name="plan"),
    path(f"{DESK}goi/<uuid:plan_id>/sua/", plans.change, name="plan-change"),
    path(f"{DESK}goi/<uuid:plan_id>/lam/", plans.act, name="plan-act"),
    path(f"{DESK}han-muc/", plans.quota_classes, name="quotas"),
    path(f"{DESK}han-muc/moi/", plans.set_quota, name="quota-new"),
    path(f"{DESK}han-muc/<uuid:quota_id>/", plans.set_quota, name="quota"),
    path(f"{DESK}he-thong/", applications.listed, name="applications"),
    path(f"{DESK}he-thong/dang-ky/", applications.register, name="application-register"),
    path(f"{DESK}he-thong/<uuid:application_id>/", applications.one, name="application"),
    path(f"{DESK}he-thong/<uuid:application_id>/lam/", applications.act, name="application-act"),
    path(f"{DESK}bao-tri/", applications.maintenance, name="maintenance"),
    path(f"{DESK}bao-tri/<uuid:window_id>/huy/", applications.cancel, name="maintenance-cancel"),
    path(PORTAL, portal.home, name="portal"),
    path(f"{PORTAL}thong-bao/", portal.told, name="portal-notices"),
    path(f"{PORTAL}su-kien/", events.page, name="portal-events"),
    path(f"{PORTAL}he-thong/<uuid:application_id>/", portal.application, name="portal-application"),
    path(f"{PORTAL}dich-vu/", catalogue.listed, name="catalogue"),
    path(f"{PORTAL}dich-vu/<uuid:service_id>/", catalogue.one, name="catalogue-service"),
    path(f"{PORTAL}dich-vu/<uuid:service_id>/mo-ta/", catalogue.description, name="catalogue-description"),
    path(f"{PORTAL}dich-vu/<uuid:service_id>/thu/", catalogue.attempt, name="catalogue-try"),
    path(f"{PORTAL}goi/<uuid:plan_id>/de-nghi/", asking.ask, name="ask-agreement"),
    path(f"{PORTAL}thoa-thuan/", asking.listed, name="own-agreements"),
    path(f"{PORTAL}thoa-thuan/<uuid:agreement_id>/", asking.one, name="own-agreement"),
    path(f"{PORTAL}thoa-thuan/<uuid:agreement_id>/lam/", asking.act, name="own-agreement-act"),
    path(f"{PORTAL}thoa-thuan/<uuid:agreement_id>/gia-han/", asking.renew, name="own-agreement-renew"),
    path(
        f"{PORTAL}thoa-thuan/<uuid:agreement_id>/bang-chung.zip",
        asking.evidence,
        name="own-agreement-evidence",
    ),
    path(f"{sandbox.HOME.lstrip('/')}/<path:path>", sandbox.call, name="sandbox"),
    path("tinh-trang-dich-vu/", status.page, name="services-status"),
]

"""The entries of agreements and of the developers' portal in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.pages.visiting import visit
from tinhso.exchange.queries import agreements as queries
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

ROOT = "/can-bo/truc/"
PORTAL = "/can-bo/nha-phat-trien/"


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Agreements for data owners, all of it for operators, the portal for developers."""
    actor, at = visit(request)
    roles = {post.role for post in identity.held(actor.id, at)} if actor.id else set()
    found = []
    if roles & {identity.Role.ADMINISTRATOR, identity.Role.LEADER}:
        found.append(_desk(request, operator=identity.Role.ADMINISTRATOR in roles))
    if identity.Role.DEVELOPER in roles:
        found.append(_portal(request))
    return tuple(found)


def _desk(request: HttpRequest, *, operator: bool) -> NavigationGroup:
    actor, at = visit(request)
    pages = [
        (_("Thỏa thuận kết nối"), f"{ROOT}thoa-thuan/", queries.waiting(actor, at=at)),
        (_("Dịch vụ chia sẻ"), f"{ROOT}dich-vu/", None),
        (_("Hạn mức"), f"{ROOT}han-muc/", None),
    ]
    if operator:
        pages += [
            (_("Hệ thống sử dụng"), f"{ROOT}he-thong/", None),
            (_("Lịch bảo dưỡng"), f"{ROOT}bao-tri/", None),
        ]
    views = [
        NavigationEntry(text=text, href=href, count=count, current=request.path.startswith(href))
        for text, href, count in pages
    ]
    return NavigationGroup(title=_("Trục chia sẻ"), views=views, order=78)


def _portal(request: HttpRequest) -> NavigationGroup:
    pages = (
        (_("Hệ thống của tôi"), PORTAL),
        (_("Danh mục dịch vụ"), f"{PORTAL}dich-vu/"),
        (_("Thỏa thuận"), f"{PORTAL}thoa-thuan/"),
        (_("Sự kiện"), f"{PORTAL}su-kien/"),
        (_("Thông báo thay đổi"), f"{PORTAL}thong-bao/"),
    )
    views = [
        NavigationEntry(
            text=text,
            href=href,
            current=request.path == href if href == PORTAL else request.path.startswith(href),
        )
        for text, href in pages
    ]
    return NavigationGroup(title=_("Nhà phát triển"), views=views, order=77)


navigation.add("exchange-agreements", groups)

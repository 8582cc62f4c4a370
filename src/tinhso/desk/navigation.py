"""The desk's own entries in its navigation: the first page, and what administrators look after."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation import jobs, moments
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

MOST = 100
INBOX = "/can-bo/tin-bao/"
AWAY = "/can-bo/vang-mat/"
SEEN_TO = {
    "identity.delegate": (gettext_noop("Ủy quyền"), "/can-bo/uy-quyen/"),
    "identity.witness": (gettext_noop("Mở khẩn"), "/can-bo/mo-khan/"),
    "identity.inspect": (gettext_noop("Thanh tra"), "/can-bo/thanh-tra/"),
    "dossiers.recount": (gettext_noop("Lịch làm việc"), "/can-bo/lich/"),
    "dossiers.close_office": (gettext_noop("Đóng cửa đột xuất"), "/can-bo/dong-cua/"),
    "identity.propose_merge": (gettext_noop("Gộp tài khoản"), "/can-bo/gop-tai-khoan/"),
    "identity.give_inspection": (gettext_noop("Thanh tra"), "/can-bo/thanh-tra/"),
}
"""What each of these acts opens on the left."""


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The first page and notices for everybody; failed jobs and messages for who may mend them."""
    first = NavigationEntry(text=_("Bàn làm việc"), href="/can-bo/", current=request.path == "/can-bo/")
    actor, at = identity.actor_of(request), moments.now()
    told = NavigationEntry(
        text=_("Tin báo"),
        href=INBOX,
        count=notify.unread(reader=actor.id) if actor.id else 0,
        current=request.path == INBOX,
    )
    away = NavigationEntry(text=_("Vắng mặt, người thay"), href=AWAY, current=request.path == AWAY)
    home = NavigationGroup(title="", views=[first, told, away], order=10)
    may = identity.allowed(actor, ("jobs.retry", *SEEN_TO), None, at)
    watched = [
        NavigationEntry(text=_(text), href=href, current=request.path.startswith(href))
        for act, (text, href) in SEEN_TO.items()
        if act in may
    ]
    if "jobs.retry" not in may:
        return (home, NavigationGroup(title=_("Trông coi"), views=watched, order=80))
    watched += [
        NavigationEntry(
            text=_("Việc nền đã hỏng"),
            href="/can-bo/viec-nen/",
            count=len(jobs.dead_letters(limit=MOST)),
            current=request.path.startswith("/can-bo/viec-nen/"),
        ),
        NavigationEntry(
            text=_("Tin không gửi được"),
            href="/can-bo/tin-hong/",
            count=len(notify.failures(limit=MOST)),
            current=request.path.startswith("/can-bo/tin-hong/"),
        ),
    ]
    return (home, NavigationGroup(title=_("Trông coi"), views=watched, order=80))


navigation.add("desk", groups)

"""The counter's entries in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

ENTRIES = (
    ("counter.call", gettext_noop("Gọi số"), "/can-bo/quay/"),
    ("counter.see_bookings", gettext_noop("Lịch hẹn"), "/can-bo/quay/lich-hen/"),
    ("counter.name_receiver", gettext_noop("Sổ trả kết quả"), "/can-bo/quay/so-tra/"),
    ("counter.name_receiver", gettext_noop("In nhãn hồ sơ"), "/can-bo/quay/nhan/"),
    ("counter.print_slips", gettext_noop("Phiếu giấy"), "/can-bo/quay/phieu-giay/"),
    ("counter.set_up", gettext_noop("Đặt quầy"), "/can-bo/quay/dat/"),
    ("counter.set_up", gettext_noop("Giờ nhận hẹn"), "/can-bo/quay/lich-hen/mau/"),
)


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What the officer may open here. One query."""
    actor, at = identity.actor_of(request), moments.now()
    may = identity.allowed(actor, [act for act, _text, _href in ENTRIES], None, at)
    entries = [
        NavigationEntry(text=_(text), href=href, current=request.path == href)
        for act, text, href in ENTRIES
        if act in may
    ]
    return (NavigationGroup(title=_("Tại quầy"), views=entries, order=31),) if entries else ()


navigation.add("counter", groups)

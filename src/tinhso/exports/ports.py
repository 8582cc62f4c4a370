"""What exports binds of lower rooms: its files, and its entries on the left of the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exports.models import Export
from tinhso.foundation import files, moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

OWN, OVERSEEN = "/can-bo/xuat/", "/can-bo/xuat/tat-ca/"


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The officer's own exports, and those they oversee. One query."""
    acts = ("exports.ask", "exports.oversee")
    may = identity.allowed(identity.actor_of(request), acts, None, moments.now())
    found = []
    if "exports.ask" in may:
        here = request.path.startswith(OWN) and request.path != OVERSEEN
        found.append(NavigationEntry(text=_("Danh sách đã xuất"), href=OWN, current=here))
    if "exports.oversee" in may:
        here = request.path == OVERSEEN
        found.append(NavigationEntry(text=_("Ai đã xuất gì"), href=OVERSEEN, current=here))
    return (NavigationGroup(title=_("Xuất tệp"), views=found, order=60),)


navigation.add("exports", groups)
files.hold(Export, "file_id")

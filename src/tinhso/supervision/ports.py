"""What supervision binds of lower rooms: its entries on the left of the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.supervision import exporting
from tinhso.supervision.pages.asking import PLACE, WORKLOAD
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

__all__ = ["exporting"]


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Supervision, for who supervises anything. One query."""
    if not identity.somewhere(identity.actor_of(request), "supervision.watch", moments.now()):
        return ()
    load = request.path == WORKLOAD
    here = request.path.startswith(PLACE) and not load
    views = [
        NavigationEntry(text=_("Theo dõi giải quyết"), href=PLACE, current=here),
        NavigationEntry(text=_("Khối lượng việc"), href=WORKLOAD, current=load),
    ]
    return (NavigationGroup(title=_("Giám sát"), views=views, order=40),)


navigation.add("supervision", groups)

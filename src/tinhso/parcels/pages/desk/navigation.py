"""The entry of parcels in the desk's navigation, with how many want somebody."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.parcels.pages.desk.visiting import HOME, units_of, visit
from tinhso.parcels.queries.lists import counted
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What the officer may open here. Two queries."""
    units = units_of(*visit(request))
    if not units:
        return ()
    entry = NavigationEntry(
        text=_("Gửi bưu điện"), href=HOME, count=counted(units), current=request.path.startswith(HOME)
    )
    return (NavigationGroup(title=_("Tại quầy"), views=[entry], order=33),)


navigation.add("parcels", groups)

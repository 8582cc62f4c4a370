"""The entry of digitising in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.digitising.pages.visiting import HOME, units_of
from tinhso.digitising.queries import scans
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The tray with its count, for officers of intake. Two queries."""
    units = units_of(identity.actor_of(request), moments.now())
    if not units:
        return ()
    entry = NavigationEntry(
        text=_("Số hóa giấy tờ"), href=HOME, count=scans.waiting(units), current=request.path.startswith(HOME)
    )
    return (NavigationGroup(title=_("Tại quầy"), views=[entry], order=32),)


navigation.add("digitising", groups)

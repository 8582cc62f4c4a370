"""The entry of the till in the desk's navigation, with how many sessions wait for a second person."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.payments.pages.till.visiting import HOME, agencies, visit
from tinhso.payments.queries.tills import waiting
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What the officer may open here. Three queries for who takes money, else one."""
    mine = agencies(*visit(request))
    if not mine:
        return ()
    entry = NavigationEntry(
        text=_("Thu ngân"), href=HOME, count=len(waiting(mine)), current=request.path.startswith(HOME)
    )
    return (NavigationGroup(title=_("Quầy thu"), views=[entry], order=34),)


navigation.add("payments-till", groups)

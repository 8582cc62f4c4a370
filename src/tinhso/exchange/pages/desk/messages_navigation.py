"""The exchange's entries in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.messages import dead
from tinhso.exchange.open_work import of_units, open_work
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

MESSAGES = "/can-bo/truc/tin/"


def messages(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Messages that could not be delivered, for those who look after them: shown when there are some, or to
    who oversees all."""
    actor, at = identity.actor_of(request), moments.now()
    units = dead.units_of(actor, at)
    if units is not None and not units:
        return ()
    count = of_units(open_work().dead, units)
    if units is not None and not count:
        return ()
    entry = NavigationEntry(
        text=_("Tin gửi qua trục"), href=MESSAGES, count=count, current=request.path.startswith(MESSAGES)
    )
    return (NavigationGroup(title=_("Trục chia sẻ"), views=[entry], order=60),)


navigation.add("exchange-messages", messages)

"""The entry of the exchange's first page in the desk's navigation; the others are found from there."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.pages.desk import overview, server, subscriptions, subsystems, trackers
from tinhso.exchange.pages.visiting import visit
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

BELOW = (server.HOME, subsystems.HOME, subscriptions.HOME, trackers.HOME)
"""Pages without an entry of their own: who reads one sees where it lies."""


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The first page, for operators and data owners. One query, as each that asks for roles."""
    actor, at = visit(request)
    if not identity.somewhere(actor, "exchange.see_services", at):
        return ()
    here = request.path == overview.HOME or request.path.startswith(BELOW)
    entry = NavigationEntry(text=_("Tổng quan trục"), href=overview.HOME, current=here)
    return (NavigationGroup(title=_("Trục chia sẻ"), views=[entry], order=59),)


navigation.add("exchange-overview", groups)

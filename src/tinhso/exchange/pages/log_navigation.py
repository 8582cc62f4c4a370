"""The log's entry in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.pages.log import HOME
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The log, for who may read it."""
    if "exchange.read_log" not in identity.allowed(
        identity.actor_of(request), ("exchange.read_log",), None, moments.now()
    ):
        return ()
    entry = NavigationEntry(text=_("Nhật ký"), href=HOME, current=request.path.startswith(HOME))
    return (NavigationGroup(title=_("Trục liên thông"), views=[entry], order=70),)


navigation.add("exchange-log", groups)

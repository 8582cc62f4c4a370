"""The entries of the exchange in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.open_work import open_work
from tinhso.exchange.pages.desk import diagnostics, log, monitoring
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """What who runs the exchange may open."""
    actor = identity.actor_of(request)
    if not identity.units_held(actor, {identity.Role.ADMINISTRATOR}, moments.now()):
        return ()
    entry = NavigationEntry(
        text=_("Chẩn đoán"),
        href=diagnostics.HOME,
        count=open_work().troubles,
        current=request.path.startswith(diagnostics.HOME),
    )
    kept = NavigationEntry(text=_("Nhật ký"), href=log.HOME, current=request.path.startswith(log.HOME))
    watched = NavigationEntry(
        text=_("Giám sát"), href=monitoring.HOME, current=request.path.startswith(monitoring.HOME)
    )
    return (NavigationGroup(title=_("Trục chia sẻ"), views=[entry, watched, kept], order=78),)


navigation.add("exchange", groups)

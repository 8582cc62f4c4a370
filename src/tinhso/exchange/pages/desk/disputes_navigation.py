"""The entry of disputes in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.open_work import open_work
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

HOME = "/can-bo/truc/phan-anh/"


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Disputes that wait for an answer, for who answers them."""
    if not identity.somewhere(identity.actor_of(request), "exchange.answer_dispute", moments.now()):
        return ()
    entry = NavigationEntry(
        text=_("Phản ánh dùng dữ liệu"),
        href=HOME,
        count=open_work().disputes,
        current=request.path.startswith(HOME),
    )
    return (NavigationGroup(title=_("Trục chia sẻ"), views=[entry], order=60),)


navigation.add("exchange-disputes", groups)

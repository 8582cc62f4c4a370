"""The entry of disputes in the desk's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.open_work import of_units, open_work
from tinhso.exchange.pages.visiting import visit
from tinhso.exchange.queries import agreements as queries
from tinhso.exchange.usage.disputing import ANSWER, HOME
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Disputes that wait for an answer, for who answers them."""
    actor, at = visit(request)
    if not identity.somewhere(actor, ANSWER, at):
        return ()
    entry = NavigationEntry(
        text=_("Phản ánh dùng dữ liệu"),
        href=HOME,
        count=of_units(open_work().disputes, queries.sight(actor, at=at).owned()),
        current=request.path.startswith(HOME),
    )
    return (NavigationGroup(title=_("Trục chia sẻ"), views=[entry], order=60),)


navigation.add("exchange-disputes", groups)

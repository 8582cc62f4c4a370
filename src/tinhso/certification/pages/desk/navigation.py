"""What certification leaves left on the desk, for officers of offices that certify."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.certification.permissions import PREPARE, READ, READ_BOOK, SIGN
from tinhso.certification.queries.copies import reach, waiting
from tinhso.directory import api as directory
from tinhso.foundation import legal, moments
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

LIST, NEW, BOOK = "/can-bo/chung-thuc/", "/can-bo/chung-thuc/moi/", "/can-bo/so-chung-thuc/"
MOST = 100


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """Copies with those that wait for a signature, the making of one, the book."""
    actor, at = identity.actor_of(request), moments.now()
    if not (identity.somewhere(actor, READ, at) or identity.somewhere(actor, READ_BOOK, at)):
        return ()
    day = today(at)
    levels = legal.value("certification_levels", on=day)
    agencies = frozenset(
        agency
        for agency in reach(actor, READ_BOOK, at=at) | reach(actor, READ, at=at)
        if directory.agency(agency, day).level.value in levels
    )
    if not agencies:
        return ()
    views = []
    if identity.somewhere(actor, READ, at):
        count = waiting(agencies, most=MOST) if identity.somewhere(actor, SIGN, at) else None
        views.append(
            NavigationEntry(
                text=_("Bản sao chứng thực"),
                href=LIST,
                count=count,
                many=_("hơn 100") if count == MOST else "",
                current=request.path.startswith(LIST) and request.path != NEW,
            )
        )
    if identity.somewhere(actor, PREPARE, at):
        views.append(NavigationEntry(text=_("Chứng thực bản sao mới"), href=NEW, current=request.path == NEW))
    if identity.somewhere(actor, READ_BOOK, at):
        views.append(
            NavigationEntry(text=_("Sổ chứng thực"), href=BOOK, current=request.path.startswith(BOOK))
        )
    return (NavigationGroup(title=_("Chứng thực"), views=views, order=35),)


navigation.add("certification", groups)

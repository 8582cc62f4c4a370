"""The views of dossiers, left on every page of the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.dossiers.pages.desk.visiting import LIST, came_from
from tinhso.dossiers.queries import desks
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The officer's views with their counts; nothing for who handles no dossiers. Three queries."""
    actor, at = identity.actor_of(request), moments.now()
    if not identity.somewhere(actor, "dossiers.list", at):
        return ()
    desk = desks.desk_of(actor, at)
    counts = desks.counted(desk, at=at)
    here = came_from(request).view if request.path.startswith(LIST) else None
    views = [
        NavigationEntry(
            text=view.label,
            href=f"{LIST}?xem={view.word}",
            count=counts.get(view.tally),
            key=view.key,
            current=view is here,
        )
        for view in desks.VIEWS
    ]
    if identity.Role.CLERK in desk.roles:
        here_is = request.path == "/can-bo/so-ket-qua/"
        views.append(NavigationEntry(text=_("Sổ cấp số"), href="/can-bo/so-ket-qua/", current=here_is))
    work = NavigationGroup(title=_("Hồ sơ"), views=views, order=20)
    if identity.Role.INTAKE_OFFICER not in desk.roles:
        return (work,)
    counter = NavigationEntry(
        text=_("Tiếp nhận tại quầy"),
        href="/can-bo/tiep-nhan/",
        current=request.path.startswith("/can-bo/tiep-nhan/"),
    )
    return (work, NavigationGroup(title=_("Tại quầy"), views=[counter], order=30))


navigation.add("dossiers", groups)

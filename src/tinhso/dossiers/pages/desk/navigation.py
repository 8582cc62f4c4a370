"""The views of dossiers, left on every page of the desk: those everybody has, and those kept."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, came_of
from tinhso.dossiers.queries import between, desks, views
from tinhso.dossiers.queries.desks import Desk
from tinhso.dossiers.queries.extending import awaited
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.ui.api import NavigationEntry, NavigationGroup, navigation

BETWEEN = "/can-bo/lien-thong/"
BOOK = "/can-bo/so-ket-qua/"
DECIDE = "/can-bo/cho-quyet-dinh/"
REBASING = "/can-bo/phien-ban-moi/"
REGISTER = "/can-bo/so-theo-doi/"
REGISTERED = frozenset({identity.Role.INTAKE_OFFICER, identity.Role.LEADER, identity.Role.SUPERVISOR})
UNCOUNTED = frozenset({desks.DONE, desks.AGENCY})
MOST_COUNTED = 1000


def groups(request: HttpRequest) -> tuple[NavigationGroup, ...]:
    """The officer's views with their counts; nothing for who handles no dossiers. Five queries."""
    actor, at = identity.actor_of(request), moments.now()
    if not identity.somewhere(actor, "dossiers.list", at):
        wide = identity.somewhere(actor, "dossiers.rebase", at)
        return (NavigationGroup(title=_("Hồ sơ"), views=[_rebasing(request)], order=22),) if wide else ()
    desk = desks.desk_of(actor, at)
    in_list = request.path == LIST or (request.path.startswith(LIST) and "xem" in request.GET)
    here = came_from(request) if in_list else None
    kept = views.kept(officer=desk.officer, units=desk.units)
    found = [
        _usual(desk, here, path=request.path, taken={view.key for view in kept}, at=at),
        _kept(kept, desk, here, at=at),
    ]
    if identity.Role.LEADER in desk.roles:
        entry = NavigationEntry(
            text=_("Xin hẹn lại chờ quyết định"),
            href=DECIDE,
            count=awaited(desk.agencies),
            current=request.path == DECIDE,
        )
        found.append(NavigationGroup(title=_("Quyết định"), views=[entry, _rebasing(request)], order=22))
    if desk.roles & REGISTERED:
        entry = NavigationEntry(
            text=_("Sổ theo dõi hồ sơ"), href=REGISTER, current=request.path.startswith(REGISTER)
        )
        found.append(NavigationGroup(title=_("Hồ sơ"), views=[entry], order=21))
    if identity.Role.INTAKE_OFFICER in desk.roles:
        counter = NavigationEntry(
            text=_("Tiếp nhận tại quầy"),
            href="/can-bo/tiep-nhan/",
            current=request.path.startswith("/can-bo/tiep-nhan/"),
        )
        found.append(NavigationGroup(title=_("Tại quầy"), views=[counter], order=30))
    return tuple(found)


def _rebasing(request: HttpRequest) -> NavigationEntry:
    return NavigationEntry(
        text=_("Chuyển phiên bản mới"), href=REBASING, current=request.path.startswith(REBASING)
    )


def _usual(desk: Desk, here: Came | None, *, path: str, taken: set[str], at: datetime) -> NavigationGroup:
    """The views everybody has; a digit given to a kept view is no longer theirs."""
    counts = desks.counted(desk, at=at)
    entries = [
        NavigationEntry(
            text=view.label,
            href=f"{LIST}?xem={view.word}",
            count=counts.get(view.tally),
            key="" if view.key in taken else view.key,
            current=here is not None and here.saved is None and view is here.view,
        )
        for view in desks.VIEWS
    ]
    entries.append(
        NavigationEntry(
            text=_("Giữa các cơ quan"),
            href=BETWEEN,
            count=between.waiting(desk.agencies, at=at),
            current=path == BETWEEN,
        )
    )
    if identity.Role.CLERK in desk.roles:
        here_is = path == BOOK
        entries.append(NavigationEntry(text=_("Sổ cấp số"), href=BOOK, current=here_is))
    return NavigationGroup(title=_("Hồ sơ"), views=entries, order=20)


def _kept(kept: tuple[views.Kept, ...], desk: Desk, here: Came | None, *, at: datetime) -> NavigationGroup:
    came = {view.id: came_of(QueryDict(view.query)) for view in kept}
    filters = {
        id_: each.narrow(desk, at)
        for id_, each in came.items()
        if each.view not in UNCOUNTED and not each.choice.q
    }
    counted = views.counts(list(filters.values()), most=MOST_COUNTED + 1)
    counts = dict(zip(filters, counted, strict=True))
    entries = [
        NavigationEntry(
            text=view.name,
            href=f"{LIST}?{view.query}&ds={view.id}",
            count=counts.get(view.id),
            many=_("hơn 1.000") if counts.get(view.id, 0) > MOST_COUNTED else "",
            key=view.key,
            current=here is not None and here.saved == view.id,
        )
        for view in kept
    ]
    return NavigationGroup(title=_("Danh mục đã lưu"), views=entries, order=25)


navigation.add("dossiers", groups)

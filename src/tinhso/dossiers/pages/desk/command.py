"""Command search (Ctrl+K): acts of the open dossier or list, views, dossiers and people, procedures.

One box, answered by the server. `tu` is the address it was opened from: it names the dossier or the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import lifecycle
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.pages.desk import offers
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import desks, seeking, tracing, unsent
from tinhso.dossiers.queries.desks import Desk
from tinhso.dossiers.queries.reading import find, glimpsed
from tinhso.foundation import access, text
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

OF_DOSSIER = re.compile(rf"{LIST}([0-9A-Za-z.-]{{4,60}})/")
OF_LIST = (LIST, "/can-bo/tim/")
OF_A_PAGE = ("xong", "ma", "sau")
PLACES = (
    (gettext_noop("Bàn làm việc"), "/can-bo/"),
    (gettext_noop("Tin báo"), "/can-bo/tin-bao/"),
    (gettext_noop("Phím tắt"), "/can-bo/phim-tat/"),
    (gettext_noop("Tùy chọn của bàn làm việc"), "/can-bo/tuy-chon/"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One line: what it does, where it leads, a word beside it. `form` is sent instead of followed."""

    text: str
    href: str
    note: str = ""
    key: str = ""
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind."""

    title: str
    commands: tuple[Command, ...]


@never_cache
@access.officer("dossiers.list")
@require_safe
def command(request: HttpRequest) -> HttpResponse:
    """The page, or its lines alone for the box that is open over another page."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    q = text.normal(request.GET.get("q", ""))[:200]
    came = _came(request.GET.get("tu", ""))
    groups = [group for group in _groups(q, came, desk, actor=actor, at=at) if group.commands]
    found = sum(len(group.commands) for group in groups)
    facts = {
        "title": _("Tìm việc, hồ sơ, thủ tục"),
        "q": q,
        "from": came,
        "groups": groups,
        "said": ngettext("%(n)d kết quả", "%(n)d kết quả", found) % {"n": found},
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/command_piece.html" if piece else "dossiers/desk/command.html"
    return render(request, template, facts)


def _came(given: str) -> str:
    """The address the box was opened from; only one of the desk counts."""
    return given if given.startswith("/can-bo/") and len(given) <= 2000 else ""


def _groups(q: str, came: str, desk: Desk, *, actor: ActorRef, at: datetime) -> Iterable[Group]:
    yield _acts(q, came, actor=actor, at=at)
    yield _of_list(q, came, desk)
    yield _unsent(q, desk)
    yield from _sought(q, desk, actor=actor, at=at)
    if q:
        yield _procedures(q, desk, at=at)
    yield Group(_("Đi tới"), tuple(_matching(q, _places(desk))))


def _query(came: str) -> str:
    """The list the page came from, as its address says it; what belongs to one page only is left out."""
    return urlencode([(k, v) for k, v in parse_qsl(urlsplit(came).query) if k not in OF_A_PAGE])


def _acts(q: str, came: str, *, actor: ActorRef, at: datetime) -> Group:
    """What can be done to the open dossier now; nothing for one the officer may not see."""
    named = OF_DOSSIER.match(urlsplit(came).path)
    if named is None:
        return Group("", ())
    try:
        opened = find(named[1])
        code, seen = glimpsed(opened, by=actor, at=at)
    except NotFound:
        return Group("", ())
    query = _query(came)
    lines = [
        Command(offer.label, f"{LIST}{code}/{offer.slug}/?{query}", key=offer.key)
        for offer in offers.shown(desks.offered(opened, by=actor, at=at, seen=seen))
    ]
    return Group(_("Việc trên hồ sơ %(code)s") % {"code": code}, tuple(_matching(q, lines)))


def _unsent(q: str, desk: Desk) -> Group:
    """Forms the officer began and did not send, of whichever dossier."""
    lines = (
        Command(offers.BY_SLUG[one.slug].label, f"{LIST}{one.code}/{one.slug}/", note=one.code)
        for one in unsent.unsent(desk.officer)
        if one.slug in offers.BY_SLUG
    )
    return Group(_("Đang viết dở"), tuple(_matching(q, lines)))


def _of_list(q: str, came: str, desk: Desk) -> Group:
    """What can be done to the open list: it leads to the preview, where nothing is done yet."""
    if urlsplit(came).path not in OF_LIST or identity.Role.INTAKE_OFFICER not in desk.roles:
        return Group("", ())
    narrowed = tuple((k, v) for k, v in parse_qsl(urlsplit(came).query) if k not in OF_A_PAGE)
    line = Command(
        _("Tiếp nhận cả danh sách đang lọc"),
        f"{LIST}hang-loat/?{urlencode(narrowed)}",
        note=_("xem trước rồi mới làm"),
        form=(*narrowed, ("tat-ca", "1")),
    )
    return Group(_("Việc trên danh sách"), tuple(_matching(q, [line])))


def _sought(q: str, desk: Desk, *, actor: ActorRef, at: datetime) -> Iterable[Group]:
    """Dossiers and people; the look at the list leaves its trace, a number that names one person as well."""
    if len(q) < seeking.SHORTEST:
        return
    found = seeking.seek(q, desk, by=actor, at=at)
    identity.look_at_list(
        actor, query=f"lenh={q}", count=len(found.dossiers), purpose=_("Tìm hồ sơ, người nộp"), at=at
    )
    tracing.looks_by_number(q, [dossier.id for dossier in found.dossiers], by=actor, at=at)
    yield Group(
        _("Hồ sơ"),
        tuple(
            Command(
                f"{dossier.code}, {dossier.applicant_name}",
                f"{LIST}{dossier.code}/",
                note=dossier.step_name or lifecycle.MEANINGS[Status(dossier.status)].label,
            )
            for dossier in found.dossiers
        ),
    )
    yield Group(
        _("Người nộp"),
        tuple(
            Command(
                person.name,
                f"/can-bo/tim/?{urlencode({'q': person.name})}",
                note=ngettext("%(n)d hồ sơ", "%(n)d hồ sơ", person.dossiers) % {"n": person.dossiers},
            )
            for person in found.people
        ),
    )


def _procedures(q: str, desk: Desk, *, at: datetime) -> Group:
    """Procedures: the counter's sheet for who receives, else the page that people read."""
    counter = identity.Role.INTAKE_OFFICER in desk.roles
    root = "/can-bo/tiep-nhan/" if counter else "/thu-tuc/"
    note = _("tiếp nhận tại quầy") if counter else _("xem thủ tục")
    lines = (
        Command(line.name, f"{root}{line.code}/", note=note) for line in procedures.find(q, at=at, limit=6)
    )
    return Group(_("Thủ tục"), tuple(lines))


def _places(desk: Desk) -> Iterable[Command]:
    for view in desks.VIEWS:
        yield Command(view.label, f"{LIST}?xem={view.word}", key=view.key)
    if identity.Role.INTAKE_OFFICER in desk.roles:
        yield Command(_("Tiếp nhận tại quầy"), "/can-bo/tiep-nhan/")
    for label, href in PLACES:
        yield Command(_(label), href)


def _matching(q: str, lines: Iterable[Command]) -> Iterable[Command]:
    """The lines that hold every word typed, without marks."""
    words = text.fold(q).split()
    return (line for line in lines if all(word in text.fold(line.text) for word in words))

"""An officer's desk: whose work lies on it, and the views that cut it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers import lifecycle, marks
from tinhso.dossiers.contracts import DossierRow, Status
from tinhso.dossiers.lifecycle import EXTENSION_ASKED, ORIGINALS, STEP_BOUND
from tinhso.dossiers.models import Assessment, Dossier
from tinhso.dossiers.queries import choosing
from tinhso.dossiers.queries.choices import Choice
from tinhso.dossiers.queries.extending import leaders_decide, may_extend
from tinhso.dossiers.queries.issued import can_be_changed
from tinhso.dossiers.queries.lists import WAITING, tallies
from tinhso.dossiers.queries.narrowing import Filter, Hand
from tinhso.dossiers.turning import HANDLING, SUBJECT, subject_of
from tinhso.dossiers.visibility import within
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer's place: the units whose work they see, their agencies, and the roles they hold.

    A supervisor sees every unit of the agency. `hands` are whose work is theirs to do: their own, that of
    those for whom they stand in, what waits for any holder of a role that takes no work from baskets, and for
    a head what nobody is there to do.
    """

    officer: UUID
    units: tuple[UUID, ...]
    agencies: tuple[UUID, ...]
    roles: frozenset[identity.Role]
    hands: tuple[Hand, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether work that nobody has taken yet lies among their own."""
        return any(hand.holder is None and not hand.unattended for hand in self.hands)


HEADS = frozenset({identity.Role.LEADER, identity.Role.SUPERVISOR})
UNDECIDED = tuple(sorted(lifecycle.OPEN - {Status.DONE}))
"""Statuses in which a result is still owed; one that lies ready is not late."""
OFFERED_TO = frozenset({identity.Role.LEADER})
"""Roles whose untaken work lies in everybody's own list: several leaders, and none is given the signature."""


@dataclass(frozen=True, slots=True)
class View:
    """One cut of the work: its word in the URL, what people read, the key, and which tally counts it."""

    word: str
    msgid: str
    key: str
    tally: str = ""

    @property
    def label(self) -> str:
        """What people read, in their language."""
        return _(self.msgid)


MINE, BASKET, UNIT, TODAY, LATE, WAITS, DONE, AGENCY = VIEWS = (
    View("cua-toi", gettext_noop("Việc của tôi"), "1", "mine"),
    View("gio", gettext_noop("Giỏ của đơn vị"), "2", "basket"),
    View("don-vi", gettext_noop("Cả đơn vị"), "3", "unit"),
    View("hom-nay", gettext_noop("Đến hạn hôm nay"), "4", "today"),
    View("tre", gettext_noop("Trễ hạn"), "5", "late"),
    View("cho-dan", gettext_noop("Đang chờ dân"), "6", "waiting"),
    View("xong", gettext_noop("Đã xong"), "7"),
    View("co-quan", gettext_noop("Cả cơ quan"), "8"),
)


def desk_of(actor: ActorRef, at: datetime) -> Desk:
    """The officer's desk at that moment. Two queries, one more per agency they supervise.

    Raises NotAllowed for who may list no dossiers anywhere: an empty desk would narrow nothing.
    """
    listing = {role for line in identity.grants()["dossiers.list"] for role in line.roles}
    held = identity.held(actor.id, at) if actor.id else ()
    posts = [post for post in held if post.role in listing]
    if actor.id is None or not posts:
        raise NotAllowed(_("Tài khoản này không giữ vị trí nào xử lý hồ sơ."))
    units = directory.units({post.unit for post in posts})
    agencies = tuple(dict.fromkeys(units[post.unit].agency_id for post in posts))
    own = {post.unit for post in posts}
    for agency in {units[p.unit].agency_id for p in posts if p.role is identity.Role.SUPERVISOR}:
        own |= {unit.id for unit in directory.units_of(agency, today(at))}
    return Desk(
        officer=actor.id,
        units=tuple(sorted(own)),
        agencies=agencies,
        roles=frozenset(post.role for post in posts),
        hands=(*_hands(actor.id, posts), *_unattended(actor.id, posts, agencies, at)),
    )


def _hands(officer: UUID, posts: Sequence[identity.Held]) -> tuple[Hand, ...]:
    """Own posts come before delegated ones, so that nobody stands in where they hold the role themselves."""
    found = [Hand(officer)]
    for post in posts:
        if post.on_behalf_of is not None:
            found.append(Hand(post.on_behalf_of, post.role.value, post.unit, post.on_behalf_of))
        if post.role in OFFERED_TO:
            found.append(Hand(None, post.role.value, post.unit, post.on_behalf_of))
    return tuple(found)


def _unattended(
    officer: UUID, posts: Sequence[identity.Held], agencies: Sequence[UUID], at: datetime
) -> tuple[Hand, ...]:
    """What nobody does in the units that the officer answers for: of who is away alone, of empty posts."""
    if not any(post.role in HEADS for post in posts):
        return ()
    found = []
    for agency in agencies:
        heads = identity.heads(agency=agency, at=at)
        units = [unit for unit, who in heads.items() if officer in who]
        found += [
            Hand(each.officer, each.role.value, each.unit, unattended=True)
            for each in identity.unattended(roles=HANDLING, units=units, at=at)
        ]
    return tuple(found)


def may_decide(desk: Desk, *, at: datetime) -> bool:
    """Whether the officer may promise later dates by themselves, by the rule of today."""
    if identity.Role.LEADER in desk.roles:
        return True
    return identity.Role.SPECIALIST in desk.roles and not leaders_decide(at)


def own(desk: Desk) -> Filter:
    """Việc của tôi: open dossiers that are the officer's to do."""
    return Filter(hands=desk.hands, open_only=True)


def stood_in_for(desk: Desk, rows: Iterable[DossierRow]) -> dict[UUID, str]:
    """For whom the officer would do each of these dossiers, by its id; their own are left out."""
    found: dict[UUID, UUID] = {}
    for row in rows:
        fits = (
            hand
            for hand in desk.hands
            if hand.holder == row.holder and hand.unit in (None, row.unit) and hand.role in ("", row.role)
        )
        hand = next(fits, None)
        if hand is not None and hand.on_behalf_of is not None:
            found[row.id] = hand.on_behalf_of
    names = identity.officer_names(list(set(found.values())))
    return {id: names[officer] for id, officer in found.items() if officer in names}


def unattended(desk: Desk, rows: Iterable[DossierRow]) -> dict[UUID, str]:
    """Why each of these dossiers lies with a head though it is somebody else's work, by its id."""
    away, empty = _("vắng, chưa ai thay"), _("vị trí trống")
    places = {(hand.holder, hand.role, hand.unit) for hand in desk.hands if hand.unattended}
    return {
        row.id: away if row.holder else empty for row in rows if (row.holder, row.role, row.unit) in places
    }


def view_of(word: str) -> View:
    """The view of that word; the officer's own work for any other."""
    return next((view for view in VIEWS if view.word == word), MINE)


def end_of_day(at: datetime) -> datetime:
    """Midnight after the legal day of `at`, as a moment (UTC)."""
    return midnight(today(at) + timedelta(days=1))


def narrowed(view: View, desk: Desk, *, at: datetime, choice: Choice | None = None) -> Filter:
    """What a view of a desk holds under a choice. A search goes over the whole agency, whatever the view."""
    choice = choice or Choice()
    return replace(
        base(view, desk, at=at, q=choice.q),
        also=choosing.condition(choice, officer=desk.officer, at=at),
        order=choice.order,
    )


def base(view: View, desk: Desk, *, at: datetime, q: str = "") -> Filter:
    """What a view of a desk holds when nothing but a search narrows it."""
    agency = desk.agencies[0]
    if q.strip():
        return Filter(agency=agency, q=q)
    units = desk.units
    day_ends = end_of_day(at)
    undecided = Filter(units=units, open_only=True, standing=False, statuses=UNDECIDED)
    return {
        MINE: own(desk),
        BASKET: Filter(units=units, basket=True, open_only=True),
        UNIT: Filter(units=units, open_only=True),
        TODAY: replace(undecided, due_from=at, due_before=day_ends),
        LATE: replace(undecided, due_before=at),
        WAITS: Filter(units=units, open_only=True, statuses=WAITING),
        DONE: Filter(agency=agency, finished_only=True),
        AGENCY: Filter(agency=agency),
    }[view]


def counted(desk: Desk, *, at: datetime) -> dict[str, int]:
    """How much lies in each view, by its tally. One query."""
    return tallies(hands=desk.hands, units=desk.units, at=at, day_ends=end_of_day(at))


def offered(
    dossier_id: UUID, *, by: ActorRef, at: datetime, seen: identity.Sight = identity.Sight.ALL
) -> tuple[str, ...]:
    """The acts that the life cycle, the step and the officer's rights allow now, the step's own first.

    Who sees less than all is offered only what can be done with what is `seen`.

    What would only be refused is not offered: deciding what nobody asked, giving back what is not there.
    Three queries, more once it is finished.
    """
    dossier = Dossier.objects.get(id=dossier_id)
    step = {task.act for task in tasks.open_on(subject=SUBJECT, subject_id=dossier_id)}
    possible = [
        act
        for act in within(seen, lifecycle.offered(Status(dossier.status)))
        if act not in STEP_BOUND or STEP_BOUND[act] in step
    ]
    allowed = identity.allowed(by, [f"dossiers.{act}" for act in possible], subject_of(dossier), at)
    idle = _idle(dossier, frozenset(allowed))
    acts = [act for act in possible if f"dossiers.{act}" in allowed and act not in idle]
    if marks.AWAITED in dossier.flags:
        waiting = [act for act in acts if act not in STEP_BOUND]
        return tuple(sorted(waiting, key=lambda act: act != "receive"))
    return tuple(sorted((a for a in acts if a != "receive"), key=lambda act: f"dossiers.{act}" not in step))


def _idle(dossier: Dossier, allowed: frozenset[str]) -> set[str]:
    """Acts that the life cycle allows and that would have nothing to act on."""
    idle = {"go_on"} if marks.ASKED not in dossier.flags else set()
    if EXTENSION_ASKED in dossier.flags:
        idle |= {"ask_extension", "apologise"}
    else:
        idle |= {"grant_extension", "deny_extension"}
    if leaders_decide(dossier.submitted_at):
        idle |= {"ask_extension"} if "dossiers.grant_extension" in allowed else {"apologise"}
    else:
        idle |= {"ask_extension"}
    if {"dossiers.ask_extension", "dossiers.apologise"} & allowed and not may_extend(dossier):
        idle |= {"ask_extension", "apologise"}
    if marks.LACKING not in dossier.flags:
        idle |= {"fill_in"}
    if marks.UNBILLED not in dossier.flags and not Assessment.objects.filter(dossier=dossier).exists():
        idle |= {"judge_fees"}
    if ORIGINALS not in dossier.flags:
        idle |= {"return_originals"}
    if dossier.status == Status.RETURNED and not can_be_changed(dossier.id):
        idle |= {"correct", "revoke_result"}
    return idle

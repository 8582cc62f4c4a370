"""Random walks: anybody tries any act at any time, while around the dossier people go and calendars change.

After each step every truth is asked, and whether the dossier lies before somebody who is there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tests.dossiers import test_bundles as bundling
from tests.dossiers.trying import UNDO, Place, place, staff
from tests.dossiers.walking import Walk
from tests.support.between import sent, three
from tests.support.office import SENT
from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import PartState, Status
from tinhso.dossiers.lifecycle import OPEN, TURNS
from tinhso.dossiers.models import Bundle, BundlePart, Closure, Dossier
from tinhso.dossiers.operations import (
    alarms,
    between_alarms,
    bulk,
    bundles,
    closures,
    recounts,
    succession,
    vacancies,
)
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import page
from tinhso.foundation import worktime
from tinhso.foundation.errors import NotAllowed, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Post
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

ENDINGS = ("withdraw", "stop", "refuse", "deem_approved", "deem_refused")
WAITS_FOR_THE_PERSON = {"pre_supplement": "answer_supplement", "supplement": "answer_supplement"}
WAITS_FOR_THE_OFFICE = {"paused": "resume", "obligation": "settle_obligation"}
DAY = timedelta(days=1)


def places() -> tuple[Place, ...]:
    """Where walks go: an office twice, a way over three agencies, a bundle for three offices."""
    way, group = three(), bundling.bundled()
    plain = place()
    between = place(way.xa, way.so, way.tinh, send=lambda: sent(way).id)
    together = place(
        group.xa,
        group.police,
        group.insurance,
        send=lambda: bundles.file(bundling.given(group), by=group.xa.citizen, at=SENT).id,
    )
    return plain, plain, between, together


@dataclass(slots=True)
class World:
    """A dossier, with those filed in one bundle with it, and what happened around them."""

    here: Place
    walks: list[Walk]
    at: datetime = SENT
    away: dict[UUID, tuple[UUID, datetime]] = field(default_factory=dict)
    lent: list[UUID] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)
    closed_unit: bool = False

    @property
    def officers(self) -> tuple[ActorRef, ...]:
        """Those who may have work."""
        here = self.here
        all_of_them = (*(each for office in here.offices for each in staff(office)), here.colleague)
        return tuple(each for each in all_of_them if each.id not in self.gone)

    def step(self, chance: random.Random) -> None:
        """Somebody does what is theirs, somebody tries something, or something happens around."""
        walk = chance.choice(self.walks)
        walk.at = max(walk.at, self.at)
        if chance.random() < 0.12:
            self._happen(chance)
            return
        before = self._where()
        act, by = _diligent(walk) if chance.random() < 0.4 else _anybody(walk, chance)
        walk.step(act, by, chance, later=timedelta(minutes=chance.choice((0, 7, 95, 600, 3000))))
        if chance.random() < 0.1:
            walk.step(UNDO, by, chance, later=timedelta(seconds=chance.choice((1, 9, 40))))
        self.at = walk.at
        if len(self.here.offices) > 1:
            self._begin_parts()
        if self._where() != before:
            self.ask_somebody()

    def _where(self) -> list[tuple[UUID | None, UUID, str]]:
        """With whom the dossiers are."""
        rows = Dossier.objects.filter(id__in=[walk.dossier for walk in self.walks]).order_by("id")
        return list(rows.values_list("holder", "unit_id", "role"))

    def _happen(self, chance: random.Random) -> None:
        what = chance.choice(sorted(HAPPENINGS))
        self.at += timedelta(minutes=chance.choice((0, 95, 600)))
        try:
            with transaction.atomic():
                HAPPENINGS[what](self, chance)
        except Unable:
            return
        for walk in self.walks:
            walk.ask(what, at=self.at)
        self.ask_somebody()

    def _begin_parts(self) -> None:
        """What the job of a bundle does once a result is there; new dossiers are walked too."""
        known = {walk.dossier for walk in self.walks}
        for bundle in Bundle.objects.filter(parts__dossier_id__in=known).distinct():
            bundles.start(bundle.id, at=self.at)
            self._ask_bundle(bundle)
        fresh = BundlePart.objects.filter(bundle__parts__dossier_id__in=known, dossier_id__isnull=False)
        for dossier_id, agency in set(fresh.values_list("dossier_id", "agency_id")):
            office = self.here.of(agency)
            if dossier_id not in known and office:
                citizen = self.here.office.citizen
                here = replace(self.here, office=replace(office, citizen=citizen))
                made = Walk(here=here, dossier=dossier_id, at=self.at)
                made.ask("bắt đầu phần của nhóm", at=self.at)
                self.walks.append(made)

    def _ask_bundle(self, bundle: Bundle) -> None:
        """No part waits for what can no longer come."""
        bundle.refresh_from_db()
        parts = list(bundle.parts.select_related("dossier").order_by("position"))
        waits = [part for part in parts if part.state == PartState.WAITING]
        going = [part for part in parts if part.dossier and Status(part.dossier.status) in OPEN]
        assert not waits or going, "a part waits for nothing"
        assert bool(bundle.answers) == bool(waits), "what was filed is kept while a part waits"

    def ask_somebody(self) -> None:
        """Every open dossier lies in the list of somebody who is there, or administrators were told."""
        for walk in self.walks:
            now = Dossier.objects.get(id=walk.dossier)
            if Status(now.status) not in OPEN or not now.role:
                continue
            if not any(self._lists(each, now) for each in self._present(now)):
                vacancies.watch(at=self.at)
                told = notify.inbox(reader=_id(self.here.watchers[2]), limit=50)
                assert told, "a dossier is with nobody\n" + "\n".join(walk.done)

    def _present(self, now: Dossier) -> list[ActorRef]:
        """Who is there, the holder first."""
        there = [
            each for each in (*self.officers, self.here.far, *self.here.watchers[:1]) if self._is_there(each)
        ]
        return sorted(there, key=lambda each: each.id != now.holder)

    def _is_there(self, officer: ActorRef) -> bool:
        until = self.away.get(_id(officer), (None, SENT))[1]
        return until <= self.at

    def _lists(self, officer: ActorRef, now: Dossier) -> bool:
        """Whether the dossier stands in the officer's own list, or in the basket of their unit."""
        try:
            desk = desks.desk_of(officer, self.at)
        except NotAllowed:
            return False
        this = Q(id=now.id)
        if page(replace(desks.own(desk), also=this)).rows:
            return True
        basket = desks.base(desks.BASKET, desk, at=self.at)
        return identity.Role(now.role) in desk.roles and bool(page(replace(basket, also=this)).rows)


def _id(actor: ActorRef) -> UUID:
    assert actor.id is not None
    return actor.id


def _goes_away(world: World, chance: random.Random) -> None:
    """With a deputy or without; what follows is done by the clock's jobs."""
    officer = chance.choice(world.officers)
    deputy = chance.choice((None, *world.officers))
    until = world.at + chance.randint(1, 5) * DAY
    absence = identity.be_absent(
        officer_id=_id(officer),
        begins_at=world.at,
        ends_at=until,
        reason="Nghỉ phép",
        deputy_id=_id(deputy) if deputy else None,
        by=SYSTEM,
        at=world.at,
    )
    world.away[_id(officer)] = absence, until


def _comes_back(world: World, chance: random.Random) -> None:
    if world.away:
        officer = chance.choice(sorted(world.away))
        absence, _until = world.away[officer]
        identity.come_back(absence_id=absence, by=SYSTEM, at=world.at)
        del world.away[officer]
        vacancies.give_on(at=world.at)


def _delegates(world: World, chance: random.Random) -> None:
    officer, deputy = chance.choice(world.officers), chance.choice(world.officers)
    post = Post.objects.filter(officer_id=officer.id).first()
    assert post is not None
    world.lent.append(
        identity.delegate(
            delegator_id=_id(officer),
            deputy_id=_id(deputy),
            role=identity.Role(post.role),
            unit_id=post.unit_id,
            begins_at=world.at,
            ends_at=world.at + chance.randint(1, 9) * DAY,
            basis="42/QĐ-UBND",
            by=SYSTEM,
            at=world.at,
        )
    )


def _takes_back(world: World, chance: random.Random) -> None:
    if world.lent:
        identity.end_delegation(delegation_id=world.lent.pop(), by=SYSTEM, at=world.at)
        vacancies.give_on(at=world.at)


def _leaves(world: World, chance: random.Random) -> None:
    """A post ends, or an account closes; seldom, so that somebody stays."""
    officer = chance.choice(world.officers)
    if len(world.gone) < 2 and chance.random() < 0.4:
        if chance.random() < 0.5:
            for post in Post.objects.filter(officer_id=officer.id):
                identity.end_post(post_id=post.id, on=today(world.at), by=SYSTEM, at=world.at)
        else:
            identity.deactivate(officer_id=_id(officer), by=SYSTEM, at=world.at)
        world.gone.add(_id(officer))
        vacancies.give_on(at=world.at, officer=_id(officer))


def _floods(world: World, chance: random.Random) -> None:
    """An office closes for days, and what was promised is counted anew."""
    first = today(world.at) + chance.randint(0, 6) * DAY
    last = first + chance.randint(0, 2) * DAY
    agency = chance.choice(world.here.offices).agency
    done = closures.close(
        agency_id=agency, first=first, last=last, reason="Triều cường", by=SYSTEM, at=world.at
    )
    if done.recount:
        recounts.run(done.recount, at=world.at)


def _dries(world: World, chance: random.Random) -> None:
    """A closed office opens after all."""
    agencies = [office.agency for office in world.here.offices]
    closed = Closure.objects.filter(agency_id__in=agencies, lifted_at=None).order_by("day").first()
    if closed:
        asked = closures.lift(agency_id=closed.agency_id, day=closed.day, by=SYSTEM, at=world.at)
        recounts.run(asked, at=world.at)


def _calendar(world: World, chance: random.Random) -> None:
    """A day of the province's calendar is corrected, also one gone by."""
    line = next(each for each in worktime.calendars() if each.code == "an-giang")
    day: date = today(world.at) + chance.randint(-5, 9) * DAY
    kind = chance.choice([worktime.DayKind.CLOSED, None])
    change = recounts.day_off_or_on(line, day, kind=kind, name="Nghỉ", basis="Công điện", what="Sửa lịch")
    recounts.run(recounts.correct(change, by=SYSTEM, at=world.at), at=world.at)


def _clock(world: World, chance: random.Random) -> None:
    """What the clock does by itself."""
    succession.follow(at=world.at)
    vacancies.give_on(at=world.at)
    alarms.sound(at=world.at)
    between_alarms.sound(at=world.at)
    vacancies.watch(at=world.at)


def _unit_ends(world: World, chance: random.Random) -> None:
    """The specialists' unit ends once; another of the office has its work."""
    if not world.closed_unit:
        directory.close_unit(
            unit_id=world.here.office.specialist_unit,
            successor_id=world.here.other_unit,
            effective_date=today(world.at),
            legal_basis="15/QĐ-UBND",
            by=SYSTEM,
            at=world.at,
        )
        world.closed_unit = True
        succession.follow(at=world.at)


def _many(act: str, **given: Callable[[World, random.Random], str]) -> Callable[[World, random.Random], None]:
    """A leader does one act on many."""

    def happens(world: World, chance: random.Random) -> None:
        rows = Dossier.objects.filter(id__in=[walk.dossier for walk in world.walks])
        asked = bulk.ask(
            list(rows.values_list("id", "version")),
            act=act,
            given={name: make(world, chance) for name, make in given.items()},
            by=world.here.office.leader,
            at=world.at,
        )
        bulk.run(asked.id, at=world.at)

    return happens


def _withdraws_all(world: World, chance: random.Random) -> None:
    """The person takes a whole bundle back."""
    bundle = Bundle.objects.filter(parts__dossier_id=world.walks[0].dossier).first()
    if bundle and chance.random() < 0.1:
        bundles.withdraw(bundle_id=bundle.id, by=world.here.office.citizen, at=world.at)


HAPPENINGS: dict[str, Callable[[World, random.Random], None]] = {
    "goes away": _goes_away,
    "comes back": _comes_back,
    "delegates": _delegates,
    "takes back": _takes_back,
    "leaves": _leaves,
    "office closes": _floods,
    "office opens": _dries,
    "calendar corrected": _calendar,
    "clock": _clock,
    "unit ends": _unit_ends,
    "many reassigned": _many(
        "assign",
        to=lambda world, chance: str(chance.choice(world.officers).id),
        reason=lambda _w, _c: "Chia việc",
    ),
    "many apologised for": _many(
        "apologise",
        until=lambda world, chance: (today(world.at) + chance.randint(1, 20) * DAY).isoformat(),
        reason=lambda _w, _c: "Máy chủ ngừng",
    ),
    "many received": _many("accept"),
    "bundle withdrawn": _withdraws_all,
}


def walk(here: Place, *, seed: int, steps: int) -> World:
    """One random walk: now and then the work at hand is done by who should, else anybody tries."""
    chance = random.Random(seed)
    world = World(here=here, walks=[Walk(here=here, dossier=here.send())])
    for _step in range(steps):
        world.step(chance)
    return world


def _diligent(under_way: Walk) -> tuple[str, ActorRef]:
    now = Dossier.objects.get(id=under_way.dossier)
    agency = directory.unit(now.unit_id).agency_id
    here = under_way.here.of(agency) or under_way.here.office
    citizen = under_way.here.office.citizen
    if now.status in WAITS_FOR_THE_PERSON and under_way.at.minute % 3 == 0:
        return "answer_part", citizen
    if "extension_asked" in now.flags and now.status in ("accepted", "processing"):
        return "grant_extension", here.leader
    late = now.due_at is not None and now.due_at < under_way.at and now.status in ("accepted", "processing")
    if late and under_way.at.minute % 2:
        return "apologise", here.leader
    if now.status in WAITS_FOR_THE_PERSON:
        return WAITS_FOR_THE_PERSON[now.status], citizen
    if now.status in WAITS_FOR_THE_OFFICE:
        return WAITS_FOR_THE_OFFICE[now.status], here.specialist
    work = tasks.open_on(subject="dossier", subject_id=now.id)
    if not work:
        return "rate", citizen
    by_role = dict(zip(("intake_officer", "specialist", "leader", "clerk"), staff(here), strict=True))
    far = agency == under_way.here.elsewhere
    doer = under_way.here.far if far else by_role[work[0].role]
    if marks.ASKED in now.flags:
        return "go_on", here.specialist
    if marks.AWAITED in now.flags:
        return "receive", doer
    return work[0].act.removeprefix("dossiers."), doer


def _anybody(under_way: Walk, chance: random.Random) -> tuple[str, ActorRef]:
    now = Dossier.objects.get(id=under_way.dossier)
    status = Status(now.status)
    # A move that no ended unit asks for would break another agency's phase.
    moved = set() if len(under_way.here.offices) == 1 else {"transfer"}
    fitting = [act for act in TURNS if status in TURNS[act] and act not in {*ENDINGS, *moved}]
    act = chance.choice(
        fitting if fitting and chance.random() < 0.8 else [*sorted(TURNS.keys() - moved), UNDO]
    )
    here = under_way.here.of(directory.unit(now.unit_id).agency_id)
    if here and chance.random() < 0.6:
        return act, chance.choice((*staff(here), under_way.here.office.citizen))
    return act, chance.choice(under_way.here.actors)

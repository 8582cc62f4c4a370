"""Warning officers of deadlines: intake's answer and the promised date, each warning once.

Open dossiers whose clock runs are walked in batches by keyset, each batch in one transaction with the same
number of queries however full it is. Once a deadline is known to be missed its dossier is walked no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from tinhso.directory import api as directory
from tinhso.dossiers import alarm_words
from tinhso.dossiers.contracts import AlarmKind, Status
from tinhso.dossiers.models import Alarm, Dossier, Extension, Standing, Supplement
from tinhso.dossiers.notices import said
from tinhso.dossiers.operations import clock
from tinhso.dossiers.turning import subject_of
from tinhso.foundation import legal, worktime
from tinhso.foundation.moments import today
from tinhso.foundation.refs import CalendarRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify

BATCH = 500
WATCHED = (Status.SUBMITTED, Status.ACCEPTED, Status.PROCESSING)
_ROLE = identity.Role
HANDS = (_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST, _ROLE.LEADER, _ROLE.CLERK, _ROLE.SUPERVISOR)
WATCHERS = (_ROLE.SUPERVISOR, _ROLE.LEADER, _ROLE.ADMINISTRATOR)

Moments = list[tuple[AlarmKind, datetime]]


def sound(*, at: datetime, batch: int = BATCH) -> int:
    """Tell officers of every deadline that has come near or passed and was not told of; how many were."""
    calendars = {view.id: view.calendar for view in directory.agencies(on=today(at))}
    told = 0
    for rows in _batches(batch):
        told += _sound(rows, calendars={row.agency_id: _calendar(row, calendars) for row in rows}, at=at)
    return told


def _calendar(row: Dossier, calendars: dict[UUID, CalendarRef]) -> worktime.Calendar:
    return worktime.calendar(calendars.get(row.agency_id, worktime.NATIONAL))


def _batches(size: int) -> Iterator[list[Dossier]]:
    known = Alarm.objects.filter(
        dossier_id=OuterRef("id"), due_at=OuterRef("due_at"), kind=AlarmKind.LATE.value
    )
    open_ones = (
        Dossier.objects.filter(finished_at=None, stopped_since=None, due_at__isnull=False)
        .filter(~Exists(known), status__in=[status.value for status in WATCHED])
        .order_by("unit_id", "due_at", "id")
    )
    rows = list(open_ones[:size])
    while rows:
        last = rows[-1]
        yield rows
        later = (
            Q(unit_id__gt=last.unit_id) | Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, id__gt=last.id)
        )
        rows = list(open_ones.filter(later, unit_id__gte=last.unit_id)[:size])


@transaction.atomic
def _sound(rows: Sequence[Dossier], *, calendars: dict[UUID, worktime.Calendar], at: datetime) -> int:
    ids = [row.id for row in rows]
    spans: dict[UUID, list[Standing]] = defaultdict(list)
    for span in Standing.objects.filter(dossier_id__in=ids).order_by("began_at"):
        spans[span.dossier_id].append(span)
    given: dict[UUID, list[worktime.Extension]] = defaultdict(list)
    for one in Extension.objects.filter(dossier_id__in=ids, granted=True).order_by("decided_at", "id"):
        given[one.dossier_id].append(clock.extension_of(one))
    answers = Supplement.objects.filter(dossier_id__in=ids, answered_at__isnull=False).order_by()
    answered = dict(answers.values_list("dossier_id").annotate(last=Max("answered_at")))
    known = set(Alarm.objects.filter(dossier_id__in=ids).values_list("dossier_id", "due_at", "kind"))
    due: list[tuple[Dossier, AlarmKind]] = []
    terms = clock.terms_of(rows)
    for row in rows:
        calendar = calendars[row.agency_id]
        if row.status == Status.SUBMITTED:
            moments = _of_intake(row, start=answered.get(row.id, row.submitted_at), calendar=calendar)
        else:
            moments = _of_promise(
                row,
                term=terms[row.id],
                spans=spans[row.id],
                extensions=given[row.id],
                calendar=calendar,
                at=at,
            )
        reached = [kind for kind, moment in moments if moment <= at]
        if reached and (row.id, row.due_at, reached[-1].value) not in known:
            due.append((row, reached[-1]))
    if due:
        Alarm.objects.bulk_create(
            Alarm(dossier_id=row.id, due_at=row.due_at or at, kind=kind.value, at=at) for row, kind in due
        )
        tell([(row, _words(row, kind), row.due_at) for row, kind in due], at=at)
    return len(due)


def _of_intake(row: Dossier, *, start: datetime, calendar: worktime.Calendar) -> Moments:
    promised = clock.answer_promise(start=start, calendar=calendar)
    share = worktime.warnings(promised, percent=_percent(start)).share_at
    return [(AlarmKind.SHARE, share), (AlarmKind.LATE, row.due_at or promised.due_at)]


def _of_promise(
    row: Dossier,
    *,
    term: worktime.Term | None,
    spans: Sequence[Standing],
    extensions: Sequence[worktime.Extension],
    calendar: worktime.Calendar,
    at: datetime,
) -> Moments:
    """The moments of a promise, from the mildest. A term of one day has no day before."""
    if row.accepted_at is None or row.due_at is None or term is None:
        return []
    promised = clock.counted(
        start=row.accepted_at, term=term, calendar=calendar, spans=spans, extensions=extensions, at=at
    )
    warn = worktime.warnings(promised, percent=_percent(row.accepted_at))
    moments = [(AlarmKind.SHARE, warn.share_at)]
    if warn.day_before_at > promised.start:
        moments.append((AlarmKind.DAY_BEFORE, warn.day_before_at))
    return [*moments, (AlarmKind.LATE, row.due_at)]


def _percent(start: datetime) -> int:
    return legal.integer("late_warning_percent", on=today(start))


@dataclass(frozen=True, slots=True)
class _Staff:
    """Who holds what in the agencies of a batch, and who watches from above where nobody is there."""

    at: datetime
    posts: dict[tuple[identity.Role, UUID], tuple[UUID, ...]]
    units: dict[UUID, list[UUID]]
    deputies: dict[tuple[UUID, identity.Role, UUID], tuple[UUID, ...]]
    names: dict[UUID, str]
    heads: dict[UUID, tuple[UUID, ...]]

    def hands(self, row: Dossier) -> list[UUID]:
        """In whose own list it lies, or those who may take it; with nobody there, the head's."""
        present = [*self.posts.get((_ROLE(row.role), row.unit_id), ())]
        head = [*self.heads.get(row.unit_id, ())]
        if not row.holder or row.status == Status.SUBMITTED:
            return present or head
        own = [row.holder] if row.holder in present else []
        standing_in = self.deputies.get((row.holder, _ROLE(row.role), row.unit_id), ())
        return [*own, *standing_in] or [*present, *head] or [row.holder]

    def told(self, row: Dossier) -> list[UUID]:
        """Those who have it or may take it, and those who watch over the agency.

        A deadline is never told to nobody: in an agency without either its leaders are told, and where there
        are none those who watch over the agency above.
        """
        found = [*self.hands(row), *self._of(_ROLE.SUPERVISOR, row.agency_id)]
        return list(
            dict.fromkeys(found or self._of(_ROLE.LEADER, row.agency_id) or self._above(row.agency_id))
        )

    def _of(self, role: identity.Role, agency: UUID) -> list[UUID]:
        return [officer for unit in self.units[agency] for officer in self.posts.get((role, unit), ())]

    def _above(self, agency: UUID) -> list[UUID]:
        """Who watches over the nearest agency above that has anybody."""
        day = today(self.at)
        parent = directory.agency(agency, on=day).parent_id
        while parent is not None:
            units = [unit.id for unit in directory.units_of(parent, day)]
            posts = identity.holders_by_place(roles=WATCHERS, units=units, at=self.at)
            found = [officer for several in posts.values() for officer in several]
            if found:
                self.names.update(identity.names(found))
                return found
            parent = directory.agency(parent, on=day).parent_id
        return []


def _staff(rows: Sequence[Dossier], *, at: datetime) -> _Staff:
    units: dict[UUID, list[UUID]] = defaultdict(list)
    for unit in directory.units_of({row.agency_id for row in rows}, today(at)):
        units[unit.agency_id].append(unit.id)
    everywhere = {unit for several in units.values() for unit in several} | {row.unit_id for row in rows}
    posts = identity.holders_by_place(roles=HANDS, units=everywhere, at=at)
    have = {row.holder for row in rows if row.holder}
    deputies = identity.deputies(have, at=at)
    heads = {unit: who for agency in units for unit, who in identity.heads(agency=agency, at=at).items()}
    told = (*posts.values(), *deputies.values(), *heads.values())
    people = {officer for several in told for officer in several} | have
    return _Staff(
        at=at, posts=posts, units=units, deputies=deputies, names=identity.names(people), heads=heads
    )


def _words(row: Dossier, kind: AlarmKind) -> str:
    return (alarm_words.OF_INTAKE if row.status == Status.SUBMITTED else alarm_words.OF_PROMISE)[kind]


def tell(due: Sequence[tuple[Dossier, str, datetime | None]], *, at: datetime) -> None:
    """Send a template about a deadline of each dossier to those who have it and who watch over it."""
    staff = _staff([row for row, _template, _moment in due], at=at)
    notices = []
    for row, template, moment in due:
        facts = {
            "code": row.code,
            "due": said(moment),
            "step": row.step_name,
            "percent": _percent(row.accepted_at or row.submitted_at),
        }
        notices += [
            notify.Notice(
                to=notify.Recipient(name=staff.names.get(officer, ""), kind="officer", id=officer),
                template=template,
                facts=facts,
                about=subject_of(row),
                link=f"/can-bo/ho-so/{row.code}/",
                followed=officer in staff.hands(row),
            )
            for officer in staff.told(row)
        ]
    notify.send_all(notices, at=at)

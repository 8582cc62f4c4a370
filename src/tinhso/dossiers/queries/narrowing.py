"""What a list is narrowed to, and the order it stands in: the same for its pages, counts and neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Reverse
from django.db.models.lookups import StartsWith

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier
from tinhso.foundation import crypto, text

# What a word of a name is, and how much of it counts: as in the function `dossiers_name_terms`.
BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~]+")
LONGEST_WORD = 60
TAIL = re.compile(r"[0-9A-Za-z.-]{3,40}")


class Order(StrEnum):
    """The orders of a list, by their words in the URL."""

    USUAL = ""
    DUE = "han"
    NEWEST = "moi"
    OLDEST = "cu"


class Moment(StrEnum):
    """By which of its moments history is walked; each has an index."""

    SENT = "submitted_at"
    ACCEPTED = "accepted_at"
    CLOSED = "closed_at"
    ENDED = "finished_at"


@dataclass(frozen=True, slots=True)
class Hand:
    """Work that is somebody's to do: what `holder` has, or None for what nobody has taken yet.

    With `role` and `unit` only that role's work in that unit. `on_behalf_of` is whose work it properly is,
    when it is somebody's by delegation. With `unattended` it is nobody's work, shown to who answers for it.
    """

    holder: UUID | None
    role: str = ""
    unit: UUID | None = None
    on_behalf_of: UUID | None = None
    unattended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to. `due_before` is UTC; `q` a code, a name, a phone or a personal id.

    `filed_under` is a relation, `joint` one of several applicants, `also` what an officer chose on top.
    Usually open work comes by deadline, history newest first by `moment`. A search is always
    within one agency.
    """

    units: Sequence[UUID] = ()
    agency: UUID | None = None
    holder: UUID | None = None
    hands: Sequence[Hand] = ()
    basket: bool = False
    owner: UUID | None = None
    filed_under: UUID | None = None
    joint: UUID | None = None
    statuses: Sequence[Status] = ()
    due_before: datetime | None = None
    due_from: datetime | None = None
    open_only: bool = False
    finished_only: bool = False
    standing: bool | None = None
    q: str = ""
    also: Q = field(default_factory=Q)
    order: Order = Order.USUAL
    moment: Moment = Moment.SENT


def narrowed(narrow: Filter) -> QuerySet[Dossier]:
    """The dossiers of a list, in no order yet. Raises ValueError for a search without an agency."""
    rows = Dossier.objects.all()
    if narrow.units:
        rows = rows.filter(unit_id__in=narrow.units)
    if narrow.agency:
        rows = rows.filter(agency_id=narrow.agency)
    if narrow.holder:
        rows = rows.filter(holder=narrow.holder)
    if narrow.hands:
        rows = rows.filter(in_hands(narrow.hands))
    if narrow.basket:
        rows = rows.filter(holder=None)
    if narrow.owner:
        rows = rows.filter(owner_id=narrow.owner)
    if narrow.filed_under:
        rows = rows.filter(filed_under=narrow.filed_under)
    if narrow.joint:
        rows = rows.filter(joint__contains=[narrow.joint])
    if narrow.statuses:
        rows = rows.filter(status__in=[status.value for status in narrow.statuses])
    if narrow.due_before:
        rows = rows.filter(due_at__lt=narrow.due_before)
    if narrow.due_from:
        rows = rows.filter(due_at__gte=narrow.due_from)
    if narrow.open_only:
        rows = rows.filter(finished_at=None)
    if narrow.finished_only:
        rows = rows.filter(finished_at__isnull=False)
    if narrow.standing is not None:
        rows = rows.filter(stopped_since__isnull=not narrow.standing)
    if narrow.q.strip():
        rows = rows.filter(_sought(narrow.q, narrow.agency))
    return rows.filter(narrow.also) if narrow.also else rows


def in_hands(hands: Sequence[Hand]) -> Q:
    """Dossiers that lie in one of these hands; each part has an index over open work."""
    places: dict[tuple[UUID | None, str], list[UUID]] = defaultdict(list)
    lying = Q()
    for hand in hands:
        if hand.unit is None:
            lying |= Q(holder=hand.holder)
        else:
            places[hand.holder, hand.role].append(hand.unit)
    for (holder, role), units in places.items():
        lying |= Q(holder=holder, role=role, unit_id__in=units)
    return lying


def numbers(q: str) -> Q | None:
    """Whose phone or personal id the search holds, by keyed hash; None for a search by words."""
    digits = "".join(letter for letter in q if letter.isdigit())
    if len(digits) in (10, 11):
        return Q(phone_hash=crypto.keyed_hash("phone", digits))
    if len(digits) == 12:
        return Q(personal_hash=crypto.keyed_hash("personal_id", digits))
    return None


class _Terms(Func):
    """The words of the name of an agency's applicant, as the index has them."""

    function = "dossiers_name_terms"
    output_field = SearchVectorField()


class _Matches(Func):
    """Whether a vector has what a query asks."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _sought(q: str, agency: UUID | None) -> Q:
    """Code or its tail, beginnings of words of the name, phone or personal id: each has an index."""
    if agency is None:
        raise ValueError("a search goes over one agency")
    plain = q.strip()
    sought = Q(code=plain.upper())
    if TAIL.fullmatch(plain):
        sought |= Q(StartsWith(Reverse("code"), plain.upper()[::-1]))
    words = [word[:LONGEST_WORD] for word in BETWEEN.split(text.fold(plain)) if word]
    if any(letter.isalpha() for letter in plain):
        asked = " & ".join(f"'{agency}:{word}':*" for word in words)
        terms = _Terms(F("agency_id"), F("applicant_folded"))
        sought |= Q(_Matches(terms, Cast(Value(asked), SearchQueryField())))
    numbered = numbers(plain)
    return sought if numbered is None else sought | numbered


class Walk:
    """One order, walked forwards or backwards from any dossier.

    The deadline orders open work only: nothing else has an index for it.
    """

    def __init__(self, narrow: Filter) -> None:
        by_deadline = narrow.open_only and narrow.order in (Order.USUAL, Order.DUE)
        self.column = "due_at" if by_deadline else narrow.moment.value
        self.rising = by_deadline or narrow.order is Order.OLDEST

    def forwards(self) -> list[Any]:
        """The arguments of `order_by`."""
        return self._order(rising=self.rising)

    def backwards(self) -> list[Any]:
        """The same the other way round."""
        return self._order(rising=not self.rising)

    def _order(self, *, rising: bool) -> list[Any]:
        """Dossiers without a deadline come last when it rises."""
        if self.column != "due_at":
            return [self.column, "id"] if rising else [f"-{self.column}", "-id"]
        if rising:
            return [F("due_at").asc(nulls_last=True), "id"]
        return [F("due_at").desc(nulls_first=True), "-id"]

    def after(self, moment: datetime | None, last: UUID) -> Q:
        """What comes after that place."""
        return self._beyond(moment, last, rising=self.rising)

    def before(self, moment: datetime | None, last: UUID) -> Q:
        """What comes before that place."""
        return self._beyond(moment, last, rising=not self.rising)

    def _beyond(self, moment: datetime | None, last: UUID, *, rising: bool) -> Q:
        """A leading plain comparison lets an index start at the right place."""
        if self.column == "due_at":
            return _later(moment, last) if rising else _sooner(moment, last)
        if moment is None:
            return Q()
        way, column = ("gt", self.column) if rising else ("lt", self.column)
        there = Q(**{f"{column}__{way}e": moment})
        return there & (Q(**{f"{column}__{way}": moment}) | Q(**{f"id__{way}": last}))


def _later(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__gt=last)
    return Q(due_at__gt=due) | Q(due_at=due, id__gt=last) | Q(due_at=None)


def _sooner(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__lt=last) | Q(due_at__isnull=False)
    return Q(due_at__lt=due) | Q(due_at=due, id__lt=last)

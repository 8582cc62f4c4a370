"""What a list is narrowed to, and the order it stands in: the same for its pages, counts and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier
from tinhso.foundation import crypto, text


class Order(StrEnum):
    """The orders of a list, by their words in the URL."""

    USUAL = ""
    DUE = "han"
    NEWEST = "moi"
    OLDEST = "cu"


@dataclass(frozen=True, slots=True)
class Hand:
    """Work that is somebody's to do: what `holder` has, or None for what nobody has taken yet.

    With `role` and `unit` only that role's work in that unit. `on_behalf_of` is whose work it properly is,
    when it is somebody's by delegation.
    """

    holder: UUID | None
    role: str = ""
    unit: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to. `due_before` is UTC; `q` a code, a name, a phone or a personal id.

    `filed_under` is a relation, `joint` one of several applicants, `also` what an officer chose on top.
    Usually open work comes by deadline, history newest first.
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


def narrowed(narrow: Filter) -> QuerySet[Dossier]:
    """The dossiers of a list, in no order yet."""
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
        rows = rows.filter(_sought(narrow.q))
    return rows.filter(narrow.also) if narrow.also else rows


def in_hands(hands: Sequence[Hand]) -> Q:
    """Dossiers that lie in one of these hands; each part has an index over open work."""
    lying = Q()
    for hand in hands:
        one = Q(holder=hand.holder)
        if hand.unit is not None:
            one &= Q(unit_id=hand.unit, role=hand.role)
        lying |= one
    return lying


def numbers(q: str) -> Q | None:
    """Whose phone or personal id the search holds, by keyed hash; None for a search by words."""
    digits = "".join(letter for letter in q if letter.isdigit())
    if len(digits) in (10, 11):
        return Q(phone_hash=crypto.keyed_hash("phone", digits))
    if len(digits) == 12:
        return Q(personal_hash=crypto.keyed_hash("personal_id", digits))
    return None


def _sought(q: str) -> Q:
    """Code or its tail, folded name, phone or personal id."""
    plain = q.strip()
    sought = Q(code=plain.upper()) | Q(applicant_folded__contains=text.fold(plain))
    numbered = numbers(plain)
    return sought if numbered is None else sought | numbered


class Walk:
    """One order, walked forwards or backwards from any dossier.

    The deadline orders open work only: nothing else has an index for it.
    """

    def __init__(self, narrow: Filter) -> None:
        by_deadline = narrow.open_only and narrow.order in (Order.USUAL, Order.DUE)
        self.column = "due_at" if by_deadline else "submitted_at"
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
        if rising:
            return Q(submitted_at__gte=moment) & (Q(submitted_at__gt=moment) | Q(id__gt=last))
        return Q(submitted_at__lte=moment) & (Q(submitted_at__lt=moment) | Q(id__lt=last))


def _later(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__gt=last)
    return Q(due_at__gt=due) | Q(due_at=due, id__gt=last) | Q(due_at=None)


def _sooner(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__lt=last) | Q(due_at__isnull=False)
    return Q(due_at__lt=due) | Q(due_at=due, id__lt=last)

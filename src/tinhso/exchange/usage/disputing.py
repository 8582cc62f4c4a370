"""A person says that an entry is wrong: work for who gave the data, with a day by which it is answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exchange.models import Dispute
from tinhso.exchange.open_work import open_work
from tinhso.exchange.operations import telling
from tinhso.exchange.usage import answerers
from tinhso.foundation import crypto, legal, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.foundation.registry import Port
from tinhso.identity import api as identity

DISPUTE, ANSWER, MOVE = "exchange.dispute_usage", "exchange.answer_dispute", "exchange.move_dispute"
HOME = "/can-bo/truc/phan-anh/"
LONGEST = 1000
ON_A_PAGE = 20


class Entry(msgspec.Struct, frozen=True):
    """What an entry says, and which register told it (empty: our own)."""

    at: str
    action: str
    code: str
    name: str = ""
    system: str = ""
    register: str = ""


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute with what it is about."""

    id: UUID
    entry: Entry
    words: str
    made_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answered_name: str
    answer: str
    unit_id: UUID | None = None


class DisputeWork(Protocol):
    """Gives a dispute as work to a role in a unit, and takes it away once answered; bound by a room above."""

    def give(
        self, dispute_id: UUID, *, act: str, title: str, role: str, unit: UUID, due_at: datetime, at: datetime
    ) -> None:
        """Somebody must answer it."""
        ...

    def move(self, dispute_id: UUID, *, role: str, unit: UUID) -> None:
        """Others must answer it from now on, by the same day."""
        ...

    def done(self, dispute_id: UUID, *, by: ActorRef, at: datetime) -> None:
        """It was answered."""
        ...


dispute_work: Port[DisputeWork] = Port("work of disputes")


def dispute(entry: Entry, *, words: str, person_id: UUID, by: ActorRef, at: datetime) -> UUID:
    """Dispute an entry; the dispute's id. Raises Invalid without words, Conflict for one disputed already."""
    said = words.strip()[:LONGEST]
    if not said:
        raise Invalid(_("Hãy ghi điều ông/bà thấy không đúng."), faults={"loi": _("Hãy ghi vài lời.")})
    id = new_id()
    subject = SubjectRef("usage_dispute", id, owner=OwnerRef("person", person_id))
    due_at = at + timedelta(days=legal.integer("usage_dispute_days", on=today(at)))
    owner = _owner(entry, person_id)
    with transactions.act(DISPUTE, by=by, at=at, on=subject) as work:
        Dispute.objects.create(
            id=id,
            person_id=person_id,
            entry_key=hashlib.sha256(msgspec.json.encode(entry)).hexdigest(),
            receiver_code=entry.code,
            receiver_name=entry.name,
            unit_id=owner,
            sealed=crypto.seal(person_id, msgspec.json.encode({"entry": entry, "words": said})),
            made_at=at,
            due_at=due_at,
        )
        open_work.changed()
        _give(id, entry.name or entry.code, owner, due_at=due_at, at=at)
        work.record(receiver=entry.code, register=entry.register)
    return id


def _owner(entry: Entry, person_id: UUID) -> UUID | None:
    """The unit of ours whose data was given; None for what another register told."""
    if entry.register:
        return None
    number = identity.personal_id(person_id)
    given_at = datetime.fromisoformat(entry.at)
    return answerers.owner_of(number, given_at=given_at, receiver=entry.code) if number else None


def _give(id: UUID, receiver: str, owner: UUID | None, *, due_at: datetime, at: datetime) -> None:
    found = answerers.answerers(owner, at=at)
    if found is None:
        return
    if dispute_work.answered:
        title = _("Trả lời phản ánh dùng dữ liệu: %(receiver)s") % {"receiver": receiver}
        dispute_work().give(
            id, act=ANSWER, title=title, role=found.role.value, unit=found.unit, due_at=due_at, at=at
        )
    _tell(found, receiver, due_at=due_at, at=at)


def _tell(found: answerers.Answerers, receiver: str, *, due_at: datetime, at: datetime) -> None:
    facts = {"receiver": receiver, "day": f"{local(due_at):%d/%m/%Y}"}
    telling.tell(found.officers, telling.DISPUTE, facts, link=HOME, by=None, at=at)


def follow(*, at: datetime) -> int:
    """What waits for units that stand no more goes, with its work, to whoever has theirs: the unit's own
    successor, else a unit of the agency in its place; how many did. The day to answer by stays. One without
    an heir stays, and who runs the exchange sees it."""
    lying = waiting(None).exclude(unit_id=None).order_by().values_list("unit_id", flat=True)
    moved = 0
    for unit, heir in directory.unit_heirs({unit for unit in lying if unit}, today(at)).items():
        to = heir.id if heir else answerers.in_place_of(unit, at=at)
        if to is not None:
            rows = waiting(frozenset({unit})).order_by("id").values_list("id", flat=True)
            moved += sum(_follows(id, unit, to, at=at) for id in list(rows))
    return moved


def _follows(dispute_id: UUID, gone: UUID, to: UUID, *, at: datetime) -> bool:
    """Move one, unless it was answered or moved meanwhile."""
    with transactions.act(MOVE, by=SYSTEM, at=at, on=subject_of(dispute_id, gone)) as work:
        row = Dispute.objects.select_for_update().get(id=dispute_id)
        if row.answered_at is not None or row.unit_id != gone:
            return False
        row.unit_id = to
        row.save(update_fields=["unit_id"])
        open_work.changed()
        found = answerers.answerers(to, at=at)
        if found is not None:
            if dispute_work.answered:
                dispute_work().move(dispute_id, role=found.role.value, unit=found.unit)
            _tell(found, row.receiver_name or row.receiver_code, due_at=row.due_at, at=at)
        work.record(unit=str(to), before=str(gone))
    return True


def subject_of(dispute_id: UUID, unit_id: UUID | None) -> SubjectRef:
    """A dispute as identity judges it."""
    return SubjectRef("usage_dispute", dispute_id, units=(unit_id,) if unit_id else ())


def answer(dispute_id: UUID, *, words: str, by: ActorRef, at: datetime) -> None:
    """Answer a dispute in words that the person reads. Raises NotFound, Invalid, Conflict."""
    if not words.strip():
        raise Invalid(_("Hãy ghi câu trả lời cho người dân."))
    known = Dispute.objects.filter(id=dispute_id).first()
    if known is None:
        raise NotFound(_("Không có phản ánh này."))
    with transactions.act(ANSWER, by=by, at=at, on=subject_of(known.id, known.unit_id)) as work:
        row = Dispute.objects.select_for_update().get(id=dispute_id)
        if row.answered_at is not None:
            raise Conflict(_("Phản ánh này đã được trả lời."))
        row.answer, row.answered_at = words.strip()[:LONGEST], at
        row.answered_by, row.answered_name = by.id, by.name
        row.save(update_fields=["answer", "answered_at", "answered_by", "answered_name"])
        open_work.changed()
        if dispute_work.answered:
            dispute_work().done(dispute_id, by=by, at=at)
        work.record(receiver=row.receiver_code)


def forget(person_id: UUID, *, at: datetime) -> None:
    """A person's words can no longer be read: nothing is left to answer, and nobody has the work."""
    for row in Dispute.objects.filter(person_id=person_id, answered_at=None):
        said = _("Người phản ánh đã xóa dữ liệu của mình nên không còn gì để trả lời.")
        answer(row.id, words=said, by=SYSTEM, at=max(at, row.made_at))


def of_person(person_id: UUID) -> list[DisputeView]:
    """A person's own, newest first. Two queries."""
    return _views(list(Dispute.objects.filter(person_id=person_id).order_by("-made_at")[:50]))


def waiting(units: frozenset[UUID] | None) -> QuerySet[Dispute]:
    """Disputes that wait for an answer: of the data of these units, or all (None)."""
    rows = Dispute.objects.filter(answered_at=None)
    return rows if units is None else rows.filter(unit_id__in=units)


def open_ones(
    *, units: frozenset[UUID] | None, after: tuple[datetime, UUID] | None = None
) -> tuple[list[DisputeView], tuple[datetime, UUID] | None]:
    """A page of those that wait, the most pressing first; after what the next one begins. Two queries."""
    rows = waiting(units)
    if after is not None:
        rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    found = list(rows.order_by("due_at", "id")[: ON_A_PAGE + 1])
    last = found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None
    return _views(found[:ON_A_PAGE]), (last.due_at, last.id) if last else None


def _views(rows: list[Dispute]) -> list[DisputeView]:
    opened = crypto.unseal_many([(row.person_id, bytes(row.sealed)) for row in rows])
    return [
        _view(row, msgspec.json.decode(told, type=_Told))
        for row, told in zip(rows, opened, strict=True)
        if told
    ]


class _Told(msgspec.Struct, frozen=True):
    entry: Entry
    words: str


def _view(row: Dispute, told: _Told) -> DisputeView:
    return DisputeView(
        id=row.id,
        entry=told.entry,
        words=told.words,
        made_at=row.made_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        answered_name=row.answered_name,
        answer=row.answer,
        unit_id=row.unit_id,
    )

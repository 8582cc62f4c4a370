"""A person says that an entry is wrong: work for its receiver, with a day by which it is answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from tinhso.exchange.models import Dispute
from tinhso.exchange.open_work import open_work
from tinhso.foundation import crypto, legal, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.foundation.registry import Port

DISPUTE, ANSWER = "exchange.dispute_usage", "exchange.answer_dispute"
LONGEST = 1000


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


class DisputeWork(Protocol):
    """Gives a dispute as work to its receiver, and takes it away once answered; bound by a room above."""

    def give(self, dispute_id: UUID, *, receiver: str, due_at: datetime, at: datetime) -> None:
        """Somebody must answer it."""
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
    with transactions.act(DISPUTE, by=by, at=at, on=subject) as work:
        Dispute.objects.create(
            id=id,
            person_id=person_id,
            entry_key=hashlib.sha256(msgspec.json.encode(entry)).hexdigest(),
            receiver_code=entry.code,
            receiver_name=entry.name,
            sealed=crypto.seal(person_id, msgspec.json.encode({"entry": entry, "words": said})),
            made_at=at,
            due_at=due_at,
        )
        open_work.changed()
        if dispute_work.answered:
            dispute_work().give(id, receiver=entry.name or entry.code, due_at=due_at, at=at)
        work.record(receiver=entry.code, register=entry.register)
    return id


def answer(dispute_id: UUID, *, words: str, by: ActorRef, at: datetime) -> None:
    """Answer a dispute in words that the person reads. Raises NotFound, Invalid, Conflict."""
    if not words.strip():
        raise Invalid(_("Hãy ghi câu trả lời cho người dân."))
    with transactions.act(ANSWER, by=by, at=at, on=SubjectRef("usage_dispute", dispute_id)) as work:
        row = Dispute.objects.select_for_update().filter(id=dispute_id).first()
        if row is None:
            raise NotFound(_("Không có phản ánh này."))
        if row.answered_at is not None:
            raise Conflict(_("Phản ánh này đã được trả lời."))
        row.answer, row.answered_at = words.strip()[:LONGEST], at
        row.answered_by, row.answered_name = by.id, by.name
        row.save(update_fields=["answer", "answered_at", "answered_by", "answered_name"])
        open_work.changed()
        if dispute_work.answered:
            dispute_work().done(dispute_id, by=by, at=at)
        work.record(receiver=row.receiver_code)


def of_person(person_id: UUID) -> list[DisputeView]:
    """A person's own, newest first. Two queries."""
    return _views(list(Dispute.objects.filter(person_id=person_id).order_by("-made_at")[:50]))


def open_ones() -> list[DisputeView]:
    """Those that wait for an answer, the most pressing first. Two queries."""
    return _views(list(Dispute.objects.filter(answered_at=None).order_by("due_at")[:100]))


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
    )

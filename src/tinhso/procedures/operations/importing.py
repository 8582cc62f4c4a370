"""Laying recovered records into the catalogue: what changed makes a new version, the same makes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Max

from tinhso.foundation import moments, transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import sort_key
from tinhso.procedures.content import decode, encode
from tinhso.procedures.contracts import Source
from tinhso.procedures.importer.contracts import Recovered
from tinhso.procedures.importer.recover import READER
from tinhso.procedures.known import KNOWN
from tinhso.procedures.models import ImportedRecord, Procedure, ProcedureVersion
from tinhso.procedures.operations import index, sectors
from tinhso.procedures.operations.dressing import Wardrobe

BATCH = 500


@dataclass(slots=True)
class Outcome:
    """What an import did, by code."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Standing:
    """What the catalogue holds of the procedures at hand."""

    procedures: dict[str, Procedure]
    versions: dict[UUID, ProcedureVersion]
    numbers: dict[UUID, int]
    records: dict[tuple[UUID, bytes], ImportedRecord]


def import_records(*, records: Iterable[Recovered], by: ActorRef, at: datetime) -> Outcome:
    """Publish what is new or changed, in force from the day of `at`; records of one code: the last counts.

    Each is published with the plain form and the process of its kind (`procedures.plain`).

    A procedure whose standing version was written here keeps it: only its record is kept beside. One that was
    withdrawn here stays so until its record changes. All or nothing, in one transaction.
    """
    by_code = {record.code: record for record in records}
    outcome = Outcome()
    with transactions.act(
        "procedures.import", by=by, at=at, on=SubjectRef(kind="procedure-import", id=new_id())
    ) as work:
        codes, wardrobe = sorted(by_code), Wardrobe(by=by, at=at)
        for start in range(0, len(codes), BATCH):
            part = [by_code[code] for code in codes[start : start + BATCH]]
            _lay(part, outcome=outcome, wardrobe=wardrobe, by=by, at=at)
        work.record(
            new=len(outcome.new),
            changed=len(outcome.changed),
            unchanged=len(outcome.unchanged),
            kept=len(outcome.kept),
        )
    return outcome


def digest(raw: dict[str, Any]) -> bytes:
    """What a record is known by: its values, whatever their order."""
    return hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).digest()


def _lay(part: list[Recovered], *, outcome: Outcome, wardrobe: Wardrobe, by: ActorRef, at: datetime) -> None:
    Procedure.objects.bulk_create(
        [Procedure(code=one.code, created_at=at) for one in part], ignore_conflicts=True, batch_size=BATCH
    )
    standing = _standing([one.code for one in part])
    fields = sectors.ensure({one.content.sector for one in part})
    kept_records: list[ImportedRecord] = []
    versions: list[ProcedureVersion] = []
    for one in part:
        procedure = standing.procedures[one.code]
        mark = digest(one.raw)
        known = standing.records.get((procedure.id, mark))
        record = known or _record(one, procedure=procedure, mark=mark, at=at)
        if known is None:
            kept_records.append(record)
        before = standing.versions.get(procedure.id)
        if before is not None and before.source == Source.WRITTEN:
            outcome.kept.append(one.code)
            continue
        content = wardrobe.dressed(one.content)
        if decode(before.content) == content if before is not None else known is not None:
            outcome.unchanged.append(one.code)
            continue
        if before is not None:
            _end(before, on=moments.today(at))
        (outcome.changed if before is not None else outcome.new).append(one.code)
        number = standing.numbers.get(procedure.id, 0) + 1
        versions.append(
            ProcedureVersion(
                procedure=procedure,
                number=number,
                state="published",
                source=Source.IMPORTED,
                record=record,
                sector=fields[one.content.sector],
                content=encode(content),
                sort_key=sort_key(content.name),
                effective_from=moments.today(at),
                drafted_by=by.name,
                drafted_at=at,
                published_by=by.name,
                published_at=at,
            )
        )
    ImportedRecord.objects.bulk_create(kept_records, batch_size=BATCH)
    ProcedureVersion.objects.bulk_create(versions, batch_size=BATCH)
    KNOWN.changed()
    index.refresh([version.procedure_id for version in versions])


def _standing(codes: list[str]) -> _Standing:
    procedures = {one.code: one for one in Procedure.objects.select_for_update().filter(code__in=codes)}
    ids = [one.id for one in procedures.values()]
    rows = ProcedureVersion.objects.filter(procedure__in=ids)
    open_versions = rows.filter(state="published", effective_to=None)
    return _Standing(
        procedures=procedures,
        versions={row.procedure_id: row for row in open_versions},
        numbers=dict(rows.values_list("procedure_id").annotate(last=Max("number"))),
        records={
            (row.procedure_id, bytes(row.digest)): row
            for row in ImportedRecord.objects.filter(procedure__in=ids, reader=READER).defer("raw")
        },
    )


def _record(one: Recovered, *, procedure: Procedure, mark: bytes, at: datetime) -> ImportedRecord:
    return ImportedRecord(
        procedure=procedure,
        digest=mark,
        raw=_storable(one.raw),
        missing={finding.field: finding.why for finding in one.findings if finding.why},
        reader=READER,
        imported_at=at,
    )


def _storable(value: Any) -> Any:
    """The same values without NUL, which PostgreSQL does not keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_storable(key): _storable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return value


def _end(version: ProcedureVersion, *, on: date) -> None:
    """End the version before on the new one's first day; one of the same day was never in force."""
    rows = ProcedureVersion.objects.filter(id=version.id)
    if version.effective_from is not None and version.effective_from >= on:
        rows.update(state="withdrawn", effective_to=version.effective_from)
    else:
        rows.update(effective_to=on)

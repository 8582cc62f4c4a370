"""Tries to break the constraints of the ground's tables; the database names the one that holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from tinhso.foundation import audit, crypto, files, idempotency
from tinhso.foundation.audit.models import AuditEntry, AuditSeal
from tinhso.foundation.files.models import UploadPart
from tinhso.foundation.idempotency import Answer
from tinhso.foundation.ids import new_id
from tinhso.foundation.jobs import letters
from tinhso.foundation.numbering.writing import NumberPattern
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
AN = ActorRef(kind=ActorKind.PERSON, id=UUID(int=5), name="Nguyễn Thị An")


@pytest.fixture
def rows(settings: Settings, tmp_path: Path) -> None:
    """One good row in each table."""
    settings.FILES = f"file://{tmp_path}"
    subject = SubjectRef(kind="dossier", id=UUID(int=1))
    audit.append([audit.entry_of("test.step", by=AN, at=AT, on=subject)])
    audit.seal(at=AT)
    idempotency.keep(
        scope="test", key="k", body=b"", answer=Answer(200, b""), at=AT, keep_for=timedelta(days=1)
    )
    letters.write(job_id=1, name="x", queue="x", arguments={}, error="x", tries=1, at=AT)
    files.keep(b"x", name="x", by=AN, at=AT)
    NumberPattern.objects.create(
        key="thu", effective_from=date(2026, 1, 1), pattern="{seq}", reset="never", basis="x"
    )
    crypto.seal(new_id(), b"x")
    upload = files.begin(name="x.png", size=9, by=AN, at=AT)
    files.write(upload.id, offset=0, source=BytesIO(b"123"), by=AN, at=AT)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("business_key_lives", "UPDATE foundation_businesskey SET expires_at = at"),
        ("business_key_status", "UPDATE foundation_businesskey SET status = 99"),
        ("business_key_status", "UPDATE foundation_businesskey SET status = 600"),
        ("dead_letter_open_or_resolved", "UPDATE foundation_deadletter SET resolved_at = at"),
        ("dead_letter_open_or_resolved", "UPDATE foundation_deadletter SET how = 'retried'"),
        (
            "dead_letter_open_or_resolved",
            "UPDATE foundation_deadletter SET resolved_at = at, resolved_by = '{}', how = 'lost'",
        ),
        ("dead_letter_tries", "UPDATE foundation_deadletter SET tries = -1"),
        ("file_content_media_type", "UPDATE foundation_filecontent SET media_type = 'pdf'"),
        ("file_content_picture_size", "UPDATE foundation_filecontent SET picture_size = -1"),
        ("file_content_sha256", "INSERT INTO foundation_filecontent VALUES ('XYZ', 1, 'image/png', NULL)"),
        ("file_content_size", "UPDATE foundation_filecontent SET size = -1"),
        ("file_kept_by_someone", "UPDATE foundation_keptfile SET kept_by = NULL"),
        ("file_name", "UPDATE foundation_keptfile SET name = 'a/b'"),
        ("file_name", "UPDATE foundation_keptfile SET name = ''"),
        ("file_scanned", "UPDATE foundation_keptfile SET scanned = 'perhaps'"),
        ("number_pattern_basis", "UPDATE foundation_numberpattern SET basis = ''"),
        ("number_pattern_dates", "UPDATE foundation_numberpattern SET effective_to = '2000-01-01'"),
        ("number_pattern_reset", "UPDATE foundation_numberpattern SET reset = 'hour'"),
        ("person_key_kept_or_erased", "UPDATE foundation_personkey SET wrapped = NULL"),
        ("person_key_kept_or_erased", "UPDATE foundation_personkey SET erased_at = now()"),
        ("upload_expires_later", "UPDATE foundation_upload SET expires_at = begun_at"),
        ("upload_kept_when_whole", "UPDATE foundation_upload SET state = 'kept'"),
        (
            "upload_kept_when_whole",
            "UPDATE foundation_upload SET file_id = (SELECT id FROM foundation_keptfile LIMIT 1)",
        ),
        ("upload_name", "UPDATE foundation_upload SET name = 'a/b'"),
        ("upload_part_size", "UPDATE foundation_uploadpart SET size = 0"),
        ("upload_part_size", "UPDATE foundation_uploadpart SET starts = -1"),
        ("upload_received_within_size", "UPDATE foundation_upload SET received = size + 1"),
        ("upload_received_within_size", "UPDATE foundation_upload SET received = -1"),
        ("upload_received_within_size", "UPDATE foundation_upload SET received = 0, size = 0"),
        ("upload_refused_with_words", "UPDATE foundation_upload SET state = 'refused'"),
        ("upload_refused_with_words", "UPDATE foundation_upload SET refusal = 'x'"),
        ("upload_state", "UPDATE foundation_upload SET state = 'lost'"),
    ],
)
def test_a_row_that_cannot_be(rows: None, constraint: str, change: str) -> None:
    refused = pytest.raises(IntegrityError, match=f'"{constraint}"')
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_piece_of_an_upload_begins_at_one_place(rows: None) -> None:
    piece = UploadPart.objects.get()
    piece.pk = None
    with pytest.raises(IntegrityError, match="upload_part_starts_once"), transaction.atomic():
        piece.save(force_insert=True)


def test_an_entry_of_the_trace_has_one_place_in_its_chain(rows: None) -> None:
    entry = AuditEntry.objects.filter(act="test.step").get()
    entry.pk = None
    with pytest.raises(IntegrityError, match="audit_one_place_in_chain"), transaction.atomic():
        entry.save(force_insert=True)
    entry.seq = 0
    with pytest.raises(IntegrityError, match="audit_seq_from_one"), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.parametrize("change", [{"seq": 0}, {"seq": 99, "count": 0}])
def test_a_seal_holds_entries_and_counts_from_one(rows: None, change: dict[str, int]) -> None:
    seal = AuditSeal.objects.order_by("seq").first()
    assert seal is not None
    for field, value in change.items():
        setattr(seal, field, value)
    with pytest.raises(IntegrityError, match="audit_seal_not_empty"), transaction.atomic():
        seal.save(force_insert=True)

"""Files from outside that nothing holds go; what is held, made by us or shared stays."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.db import models

from tests.foundation.files import makers
from tests.foundation.files.conftest import AT
from tests.house.rooms import our_models
from tinhso.foundation import files, upkeep
from tinhso.foundation.files import clearing
from tinhso.foundation.files.models import FileContent, KeptFile, Upload
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.vault.models import Document

pytestmark = pytest.mark.django_db
PHOTO = makers.photo("PNG", size=(64, 64))
LATER = AT + timedelta(days=8)


def objects(home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file()]


def held_by_a_document(file: files.StoredFile) -> None:
    Document.objects.create(
        owner_kind="person", owner_id=new_id(), file_id=file.id, sha256=file.sha256, kind="x", title="x",
        issuer="x", source="issued", kept_at=AT,
    )  # fmt: skip


def test_a_file_nobody_attached_goes_with_its_bytes_and_its_picture(home: Path, an: ActorRef) -> None:
    kept = files.receive(PHOTO, name="anh.png", by=an, at=AT)
    files.thumbnail(kept.id, at=AT)
    assert len(objects(home)) == 2

    assert files.clear(at=AT + timedelta(days=6)) == 0
    assert files.clear(at=LATER) == 1

    assert objects(home) == []
    assert not KeptFile.objects.exists()
    assert not FileContent.objects.exists()
    assert files.clear(at=LATER) == 0


def test_an_upload_whose_file_was_never_attached_goes_by_the_hourly_job(
    home: Path, an: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = files.begin(name="anh.png", size=len(PHOTO), by=an, at=AT)
    files.write(upload.id, offset=0, source=BytesIO(PHOTO), by=an, at=AT)
    files.finish(upload.id, by=an, at=AT)
    monkeypatch.setattr(upkeep.moments, "now", lambda: LATER)

    upkeep.forget_old_uploads()

    assert not Upload.objects.exists()
    assert not KeptFile.objects.exists()
    assert objects(home) == []


def test_a_held_file_stays_and_is_judged_once(home: Path, an: ActorRef) -> None:
    kept = files.receive(PHOTO, name="anh.png", by=an, at=AT)
    held_by_a_document(kept)

    assert files.clear(at=LATER) == 1
    assert files.clear(at=LATER) == 0
    assert files.read(kept.id)

    Document.objects.all().delete()
    files.loosen([kept.id], at=LATER)
    assert files.clear(at=LATER) == 0
    assert files.clear(at=LATER + timedelta(days=8)) == 1
    assert not KeptFile.objects.exists()


def test_what_the_house_made_is_never_cleared_away(home: Path, an: ActorRef) -> None:
    made = files.keep(b"%PDF", name="ket-qua.pdf", by=an, at=AT)

    assert files.clear(at=LATER) == 0
    assert files.read(made.id) == b"%PDF"


def test_bytes_that_another_file_has_stay(home: Path, an: ActorRef, binh: ActorRef) -> None:
    loose = files.receive(PHOTO, name="anh.png", by=an, at=AT)
    other = files.receive(PHOTO, name="anh.png", by=binh, at=AT)
    held_by_a_document(other)

    assert files.clear(at=LATER) == 2
    assert files.describe([loose.id]) == {}
    assert files.read(other.id)


def test_bytes_cleared_away_while_the_same_are_kept_are_stored_again(
    home: Path, an: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = files.keep(b"giong nhau", name="mot", by=an, at=AT)
    stored = clearing.store()
    answers = iter([True])
    real = stored.has
    monkeypatch.setattr(stored, "has", lambda name: next(answers, None) or real(name))
    stored.delete(clearing.keeping.place(first.sha256))

    second = files.keep(b"giong nhau", name="hai", by=an, at=AT)

    assert files.read(second.id) == b"giong nhau"


def test_every_column_that_holds_a_file_is_declared() -> None:
    declared = {name for name, _holder in files.holders}
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.UUIDField) and re.search(r"(?:^|_)(?:file|pdf|xml)(?:_|$)", field.name)
    }

    assert len(columns) > 5
    assert declared == columns


def test_a_letting_go_of_nothing_changes_nothing(home: Path, an: ActorRef) -> None:
    files.loosen([UUID(int=1)], at=AT)
    assert files.clear(at=LATER) == 0

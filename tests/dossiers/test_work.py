"""Who has a dossier is told once: the work item and the dossier's own row cannot differ."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import endings, intake, routing
from tinhso.foundation.ids import new_id
from tinhso.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def agree() -> None:
    """What the database asks at commit, asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match="differ in who has it"), transaction.atomic():
        change()
        agree()


def test_neither_row_can_be_changed_without_the_other(place: Office) -> None:
    dossier_id = filed(place).id
    agree()
    dossier, work = Dossier.objects.filter(id=dossier_id), Task.objects.filter(subject_id=dossier_id)
    other, elsewhere = people.officer().id, people.unit(place.agency)

    for rows in (dossier, work):
        refused(lambda rows=rows: rows.update(holder=other))
        refused(lambda rows=rows: rows.update(holder=None))
        refused(lambda rows=rows: rows.update(unit_id=elsewhere))
        refused(lambda rows=rows: rows.update(role="leader"))
    refused(work.delete)
    refused(lambda: work.update(done_at=SENT))
    refused(lambda: dossier.update(status="stopped", finished_at=SENT))


def test_a_dossier_cannot_come_held_by_somebody_without_work_nor_work_against_it(place: Office) -> None:
    dossier_id = filed(place).id
    row, work = Dossier.objects.get(id=dossier_id), Task.objects.get(subject_id=dossier_id)

    def twin() -> None:
        row.id, row.code = new_id(), "H01-1"
        row.save(force_insert=True)

    def second(holder: UUID | None) -> None:
        work.id, work.act, work.holder = new_id(), "dossiers.sign", holder
        work.save(force_insert=True)

    refused(twin)
    refused(lambda: second(None))


def test_both_change_together_through_a_whole_line(place: Office) -> None:
    colleague = people.officer("specialist", place.specialist_unit)
    assert colleague.id
    dossier_id = filed(place).id
    at = SENT + timedelta(hours=1)
    intake.accept(dossier_id=dossier_id, by=place.intake, at=at)
    agree()
    routing.assign(dossier_id=dossier_id, to=colleague.id, by=colleague, at=at)
    agree()
    assert Task.objects.get(subject_id=dossier_id, done_at=None).holder == colleague.id
    endings.stop(dossier_id=dossier_id, reason="Hết lẽ", ground="Điều 7 NĐ 61/2018", by=colleague, at=at)
    agree()
    assert Dossier.objects.get(id=dossier_id).holder is None


def test_one_module_alone_writes_who_has_a_dossier() -> None:
    writers = {
        file.name
        for file in (Path(settings.SOURCE) / "dossiers").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "holder" and isinstance(node.ctx, ast.Store)
    }
    assert writers == {"work.py"}

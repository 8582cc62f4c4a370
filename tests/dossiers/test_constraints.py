"""Tries to break every constraint of the one-stop's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import models

from tests.support.constraints import refused
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import (
    ActDraft,
    Bulk,
    BulkItem,
    DeskPreference,
    Dossier,
    Draft,
    DraftPaper,
    Fault,
    Letter,
    Note,
    Presence,
    Rating,
    Result,
    Reversible,
    Standing,
    SubmittedPaper,
    Supplement,
    SupplementFile,
)
from tinhso.dossiers.operations import supplements
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    return office()


def twice(row: models.Model) -> Callable[[], object]:
    """The same row again under another id."""
    row.pk = new_id() if isinstance(row.pk, UUID) else None
    return lambda: row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("dossier_has_a_code", {"code": ""}),
        ("dossier_known_status", {"status": "nowhere", "finished_at": SENT}),
        ("dossier_owner_whole", {"owner_kind": "robot"}),
        ("dossier_owner_whole", {"owner_id": None}),
        ("dossier_stands_since_some_time", {"stopped_since": SENT}),
        ("dossier_finished_when_final", {"finished_at": SENT}),
        ("dossier_promised_when_accepted", {"status": "accepted"}),
        ("dossier_never_with_nobody", {"role": ""}),
        ("dossier_version_from_one", {"version": 0}),
    ],
)
def test_a_dossier_that_cannot_be(place: Office, constraint: str, change: dict[str, object]) -> None:
    id = filed(place).id
    refused(constraint, lambda: Dossier.objects.filter(id=id).update(**change))


def test_two_dossiers_never_share_a_code(place: Office) -> None:
    filed(place)
    refused("dossiers_dossier_code", twice(Dossier.objects.get()))


def test_the_clock_of_a_dossier_stands_once_at_a_time(place: Office) -> None:
    id = filed(place).id
    Standing.objects.create(dossier_id=id, began_at=SENT, ended_at=SENT + 2 * HOUR, reason="x")

    def make(begin: int, end: int | None) -> Callable[[], object]:
        return lambda: Standing.objects.create(
            dossier_id=id,
            began_at=SENT + begin * HOUR,
            ended_at=None if end is None else SENT + end * HOUR,
            reason="x",
        )

    refused("standing_never_twice_at_once", make(1, 3))
    refused("standing_ends_after_it_began", make(5, 4))
    make(2, None)()
    refused("standing_one_open|standing_never_twice_at_once", make(9, None))
    refused("standing_never_twice_at_once", make(50, 51))


def test_a_paper_that_cannot_be(place: Office) -> None:
    filed(place)
    rows = SubmittedPaper.objects.all()
    refused("paper_electronic_has_a_file", lambda: rows.update(form="electronic"))
    refused("paper_fault_has_a_reason", lambda: rows.update(verdict="faulty"))


def test_a_request_to_supplement_that_cannot_be(place: Office) -> None:
    id = filed(place).id
    fault = PaperFault(code="don", reason="Ảnh mờ")
    supplements.ask(dossier_id=id, faults=[fault], by=place.intake, at=SENT + HOUR)
    asked = Supplement.objects.get()

    refused("supplement_answered_after_asked", lambda: Supplement.objects.update(answered_at=SENT))
    refused("fault_has_a_reason", lambda: Fault.objects.update(reason=""))
    refused("fault_once_per_request", twice(Fault.objects.get()))
    file = SupplementFile.objects.create(supplement=asked, code="don", file_id=new_id(), attached_at=SENT)
    refused("supplement_file_once", twice(file))
    refused("supplement_one_open", twice(asked))


def test_a_draft_that_cannot_be(place: Office) -> None:
    draft = Draft.objects.create(
        owner_kind="person", owner_id=new_id(), procedure_version_id=place.version, started_at=SENT,
        saved_at=SENT,
    )  # fmt: skip
    attached = DraftPaper.objects.create(draft=draft, code="don", file_id=new_id(), attached_at=SENT)
    refused("draft_paper_once", twice(attached))
    refused("draft_one_open_per_procedure", twice(draft))


def test_a_note_and_a_rating_that_cannot_be(place: Office) -> None:
    id = filed(place).id
    note = {"dossier_id": id, "at": SENT, "author": new_id(), "author_name": "x"}
    refused("note_says_something", lambda: Note.objects.create(text="", **note))
    for score in (0, 6):
        refused(
            "rating_one_to_five",
            lambda score=score: Rating.objects.create(dossier_id=id, score=score, at=SENT),  # type: ignore[misc]
        )


def test_a_result_that_cannot_be(place: Office) -> None:
    id = filed(place).id
    result = Result.objects.create(
        dossier_id=id, title="x", state="drafted", draft_file=new_id(), frozen=b"0" * 32, drafted_at=SENT,
        drafted_by="x",
    )  # fmt: skip
    for change in ({"signed_file": new_id()}, {"state": "signed"}, {"state": "sealed"}, {"state": "lost"}):
        refused(
            "result_state_matches_its_files",
            lambda change=change: Result.objects.update(**change),  # type: ignore[misc]
        )
    refused("result_one_current", twice(result))


def test_what_the_desk_keeps_that_cannot_be(place: Office) -> None:
    id, officer = filed(place).id, new_id()
    seen = Presence.objects.create(dossier_id=id, officer=officer, name="x", seen_at=SENT)
    draft = ActDraft.objects.create(
        dossier_id=id, officer=officer, slug="ghi-chu", fields={"text": "x"}, saved_at=SENT
    )
    refused("presence_once", twice(seen))
    refused("act_draft_says_something", lambda: ActDraft.objects.update(fields={}))
    refused("act_draft_is_of_an_act", lambda: ActDraft.objects.update(slug=""))
    refused("act_draft_once", twice(draft))
    refused(
        "desk_preference_says_something",
        lambda: DeskPreference.objects.create(officer=officer, words=""),
    )

    bulk = Bulk.objects.create(act="accept", officer=officer, officer_name="x", asked_at=SENT, total=1)
    item = BulkItem.objects.create(bulk=bulk, dossier_id=id, version=1)
    refused("bulk_of_something", lambda: Bulk.objects.update(total=0))
    refused("bulk_finished_after_asked", lambda: Bulk.objects.update(finished_at=SENT - HOUR))
    refused("bulk_fault_has_a_moment", lambda: BulkItem.objects.update(fault="x"))
    refused("bulk_item_once", twice(item))


def test_what_can_be_taken_back_that_cannot_be(place: Office) -> None:
    id, officer = filed(place).id, new_id()
    act = Reversible.objects.create(
        dossier_id=id, act="assign", officer=officer, done_at=SENT, version=2, stood={"status": "submitted"}
    )
    refused("reversible_once", twice(act))
    refused("reversible_known_act", lambda: Reversible.objects.update(act="seal"))
    refused("reversible_made_a_version", lambda: Reversible.objects.update(version=1))
    refused("reversible_undone_after_done", lambda: Reversible.objects.update(undone_at=SENT - HOUR))

    Letter.objects.create(
        dossier_id=id, at=SENT, author=officer, author_name="x", text="x", leaves_at=SENT + HOUR
    )
    later = SENT + 2 * HOUR
    refused("letter_says_something", lambda: Letter.objects.update(text=""))
    refused("letter_leaves_after_written", lambda: Letter.objects.update(leaves_at=SENT - HOUR))
    refused("letter_sent_or_withdrawn", lambda: Letter.objects.update(sent_at=later, withdrawn_at=later))
    refused("letter_sent_after_its_wait", lambda: Letter.objects.update(sent_at=SENT))

    Note.objects.create(dossier_id=id, at=SENT, author=officer, author_name="x", text="x")
    refused("note_withdrawn_after_written", lambda: Note.objects.update(withdrawn_at=SENT - HOUR))

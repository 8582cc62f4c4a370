"""Tries to break every constraint of digitising's tables, and of the marks on papers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F

from tests.digitising.counter import Counter
from tests.support.constraints import refused
from tinhso.digitising.models import Arrival, Scan, Source
from tinhso.dossiers.models import SubmittedPaper, Supplement, SupplementFile
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
HASH = "a" * 64


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("scan_known_words", {"way": "post"}),
        ("scan_known_words", {"text_state": "x"}),
        ("scan_has_name_and_pages", {"pages": []}),
        ("scan_has_name_and_pages", {"name": ""}),
        ("scan_paper_of_a_dossier", {"paper": "don"}),
        ("scan_ends_in_one_way", {"state": "attached"}),
        ("scan_ends_in_one_way", {"state": "dropped"}),
        ("scan_ends_in_one_way", {"file_id": new_id()}),
        ("scan_of_folder_has_its_file", {"way": "folder"}),
    ],
)
def test_a_scan_that_cannot_be(here: Counter, constraint: str, change: dict[str, Any]) -> None:
    scan = here.scan()
    refused(constraint, lambda: Scan.objects.filter(id=scan).update(**change))


def test_a_file_of_a_scan_has_its_place_and_hash(here: Counter) -> None:
    source = Source.objects.get(scan_id=here.scan())
    refused("source_sha256_whole", lambda: Source.objects.update(sha256="x"))
    source.pk = None
    refused("source_one_by_place", source.save)


def test_a_file_of_a_folder_is_a_scan_once(here: Counter) -> None:
    first, second, arrival = here.scan(), here.scan(), new_id()
    folder = {"way": "folder", "arrival": arrival}
    Scan.objects.filter(id=first).update(**folder)
    refused("scan_once_of_a_file", lambda: Scan.objects.filter(id=second).update(**folder))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("arrival_known_state", {"state": "x", "claimed": True}),
        ("arrival_fault_in_words", {"state": "faulty", "claimed": True}),
        ("arrival_judged_once_claimed", {"state": "aside"}),
        ("arrival_taken_with_its_hash", {"state": "taken", "claimed": True}),
        ("arrival_of_a_file", {"size": -1}),
    ],
)
def test_an_arrival_that_cannot_be(here: Counter, constraint: str, change: dict[str, Any]) -> None:
    row = _arrival(here)
    refused(constraint, lambda: Arrival.objects.filter(id=row.id).update(**change))


def test_a_path_has_one_arrival_until_it_is_claimed(here: Counter) -> None:
    row = _arrival(here)
    refused("arrival_one_by_its_path", lambda: _arrival(here))
    Arrival.objects.filter(id=row.id).update(claimed=True)
    _arrival(here)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("paper_reuse_is_of_a_document", {"reuse": 1}),
        (
            "paper_reuse_is_of_a_document",
            {"reuse": 3, "document": new_id(), "sha256": HASH, "file_id": new_id()},
        ),
        ("paper_reuse_is_of_a_document", {"document": new_id(), "sha256": HASH, "file_id": new_id()}),
        ("paper_replaced_by_a_result", {"replaced_by": "KQ.1"}),
        ("paper_national_has_its_own_file", {"national": True}),
        ("paper_digitised_has_its_file", {"digitised_at": F("given_at")}),
    ],
)
def test_marks_that_say_more_than_there_is(here: Counter, constraint: str, change: dict[str, Any]) -> None:
    papers = SubmittedPaper.objects.filter(dossier_id=here.dossier.id, code="don")
    refused(constraint, lambda: papers.update(**change))


def test_one_document_answers_for_one_paper(here: Counter) -> None:
    request = Supplement.objects.create(
        dossier_id=here.dossier.id, asked_at=here.at, asked_by="x", answer_by=here.at, message=""
    )

    def reused() -> SupplementFile:
        return SupplementFile.objects.create(
            supplement=request, code="don", file_id=new_id(), document=new_id(), attached_at=here.at
        )

    reused()
    refused("supplement_one_document", reused)


def _arrival(here: Counter) -> Arrival:
    return Arrival.objects.create(
        unit_id=here.office.one_stop, path=f"{here.code}/x.pdf", size=1, modified_ns=1, seen_at=here.at
    )

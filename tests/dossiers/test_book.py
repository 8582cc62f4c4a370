"""No number vanishes: what is not issued is struck in the book with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.constraints import refused
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier, GivenNumber, Result
from tinhso.dossiers.operations import book, endings, intake, results, work
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation import audit, files
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
BOOK = "/can-bo/so-ket-qua/"


@pytest.fixture
def place() -> Office:
    return office()


def numbered(place: Office) -> UUID:
    """A dossier signed and numbered, not sealed; laid down without the sandbox."""
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=LATER)
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=LATER)
    kept = files.keep(b"%PDF-1.7 da ky", name="da-ky.pdf", by=SYSTEM, at=LATER)
    with turn("sign", dossier_id=dossier_id, by=place.leader, at=LATER) as taken:
        Result.objects.filter(dossier_id=dossier_id).update(
            state="signed", signed_file=kept.id, signed_at=LATER, signed_by="Nguyễn Văn An"
        )
        advance(taken, facts={"ket_luan": "ky"})
    result = Result.objects.get(dossier_id=dossier_id)
    text = book.give(result, Dossier.objects.get(id=dossier_id), by=place.clerk, at=LATER)
    Result.objects.filter(id=result.id).update(number=text)
    return dossier_id


@pytest.mark.parametrize(
    ("end", "more", "because"),
    [
        (endings.withdraw, {}, "Người nộp rút hồ sơ trước khi đóng dấu"),
        (endings.stop, {"ground": "Điều 7"}, "Cơ quan dừng giải quyết trước khi đóng dấu"),
    ],
)
def test_a_dossier_that_ends_after_its_number_strikes_it_and_the_next_goes_on(
    place: Office, end: Callable[..., None], more: dict[str, str], because: str
) -> None:
    dossier_id = numbered(place)
    end(dossier_id=dossier_id, reason="Thôi", by=SYSTEM, at=LATER, **more)
    numbered(place)

    lines = list(GivenNumber.objects.filter(agency_id=place.agency).order_by("seq"))
    assert [(line.seq, line.struck_because) for line in lines] == [(1, because), (2, "")]
    assert Result.objects.get(dossier_id=dossier_id).number == lines[0].text
    last = audit.trace("dossier", dossier_id, limit=1)[0]
    assert "struck" in str(last)


def test_a_number_that_stands_for_nothing_is_refused(place: Office) -> None:
    dossier_id = numbered(place)

    def end() -> None:
        dossier = Dossier.objects.get(id=dossier_id)
        work.finish(dossier, by=SYSTEM, at=LATER)
        dossier.status, dossier.finished_at = "stopped", LATER
        dossier.save()

    refused("given_number_stands_for_a_result", end)
    refused("given_number_stands_for_a_result", lambda: Result.objects.update(current=False))


def again(row: Model, **changes: object) -> Callable[[], object]:
    """The same line once more, for another result of the same dossier."""
    fresh = Result.objects.get(current=True)
    fresh.id, fresh.current = new_id(), False
    fresh.save(force_insert=True)
    for name, value in ({"id": new_id(), "result_id": fresh.id} | changes).items():
        setattr(row, name, value)
    return lambda: row.save(force_insert=True)


def test_lines_of_the_book_that_cannot_be(place: Office) -> None:
    numbered(place)
    rows = GivenNumber.objects.all()

    refused("given_number_once", again(rows.get()))
    refused("given_number_without_gap", again(rows.get(), seq=3))
    refused("given_number_is_written", again(rows.get(), seq=2, text=""))
    refused("given_number_struck_with_reason", lambda: rows.update(struck_at=LATER))
    refused("given_number_struck_with_reason", lambda: rows.update(struck_because="x"))
    refused("given_number_stays", rows.delete)
    refused("given_number_stays", lambda: rows.update(seq=9))
    refused("given_number_stays", lambda: rows.update(text="99"))
    Result.objects.filter(current=True).update(state="sealed", sealed_file=new_id(), sealed_at=LATER)
    refused("given_number_issued_stands", lambda: rows.update(struck_at=LATER, struck_because="x"))


def test_what_is_struck_stays_struck(place: Office) -> None:
    endings.withdraw(dossier_id=numbered(place), by=place.citizen, at=LATER)
    refused("given_number_stays", lambda: GivenNumber.objects.update(struck_at=None, struck_because=""))
    assert book.strike(Dossier.objects.get().id, because="lần nữa", at=LATER) == ()


def test_the_clerk_reads_the_book_of_their_agency_and_nobody_else(place: Office) -> None:
    endings.withdraw(dossier_id=numbered(place), by=place.citizen, at=LATER)
    numbered(place)
    page = people.client(place.clerk).get(BOOK).content.decode()

    assert "huỷ số: Người nộp rút hồ sơ trước khi đóng dấu" in page
    assert "chờ đóng dấu" in page
    assert page.count("Danh Sóc Kha") == 0
    assert Client().get(BOOK).status_code == 302
    assert people.client(place.specialist).get(BOOK).status_code == 403
    stranger = people.client(office().clerk).get(BOOK).content.decode()
    assert "Chưa cấp số nào" in stranger


def test_a_clerk_reads_no_book_of_an_agency_where_they_hold_another_post(place: Office) -> None:
    numbered(place)
    other = office()
    give_post(other.clerk, "intake_officer", place.one_stop)
    assert "Chưa cấp số nào" in people.client(other.clerk).get(BOOK).content.decode()

    give_post(other.clerk, "supervisor", place.one_stop)
    assert "chờ đóng dấu" in people.client(other.clerk).get(BOOK).content.decode()


def give_post(actor: ActorRef, role: str, unit: UUID) -> None:
    assert actor.id
    identity.give_post(
        officer_id=actor.id,
        role=identity.Role(role),
        unit_id=unit,
        valid_from=date(2026, 1, 1),
        by=SYSTEM,
        at=SENT,
    )


def test_the_book_asks_as_many_questions_for_many_lines_as_for_one(place: Office) -> None:
    numbered(place)
    assert _questions(place.clerk) == _questions(place.clerk, lines=[numbered(place) for _each in range(4)])


def _questions(clerk: ActorRef, lines: object = None) -> int:
    browser = people.client(clerk)
    browser.get(BOOK)
    with CaptureQueriesContext(connection) as asked:
        browser.get(BOOK)
    return len(asked)

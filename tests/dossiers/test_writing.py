"""The plain SQL of submitting and of lists says what the models would, under many writers too."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client

from tests.dossiers.plainly import row_out
from tests.support import people
from tests.support.office import SENT, Office, filed, office, submission
from tinhso.config.postgres.base import PREPARED
from tinhso.directory import api as directory
from tinhso.dossiers import contact
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Content, Dossier, HistoryEntry, Running, SubmittedPaper
from tinhso.dossiers.operations import intake, work, writing
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.feed import page_text
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation import audit
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.statements import together
from tinhso.identity.queries import tokens
from tinhso.tasks import api as tasks
from tinhso.tasks.models import Task

WRITERS = 50


def columns(statement: str) -> set[str]:
    """The columns that an INSERT names."""
    found = re.search(r"\(([^)]*)\)", statement)
    return {name.strip() for name in found.group(1).split(",")} if found else set()


@pytest.mark.parametrize(
    ("statement", "model", "later"),
    [
        (writing.DOSSIER, Dossier, set()),
        (writing.CONTENT, Content, {"aside"}),
        (writing.RUNNING, Running, set()),
        (writing.PAPERS, SubmittedPaper, {"digitised_at"}),
        (writing.HISTORY, HistoryEntry, {"id"}),
        (tasks.GIVE, Task, {"done_at", "done_by"}),
    ],
)
def test_every_column_of_a_table_is_written(
    statement: str, model: type[models.Model], later: set[str]
) -> None:
    """`later` are those the database fills, or that stay empty until the work is done."""
    assert columns(statement) == {field.column for field in model._meta.concrete_fields} - later


@pytest.mark.django_db
def test_the_rows_written_are_those_the_models_would_write() -> None:
    place = office()
    given = submission(place)
    dossier = Dossier.objects.get(id=submit(given, by=place.citizen, at=SENT).id)

    assert (dossier.version, dossier.flags, dossier.changed_by) == (1, ["originals"], "")
    content = Content.objects.get(dossier=dossier)
    assert content.answers == given.answers
    assert contact.opened(dossier).email == given.applicant.email
    paper = SubmittedPaper.objects.get(dossier=dossier)
    assert (paper.code, paper.name, paper.originals, paper.copies) == ("don", "Đơn đề nghị", 1, 0)
    assert (paper.verdict, paper.reason, paper.current, paper.given_at) == ("unseen", "", True, SENT)
    line = HistoryEntry.objects.get(dossier=dossier)
    assert (line.act, line.actor_name, line.status) == ("submit", place.citizen.name, "submitted")
    assert (line.note, line.public, line.at) == ("", True, SENT)
    assert [work.subject_id for work in tasks.mine(holder=place.intake.id or place.agency)] == [dossier.id]
    assert Task.objects.get().given_by == place.citizen.id
    assert audit.verify_chain("dossier", dossier.id) is None


@pytest.mark.django_db
def test_a_contact_without_an_account_is_sealed_under_a_key_of_its_own() -> None:
    place = office()
    machine, _secret = people.token(["dossiers.*"])
    given = submission(place)
    alone = type(given.applicant)(name="Chau Sóc", email="chau@example.vn")
    values = {name: getattr(given, name) for name in given.__slots__} | {"applicant": alone}

    dossier = Dossier.objects.get(id=submit(type(given)(**values), by=machine, at=SENT).id)

    assert dossier.owner_id is None
    assert contact.opened(dossier).email == "chau@example.vn"


@pytest.mark.django_db
def test_statements_sent_together_break_as_one_alone_would() -> None:
    dossier = Dossier.objects.get(id=filed(office()).id)
    twice = (writing.RUNNING, (dossier.id, Running.objects.get().process_version_id, b"{}"))
    with pytest.raises(IntegrityError, match="dossiers_running_pkey"), transaction.atomic():
        together([writing.told(dossier.id, by=SYSTEM, at=SENT), twice])
    assert HistoryEntry.objects.filter(dossier=dossier).count() == 1


def _in_threads(given: list[Any], place: Office) -> list[str]:
    def send(one: Any) -> str:
        try:
            return submit(one, by=place.citizen, at=SENT).code
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(send, given))


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_at_once_leave_no_gap_and_no_twin() -> None:
    place = office()
    codes = _in_threads([submission(place) for _number in range(WRITERS)], place)

    assert sorted(codes) == [f"{place.identifier}-260302-{number:04d}" for number in range(1, WRITERS + 1)]
    assert Content.objects.count() == Running.objects.count() == WRITERS
    assert audit.verify(at=SENT).intact


@pytest.mark.django_db(transaction=True)
def test_one_key_from_many_at_once_is_one_dossier() -> None:
    place = office()
    codes = _in_threads([submission(place, key="mot-khoa")] * 10, place)

    assert len(set(codes)) == 1
    assert Dossier.objects.count() == HistoryEntry.objects.count() == 1


def _told(text: bytes) -> list[dict[str, Any]]:
    return list(orjson.loads(text)["items"])


@pytest.mark.django_db
@pytest.mark.parametrize("narrow", [{}, {"open_only": True}, {"statuses": (Status.ACCEPTED,)}])
def test_a_page_as_text_holds_the_rows_of_the_page(narrow: dict[str, Any]) -> None:
    place = office()
    sent = [filed(place, at=SENT + timedelta(minutes=number // 2)) for number in range(7)]
    for one in sent[:3]:
        intake.accept(dossier_id=one.id, by=place.intake, at=SENT + timedelta(hours=1))
    wanted = Filter(agency=place.agency, **narrow)

    got, after = list[dict[str, Any]](), ""
    while True:
        text = page_text(wanted, limit=3, after=after)
        got += _told(text)
        after = orjson.loads(text)["after"]
        if not after:
            break

    expected = [row_out(row) for row in page(wanted, limit=50).rows]
    assert len(got) == (3 if "statuses" in narrow else 7)
    assert got == orjson.loads(orjson.dumps(expected))


@pytest.mark.django_db
def test_a_page_names_the_unit_as_it_is_called_now() -> None:
    place = office()
    filed(place)
    assert _told(page_text(Filter(agency=place.agency)))[0]["holder"] == "Lê Thị Hoa"
    fresh = people.unit(place.agency, directory.UnitKind.SPECIALIST)
    dossier = Dossier.objects.get()
    work.move(dossier, unit_id=fresh, holder=dossier.holder)
    dossier.save()
    assert _told(page_text(Filter(agency=place.agency)))[0]["unit"] == directory.names([fresh])[fresh]


@pytest.mark.django_db
def test_machines_are_answered_by_the_short_way_with_length_and_guards(client: Client) -> None:
    place = office()
    _actor, secret = people.token(["dossiers.*"])
    filed(place)

    answer = people.machine(secret).get(f"/api/v1/dossiers?unit={place.identifier}")

    assert answer.status_code == 200
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sessionid" not in answer.cookies
    stranger = people.machine("tinhso_khong-co").get("/api/v1/dossiers")
    assert (stranger.status_code, stranger["Content-Type"]) == (401, "application/problem+json")
    assert people.machine(secret).get("/api/v1/khong-co").status_code == 404


@pytest.mark.django_db
def test_a_token_is_read_anew_for_each_request() -> None:
    _actor, secret = people.token(["dossiers.list"])
    machine = people.machine(secret)
    assert machine.get("/api/v1/dossiers").status_code == 200
    tokens.Token.objects.update(revoked_at=SENT)
    assert machine.get("/api/v1/dossiers").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_kept_connection_that_the_server_ended_is_noticed_without_asking() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    connection.close()


@pytest.mark.django_db
def test_more_statements_stay_prepared_than_the_driver_would_keep() -> None:
    numbers = range(PREPARED // 2)
    with connection.cursor() as cursor:
        for _time in range(3):
            for number in numbers:
                cursor.execute(f"SELECT {number} AS giu_san")
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS giu_san'")
        assert cursor.fetchone()[0] == len(numbers)

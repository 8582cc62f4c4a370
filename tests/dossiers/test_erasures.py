"""Dossiers stay as long as the law keeps them, then go by themselves; the person reads until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Content, Dossier, Erasure, HistoryEntry, Note, SubmittedPaper
from tinhso.dossiers.operations import endings, erasures, intake
from tinhso.dossiers.queries.reading import read
from tinhso.dossiers.queries.retained import retained
from tinhso.dossiers.retention import kept_until
from tinhso.foundation import audit, legal, moments
from tinhso.foundation import jobs as background
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
OWN = "/tai-khoan/xoa/"


@pytest.fixture
def place() -> Office:
    return office()


def id_of(place: Office) -> UUID:
    assert place.citizen.id
    return place.citizen.id


def ended(place: Office) -> Dossier:
    """A dossier that was refused in 2026, with words of the person and about them."""
    dossier_id = filed(place).id
    Content.objects.filter(dossier_id=dossier_id).update(answers={"con": "Danh Thị Mai"})
    endings.note(dossier_id=dossier_id, text="Gọi chị Mai", by=place.intake, at=LATER)
    intake.refuse(
        dossier_id=dossier_id,
        reason="Mai ở xã khác",
        ground="Điều 13 Luật Hộ tịch",
        by=place.intake,
        at=LATER,
    )
    return Dossier.objects.get(id=dossier_id)


def everything() -> str:
    """All rows of the room's tables that can hold a person's words."""
    said = ""
    for table in ("dossier", "content", "historyentry", "note", "submittedpaper", "supplement", "fault"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM dossiers_{table} t")  # noqa: S608 - our own
            said += cursor.fetchone()[0]
    return said


def test_a_dossier_is_erased_on_the_first_day_it_need_not_be_kept_and_not_before(place: Office) -> None:
    dossier = ended(place)
    identity.erase(person_id=id_of(place), by=SYSTEM, at=LATER)
    last_day = datetime(2036, 12, 31, 12, tzinfo=UTC)

    assert erasures.run(at=last_day) == 0
    assert Dossier.objects.get(id=dossier.id).applicant_name == "Danh Sóc Kha"
    assert erasures.run(at=last_day + timedelta(days=1)) == 1
    assert erasures.run(at=last_day + timedelta(days=2)) == 0

    for word in ("Danh", "soc kha", "Mai", "Đơn đề nghị"):
        assert word not in everything()
    assert not Note.objects.exists()
    assert not SubmittedPaper.objects.exists()
    assert HistoryEntry.objects.filter(dossier_id=dossier.id).count() == 3
    assert audit.trace("dossier", dossier.id, limit=1)[0].act == "dossiers.erase"
    stays = read(dossier.id, by=SYSTEM, at=last_day, purpose="")
    assert (stays.row.code, stays.row.applicant_name, stays.answers) == (dossier.code, "Đã xóa", {})


def test_nobody_elses_dossier_and_none_under_way_is_erased(place: Office) -> None:
    other = ended(office())
    under_way = filed(place)
    identity.erase(person_id=id_of(place), by=SYSTEM, at=LATER)

    assert erasures.run(at=datetime(2099, 1, 1, tzinfo=UTC)) == 0
    assert Dossier.objects.get(id=other.id).applicant_name == "Danh Sóc Kha"
    assert Erasure.objects.get().dossier_id == under_way.id
    assert Erasure.objects.get().done_at is None


def change_the_rule(value: object, *, since: date) -> None:
    legal.change(
        key="dossier_retention",
        value=value,
        effective_from=since,
        legal_basis="Thử",
        by=SYSTEM,
        at=moments.now(),
    )


@pytest.mark.parametrize(("years", "until"), [(None, None), (5, date(2032, 1, 1))])
def test_the_period_is_that_of_the_procedure_on_the_day_it_ended(
    place: Office, years: int | None, until: date | None
) -> None:
    code = procedures.version(place.version).code
    change_the_rule({"default": 20, "procedures": {code: years}}, since=date(2026, 1, 1))
    change_the_rule({"default": 1, "procedures": {}}, since=date(2026, 6, 1))
    dossier = ended(place)

    (one,) = retained(OwnerRef("person", id_of(place)))
    assert (one.code, one.open, one.until) == (dossier.code, False, until)


def test_the_job_looks_by_the_clock_of_now(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(place)
    identity.erase(person_id=id_of(place), by=SYSTEM, at=LATER)
    monkeypatch.setattr(moments, "now", lambda: datetime(2050, 1, 1, tzinfo=UTC))

    jobs.erase_what_is_no_longer_kept()
    assert Dossier.objects.get().applicant_name == "Đã xóa"


def test_one_dossier_that_fails_stops_no_other_and_leaves_a_dead_letter(
    place: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, *rest = sorted((ended(place) for _each in range(3)), key=lambda dossier: dossier.id)
    identity.erase(person_id=id_of(place), by=SYSTEM, at=LATER)
    monkeypatch.setattr(moments, "now", lambda: datetime(2050, 1, 1, tzinfo=UTC))

    def fails(dossier: Dossier) -> date | None:
        if dossier.id == broken.id:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return kept_until(dossier)

    monkeypatch.setattr(erasures, "kept_until", fails)
    with pytest.raises(erasures.NotErased, match="1 dossiers could not be erased, 2 were"):
        erasures.run(at=moments.now())
    names = dict(Dossier.objects.values_list("id", "applicant_name"))
    assert names == {broken.id: "Danh Sóc Kha"} | {dossier.id: "Đã xóa" for dossier in rest}
    assert f"cannot erase dossier {broken.id}" in caplog.text

    jobs.erase_what_is_no_longer_kept.defer()
    background.run_until_empty(waits=False)
    (letter,) = background.dead_letters()
    assert letter.name == "dossiers.erase_what_is_no_longer_kept"
    assert "NotErased: 1 dossiers could not be erased" in letter.error

    monkeypatch.setattr(erasures, "kept_until", kept_until)
    assert erasures.run(at=moments.now()) == 1


def test_the_database_refuses_an_erasure_before_it_was_asked(place: Office) -> None:
    row = Erasure(dossier_id=filed(place).id, asked_at=LATER, done_at=SENT)
    with pytest.raises(IntegrityError, match="erasure_done_after_asked"), transaction.atomic():
        row.save(force_insert=True)


def test_the_person_reads_what_stays_until_when_and_then_asks(place: Office) -> None:
    dossier = ended(place)
    browser = people.client(place.citizen)
    page = browser.get(OWN).content.decode()

    assert dossier.code in page
    assert "giữ đến 01/01/2037 rồi tự xóa" in page
    assert browser.post(OWN).status_code == 422
    assert not identity.person(id_of(place)).erased

    done = browser.post(OWN, {"da-doc": "1"}).content.decode()
    assert dossier.code in done
    assert identity.person(id_of(place)).erased
    assert browser.get(OWN).status_code == 302
    assert Erasure.objects.get().dossier_id == dossier.id


def test_nobody_erases_while_a_dossier_is_under_way_nor_for_another(place: Office) -> None:
    filed(place)
    browser = people.client(place.citizen)
    answer = browser.post(OWN, {"da-doc": "1"})

    assert answer.status_code == 422
    assert "đang giải quyết" in answer.content.decode()
    assert not identity.person(id_of(place)).erased
    assert Client().post(OWN, {"da-doc": "1"}).status_code == 302
    assert people.client(place.intake).post(OWN, {"da-doc": "1"}).status_code == 302
    with pytest.raises(NotAllowed):
        identity.erase(person_id=id_of(place), by=people.person(), at=LATER)
    assert identity.person(id_of(office())).erased is False

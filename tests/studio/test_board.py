"""The board: how far each procedure is, what keeps it from full online service, which would gain most."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, filed, office
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.remembered import Remembered
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files as demo_files
from tinhso.studio import exporting
from tinhso.studio.models import Draft, Part
from tinhso.studio.queries.board import Hindrance, Stage, board, since_and_until


def catalogue(count: int) -> None:
    procedures.load_catalogue(count=count, at=AT, say=lambda _words: None)


def with_form(code: str = "1.001193") -> UUID:
    """A procedure whose form was made by people, published."""
    entry = next(one for one in demo_files() if one["code"] == code)
    form = forms.publish(code="khai-sinh", definition=forms.shipped()["khai-sinh"], by=SYSTEM, at=AT)
    said = {**entry["content"], "form_version_id": str(form), "online_level": "full"}
    version = procedures.draft(code=code, content=procedures.content_of(said), by=SYSTEM, at=AT)
    procedures.publish(version_id=version, effective_from=moments.today(AT), by=SYSTEM, at=AT)
    return version


@pytest.mark.django_db
def test_the_board_tells_plain_from_made_and_what_keeps_each() -> None:
    catalogue(30)
    with_form()
    rows = {row.standing.code: row for row in board(at=AT)}
    assert len(rows) == 31
    made = rows.pop("1.001193")
    assert made.stage is Stage.IMPROVED
    assert {row.stage for row in rows.values()} == {Stage.PLAIN}
    for code, row in rows.items():
        content = procedures.published(code=code, at=AT)
        assert (Hindrance.CHANNEL in row.hindrances) is not any(
            one.kind == "online" for one in content.channels
        )
        assert (Hindrance.ORIGINALS in row.hindrances) is any(paper.originals for paper in content.papers)
        assert Hindrance.RESULT in row.hindrances
        assert Hindrance.FORM not in row.hindrances


@pytest.mark.django_db
def test_what_would_gain_most_stands_first_and_counts_all_versions_of_the_last_year() -> None:
    catalogue(5)
    place = office()
    for _number in range(3):
        filed(place)
    code = procedures.version(place.version).code
    first = board(at=SENT)[0]
    assert (first.standing.code, first.filed, first.stage) == (code, 3, Stage.MISSING)
    procedures.publish(
        version_id=procedures.draft(code=code, content=_again(place.version), by=SYSTEM, at=SENT),
        effective_from=date(2026, 3, 3),
        by=SYSTEM,
        at=SENT,
    )
    later = next(row for row in board(at=AT) if row.standing.code == code)
    assert (later.filed, later.standing.version_id == place.version) == (3, False)
    assert since_and_until(AT) == (date(2025, 11, 1), date(2026, 12, 1))


def _again(version: UUID) -> procedures.Content:
    said = procedures.encoded(procedures.version(version))
    names = procedures.encoded(procedures.Content(name="", sector=""))
    return procedures.content_of({**{name: said[name] for name in names}, "summary": "Bản hai"})


@pytest.mark.django_db
def test_a_version_published_here_with_its_examples_counts_as_checked() -> None:
    from_here = with_form()
    author, other = people.officer(identity.Role.SPECIALIST), people.officer(identity.Role.ADMINISTRATOR)
    assert {row.stage for row in board(at=AT)} == {Stage.IMPROVED}
    made = Draft.objects.create(
        code="T.9",
        title="x",
        authors=[author.id],
        started_by=author.name,
        started_at=AT,
        changed_at=AT,
    )
    Part.objects.create(draft=made, name="examples", body={"examples": [{"name": "một"}]})
    Draft.objects.filter(id=made.id).update(
        state="published", version_id=from_here, closed_by=other.name, closed_at=AT
    )
    assert {row.stage for row in board(at=AT)} == {Stage.CHECKED}


@pytest.mark.django_db
def test_the_page_narrows_goes_on_and_asks_the_same_few_questions_however_many_procedures() -> None:
    browser = people.client(people.officer(identity.Role.CLERK))
    catalogue(20)

    def asked() -> int:
        Remembered.forget_everything()
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert browser.get("/can-bo/xuong/bang/").status_code == 200
        return len(told)

    few = asked()
    catalogue(120)
    assert asked() == few
    seen, address = [], "/can-bo/xuong/bang/"
    for _turn in range(3):
        page = browser.get(address).content.decode()
        seen.append(page.count("<tr>") - 1)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        address = onward.group(1) if onward else ""
    assert address == ""
    assert seen == [50, 50, 20]
    narrowed = browser.get("/can-bo/xuong/bang/?cap=commune&vuong=channel&linh-vuc=khong-co").content.decode()
    assert "Không có thủ tục nào như vậy" in narrowed
    assert "Chưa nhận trực tuyến" in browser.get("/can-bo/xuong/bang/?vuong=channel").content.decode()
    assert browser.get("/can-bo/xuong/bang/?cap=x&sau=x&tinh-trang=la").status_code == 200


@pytest.mark.django_db
def test_the_board_is_taken_out_as_a_list() -> None:
    catalogue(12)
    clerk = people.officer(identity.Role.CLERK)
    columns = [column.word for column in exporting.COLUMNS]
    prepared = exporting.prepare("tinh-trang=plain", columns, clerk, AT)
    rows = [row for batch in prepared.batches for row in batch]
    assert (prepared.total, len(rows)) == (12, 12)
    assert orjson.dumps(rows)
    assert rows[0][4] == "Tờ khai chung"
    assert exporting.describe("tinh-trang=plain", clerk, AT) == "Bảng thủ tục; Tờ khai chung"

"""A running dossier goes over to the process its procedure has now, while somebody has its step open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import people
from tests.support.office import SENT, Office, drawn_anew, filed, office
from tests.workflow.test_moving import with_a_check
from tinhso.dossiers import faults
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Bulk, BulkItem, Dossier, HistoryEntry, Running
from tinhso.dossiers.operations import bulk, intake, processes, results, routing
from tinhso.dossiers.queries.processes import behind, moved
from tinhso.foundation import moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import SYSTEM
from tinhso.tasks.models import Task
from tinhso.workflow import api as workflow

pytestmark = pytest.mark.django_db
AT, LATER = SENT + timedelta(hours=1), SENT + timedelta(hours=2)
WHY = "Quyết định 215/QĐ-UBND"
WRITTEN = {"content": "Đủ điều kiện."}


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office) -> Dossier:
    sent = filed(place)
    intake.accept(dossier_id=sent.id, by=place.intake, at=AT)
    return Dossier.objects.get(id=sent.id)


def draft(place: Office, dossier: Dossier, *, seen: int | None = None) -> None:
    results.draft(dossier_id=dossier.id, written=WRITTEN, by=place.specialist, at=LATER, seen=seen)


def changed(place: Office) -> UUID:
    """From the day of these acts on, one step more stands between drafting and signing."""
    return drawn_anew(place, with_a_check(), since=date(2026, 3, 2))


def test_the_officer_who_has_it_open_goes_on_and_the_new_step_comes_next(place: Office) -> None:
    dossier = accepted(place)
    before = Task.objects.get(subject_id=dossier.id, done_at=None)
    process = changed(place)

    processes.change(dossier_id=dossier.id, reason=WHY, by=place.leader, at=AT)
    now = Dossier.objects.get(id=dossier.id)
    assert (now.step, now.holder, now.due_at, now.status) == (
        "tham_dinh",
        dossier.holder,
        dossier.due_at,
        dossier.status,
    )
    assert now.procedure_version_id == place.version
    assert Running.objects.get(dossier=dossier).process_version_id == process
    assert Task.objects.get(subject_id=dossier.id, done_at=None).id == before.id
    line = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert (line.act, line.note, line.public) == ("change_process", WHY, False)

    with pytest.raises(faults.Stale):
        draft(place, dossier, seen=dossier.version)
    draft(place, dossier, seen=now.version)
    assert Dossier.objects.get(id=dossier.id).step == "kiem_tra"


def test_a_paused_one_stays_paused_and_one_past_the_new_step_stays_where_it_is(place: Office) -> None:
    paused, drafted = accepted(place), accepted(place)
    routing.pause(dossier_id=paused.id, reason="Chờ Sở", by=place.specialist, at=AT)
    draft(place, drafted)
    old = Running.objects.get(dossier=drafted).process_version_id
    changed(place)

    processes.change(dossier_id=paused.id, reason=WHY, by=place.leader, at=LATER)
    with pytest.raises(workflow.CannotMove, match="Ký duyệt"):
        processes.change(dossier_id=drafted.id, reason=WHY, by=place.leader, at=LATER)

    assert Dossier.objects.get(id=paused.id).status == Status.PAUSED
    assert Running.objects.get(dossier=drafted).process_version_id == old


def test_only_the_leader_of_the_agency_may_and_only_while_there_is_a_newer_process(place: Office) -> None:
    dossier = accepted(place)
    with pytest.raises(faults.WrongTurn, match="đã theo quy trình này"):
        processes.change(dossier_id=dossier.id, reason=WHY, by=place.leader, at=AT)
    changed(place)
    for who in (place.specialist, place.intake, office().leader):
        with pytest.raises(NotAllowed):
            processes.change(dossier_id=dossier.id, reason=WHY, by=who, at=AT)


def test_a_process_with_an_agency_that_was_not_named_when_filed_is_refused(place: Office) -> None:
    dossier = accepted(place)
    lane = 'id="lan_vanthu" name="clerk"'
    drawing = workflow.drawing("tham-dinh-ky").replace(lane, 'id="lan_vanthu" name="clerk@so"')
    process = workflow.deploy(key="tham-dinh-ky", bpmn=drawing, by=SYSTEM, at=AT)

    with pytest.raises(faults.WrongTurn, match="chưa tham gia"):
        moved(dossier, Running.objects.get(dossier=dossier), to=process)


def test_the_leader_looks_first_and_each_dossier_goes_or_says_why_not(place: Office) -> None:
    one, drafted = accepted(place), accepted(place)
    draft(place, drafted)
    old = Running.objects.get(dossier=one).process_version_id
    changed(place)
    browser: Any = people.client(place.leader)

    (found,) = behind([place.agency], at=LATER)
    assert (found.count, found.added, found.dropped, found.altered) == (2, ("Kiểm tra thể thức",), (), ())
    assert "Kiểm tra thể thức" in browser.get("/can-bo/quy-trinh-moi/").content.decode()
    looked = browser.get(f"/can-bo/quy-trinh-moi/{old}/").content.decode()
    assert "Chuyển 1 hồ sơ sang quy trình mới" in looked
    assert f"{drafted.code}</span>" in looked
    rows = Dossier.objects.filter(id__in=[one.id, drafted.id])
    given = {"d": [f"{row.id}:{row.version}" for row in rows]}
    empty = browser.post("/can-bo/quy-trinh-moi/lam/", given | {"reason": " "})
    assert empty.status_code == 422
    answer = browser.post("/can-bo/quy-trinh-moi/lam/", given | {"reason": WHY})
    bulk.run(Bulk.objects.get().id, at=moments.now())

    assert "Đã chuyển 1/2 hồ sơ" in browser.get(answer["Location"]).content.decode()
    assert BulkItem.objects.exclude(fault="").get().dossier_id == drafted.id
    assert [each.count for each in behind([place.agency], at=LATER)] == [1]


def test_pages_of_another_agency_show_nothing_and_others_are_refused(place: Office) -> None:
    dossier = accepted(place)
    old = Running.objects.get(dossier=dossier).process_version_id
    changed(place)
    stranger: Any = people.client(office().leader)

    assert dossier.code not in stranger.get(f"/can-bo/quy-trinh-moi/{old}/").content.decode()
    assert "đều theo quy trình hiện hành" in stranger.get("/can-bo/quy-trinh-moi/").content.decode()
    for who in (place.specialist, place.citizen):
        refused: Any = people.client(who)
        assert refused.get("/can-bo/quy-trinh-moi/").status_code in (302, 403, 404)
        assert refused.post("/can-bo/quy-trinh-moi/lam/", {"d": [], "reason": WHY}).status_code in (
            302,
            403,
            404,
        )


def test_more_dossiers_behind_cost_no_more_questions(place: Office, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        accepted(place)
    changed(place)
    behind([place.agency], at=LATER)

    with django_assert_num_queries(1):
        assert behind([place.agency], at=LATER)[0].count == 3

"""Many dossiers taken over in the background: tried first, done one by one, broken off, stopped."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.dossiers.test_rebasing import AT, LATER, SINCE, WHY, accepted, draft
from tests.support import people
from tests.support.office import Office, drawn_anew, office
from tests.workflow.test_moving import with_a_check
from tinhso.dossiers.models import Dossier, Rebasing, RebasingFault
from tinhso.dossiers.operations import rebasing_runs
from tinhso.dossiers.queries.rebasing import Reach, behind
from tinhso.foundation import jobs
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
ADDRESS = "/can-bo/phien-ban-moi/"


@pytest.fixture
def place() -> Office:
    return office()


def code_of(place: Office) -> str:
    return procedures.version(place.version).code


def asked(place: Office, **given: Any) -> Rebasing:
    wanted = {"trial": False, "reason": WHY} | given
    run_id = rebasing_runs.ask(code=code_of(place), by=place.leader, at=LATER, **wanted)
    return Rebasing.objects.get(id=run_id)


def old(place: Office) -> int:
    return Dossier.objects.filter(procedure_version_id=place.version).count()


def test_a_trial_changes_nothing_and_says_who_could_go(place: Office) -> None:
    accepted(place)
    drafted = accepted(place)
    draft(place, drafted)
    drawn_anew(place, with_a_check(), since=SINCE)
    run = asked(place, trial=True, reason="")
    rebasing_runs.run(run.id, at=LATER)

    run.refresh_from_db()
    assert (run.able, run.unable, run.total) == (1, 1, 2)
    assert old(place) == 2
    assert RebasingFault.objects.get().dossier_id == drafted.id


def test_a_run_broken_off_goes_on_where_it_was_and_two_workers_do_nothing_twice(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(3):
        accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    run = asked(place)
    real, seen = rebasing_runs.rebasing.rebase, []

    def killed(**given: Any) -> None:
        seen.append(given["dossier_id"])
        if len(seen) == 2:
            raise KeyboardInterrupt
        real(**given)

    with monkeypatch.context() as patched:
        patched.setattr(rebasing_runs.rebasing, "rebase", killed)
        with pytest.raises(KeyboardInterrupt):
            rebasing_runs.run(run.id, at=LATER)
    run.refresh_from_db()
    assert (run.able, run.finished_at, old(place)) == (1, None, 2)

    rebasing_runs.run(run.id, at=LATER, batch=1)
    rebasing_runs.run(run.id, at=LATER)
    run.refresh_from_db()
    assert (run.able, run.unable, old(place)) == (3, 0, 0)
    assert run.finished_at is not None


def test_a_run_that_is_stopped_leaves_the_rest_and_only_who_asked_may_stop_it(place: Office) -> None:
    accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    run = asked(place)
    with pytest.raises(Conflict):
        asked(place)
    with pytest.raises(NotFound):
        rebasing_runs.cancel(run.id, by=office().leader, at=LATER)
    rebasing_runs.cancel(run.id, by=place.leader, at=LATER)
    rebasing_runs.run(run.id, at=LATER)
    run.refresh_from_db()
    assert (run.able, old(place), run.finished_at) == (0, 1, None)
    with pytest.raises(Conflict):
        rebasing_runs.cancel(run.id, by=place.leader, at=LATER)


def test_the_leader_looks_first_and_each_dossier_goes_or_says_why_not(place: Office) -> None:
    one, drafted = accepted(place), accepted(place)
    draft(place, drafted)
    drawn_anew(place, with_a_check(), since=SINCE)
    code = code_of(place)
    browser: Any = people.client(place.leader)

    assert "Kiểm tra thể thức" in browser.get(ADDRESS).content.decode()
    looked = browser.get(f"{ADDRESS}{code}/").content.decode()
    assert "Chuyển 2 hồ sơ sang phiên bản mới" in looked
    assert looked.count("chuyển được") == 1
    assert looked.count("giữ phiên bản cũ") == 1
    do = f"{ADDRESS}{code}/chay/"
    given = {"d": [str(one.id), str(drafted.id)]}
    assert browser.post(do, given | {"lam": "da-chon", "reason": " "}).status_code == 422
    assert browser.post(do, {"lam": "da-chon", "reason": WHY}).status_code == 422
    assert not Rebasing.objects.exists()
    answer = browser.post(do, given | {"lam": "da-chon", "reason": WHY})
    shown = browser.get(answer["Location"]).content.decode()
    assert "hx-get" in shown
    jobs.run_until_empty()

    shown = browser.get(answer["Location"]).content.decode()
    assert "Đã xét 2/2 hồ sơ: 1 đã chuyển, 1 giữ phiên bản cũ." in shown
    assert drafted.code in shown
    assert "hx-get" not in shown
    assert WHY in browser.get(ADDRESS).content.decode()
    (left,) = behind(Reach((place.agency,)), at=LATER)
    assert left.count == 1


def test_another_agency_sees_and_takes_nothing_and_others_are_refused(place: Office) -> None:
    dossier = accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    code, run = code_of(place), asked(place)
    stranger: Any = people.client(office().leader)
    assert dossier.code not in stranger.get(f"{ADDRESS}{code}/").content.decode()
    assert "đều theo phiên bản hiện hành" in stranger.get(ADDRESS).content.decode()
    assert stranger.post(f"{ADDRESS}{code}/chay/", {"lam": "tat-ca", "reason": WHY}).status_code == 422
    assert stranger.get(f"{ADDRESS}lan/{run.id}/").status_code == 404
    assert stranger.post(f"{ADDRESS}lan/{run.id}/dung/").status_code == 404
    for who in (place.specialist, place.citizen):
        refused: Any = people.client(who)
        for address in (ADDRESS, f"{ADDRESS}{code}/", f"{ADDRESS}lan/{run.id}/"):
            assert refused.get(address).status_code in (302, 403, 404)
        for address in (f"{ADDRESS}{code}/chay/", f"{ADDRESS}lan/{run.id}/dung/"):
            assert refused.post(address, {"lam": "tat-ca", "reason": WHY}).status_code in (302, 403, 404)
    assert Rebasing.objects.get().cancelled_at is None


def test_who_publishes_for_the_province_takes_over_every_agency_and_reads_no_names(place: Office) -> None:
    dossier = accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    office_of_province = people.unit(people.agency("Văn phòng UBND tỉnh"), "leadership")
    administrator = people.officer("administrator", office_of_province)
    browser: Any = people.client(administrator)
    page = browser.get(f"{ADDRESS}{code_of(place)}/").content.decode()
    assert dossier.code in page
    assert dossier.applicant_name not in page
    run_id = rebasing_runs.ask(code=code_of(place), trial=False, reason=WHY, by=administrator, at=LATER)
    rebasing_runs.run(run_id, at=LATER)
    assert old(place) == 0


def test_more_dossiers_cost_no_more_questions(place: Office, django_assert_max_num_queries: Any) -> None:
    accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    browser: Any = people.client(place.leader)
    pages = (ADDRESS, f"{ADDRESS}{code_of(place)}/")
    costs = []
    for _each in range(2):
        for address in pages:
            browser.get(address)
        with django_assert_max_num_queries(1000) as counted:
            for address in pages:
                browser.get(address)
        costs.append(len(counted))
        accepted(place)
        accepted(place)
    assert costs[1] <= costs[0]


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("rebasing_says_why", {"reason": ""}),
        ("rebasing_new_term_has_its_ground", {"new_term": True}),
        ("rebasing_cancelled_by_somebody", {"cancelled_at": LATER}),
        ("rebasing_cancelled_by_somebody", {"cancelled_at": AT, "cancelled_by_name": "A"}),
        ("rebasing_finished_or_cancelled", {"finished_at": AT}),
        (
            "rebasing_finished_or_cancelled",
            {"finished_at": LATER, "cancelled_at": LATER, "cancelled_by_name": "A"},
        ),
    ],
)
def test_the_database_refuses_a_run_that_cannot_be(constraint: str, wrong: dict[str, Any]) -> None:
    right = {
        "procedure": "1.1",
        "procedure_name": "Thử",
        "trial": False,
        "reason": WHY,
        "asked_by": new_id(),
        "asked_by_name": "A",
        "asked_at": LATER,
        "total": 1,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Rebasing.objects.create(**right | wrong)
    Rebasing.objects.create(**right)


def test_a_run_says_once_why_a_dossier_stayed_and_is_asked_only_for_something(place: Office) -> None:
    dossier = accepted(place)
    drawn_anew(place, with_a_check(), since=SINCE)
    kept = {"rebasing": asked(place), "dossier": dossier}
    with pytest.raises(IntegrityError, match="rebasing_fault_says_why"), transaction.atomic():
        RebasingFault.objects.create(why="", **kept)
    RebasingFault.objects.create(why="Vì A", **kept)
    with pytest.raises(IntegrityError, match="rebasing_fault_once"), transaction.atomic():
        RebasingFault.objects.create(why="Vì B", **kept)
    with pytest.raises(Invalid, match="Không có hồ sơ nào"):
        rebasing_runs.ask(code=code_of(office()), trial=True, by=place.leader, at=LATER)

"""Counts follow every act, agree with the dossiers however they walk, and a recount names what differs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.measures import Measure
from tinhso.dossiers.models import Count, CountChange, CountFault, Dossier
from tinhso.dossiers.operations import counting, endings, intake, routing
from tinhso.dossiers.queries import behind, counts
from tinhso.dossiers.queries.counts import Among, By, Stands
from tinhso.dossiers.queries.narrowing import narrowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
FLOWS = tuple(behind.FLOWS)


@pytest.fixture
def place() -> Office:
    return office()


def among(place: Office, **more: Any) -> Among:
    return Among(agencies=(place.agency,), **more)


def stands(place: Office, at: datetime) -> Stands:
    return counts.standing(among(place), by=By.AGENCY, at=at).get(place.agency, Stands())


def flows(place: Office) -> dict[Measure, int]:
    return counts.flows(among(place), FLOWS, by=By.AGENCY, since=MARCH, until=APRIL).get(place.agency, {})


def lives(place: Office) -> None:
    """Five dossiers, each gone another way."""
    given: dict[str, Any] = {"by": SYSTEM}
    ids = [filed(place, at=SENT + n * HOUR / 10).id for n in range(5)]
    for id_ in ids[1:]:
        intake.accept(dossier_id=id_, at=SENT + HOUR, **given)
    routing.pause(dossier_id=ids[2], reason="Chờ ý kiến", at=SENT + 2 * HOUR, **given)
    endings.withdraw(dossier_id=ids[3], reason="Nộp nhầm", at=SENT + 3 * HOUR, **given)
    endings.stop(dossier_id=ids[4], reason="Hết điều kiện", ground="Điều 19", at=SENT + 20 * DAY, **given)


def test_figures_follow_each_act_in_its_own_transaction(place: Office) -> None:
    assert stands(place, SENT) == Stands()
    filed(place)
    assert (stands(place, SENT).open, stands(place, SENT).unaccepted) == (1, 1)
    assert flows(place) == {Measure.SENT: 1}
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        filed(place)
        assert stands(place, SENT).open == 2
        raise ZeroDivisionError
    assert stands(place, SENT).open == 1


def test_what_falls_due_today_is_late_from_its_minute_on(place: Office) -> None:
    filed(place)
    due = Dossier.objects.get().due_at
    assert due
    before, after = stands(place, due - HOUR / 60), stands(place, due + HOUR / 60)

    assert (before.today, before.late, before.unanswered) == (1, 0, 0)
    assert (after.today, after.late, after.unanswered) == (0, 1, 1)
    assert stands(place, due + 3 * DAY).late == 1


def test_folding_changes_no_figure_and_leaves_no_change(place: Office) -> None:
    lives(place)
    at = SENT + 2 * DAY
    told = (stands(place, at), flows(place))

    jobs.fold_counts.function()

    assert not CountChange.objects.exists()
    assert (stands(place, at), flows(place)) == told
    assert told[1] == {
        Measure.SENT: 5, Measure.ACCEPTED: 4, Measure.EARLY: 1, Measure.LATE: 1, Measure.WITHDRAWN: 1,
        Measure.STOPPED: 1,
    }  # fmt: skip


def test_every_level_tells_the_same(place: Office) -> None:
    lives(place)
    other = office()
    filed(other)
    counting.fold()
    everywhere = Among(agencies=(place.agency, other.agency), everywhere=True)
    at = SENT + 2 * DAY

    by_agency = counts.standing(everywhere, by=By.AGENCY, at=at)
    by_version = counts.standing(everywhere, by=By.VERSION, at=at)
    by_unit = counts.standing(everywhere, by=By.UNIT, at=at)
    narrow = Among(agencies=(place.agency,), versions=(place.version,))

    assert by_agency[place.agency] == by_version[place.version]
    assert sum(each.open for each in by_unit.values()) == sum(each.open for each in by_agency.values())
    assert counts.standing(narrow, by=By.AGENCY, at=at)[place.agency] == by_agency[place.agency]
    flow = {"since": MARCH, "until": APRIL}
    assert (
        counts.flows(everywhere, FLOWS, by=By.AGENCY, **flow)[place.agency]
        == counts.flows(everywhere, FLOWS, by=By.VERSION, **flow)[place.version]
        == counts.flows(among(place), FLOWS, by=By.AGENCY, since=date(2026, 2, 27), until=APRIL)[place.agency]
    )


def test_every_figure_opens_to_just_its_dossiers(place: Office) -> None:
    lives(place)
    part = behind.Part(agency=place.agency)
    for at in (SENT + 2 * HOUR, SENT + 2 * DAY, SENT + 9 * DAY):
        found = stands(place, at)
        for kind in behind.Standing:
            listed = narrowed(behind.open_behind(kind, part, at=at)).count()
            assert listed == getattr(found, kind.value), (kind, at)
    for measure, number in flows(place).items():
        listed = narrowed(behind.flow_behind([measure], part, since=MARCH, until=APRIL)).count()
        assert listed == number, measure
    assert (
        narrowed(behind.flow_behind([Measure.SENT], part, since=APRIL, until=APRIL + 30 * DAY)).count() == 0
    )


def test_what_was_pending_and_late_on_any_day_adds_up_to_its_list(place: Office) -> None:
    lives(place)
    part = behind.Part(agency=place.agency)
    asked = (Measure.ACCEPTED, Measure.EARLY, Measure.ON_TIME, Measure.LATE, Measure.DUE, Measure.SETTLED)
    for until in (date(2026, 3, 3), date(2026, 3, 20), APRIL + 30 * DAY):
        sums = counts.flows(among(place), asked, by=By.AGENCY, since=None, until=until)[place.agency]
        closed = sum(sums.get(measure, 0) for measure in asked[1:4])
        late = sums.get(Measure.DUE, 0) - sums.get(Measure.SETTLED, 0)
        assert narrowed(behind.pending_behind(part, until=until)).count() == sums[Measure.ACCEPTED] - closed
        assert narrowed(behind.pending_behind(part, until=until, late=True)).count() == late


def test_late_work_is_told_down_to_the_step_and_the_hand(place: Office) -> None:
    id_ = filed(place).id
    intake.accept(dossier_id=id_, at=SENT + HOUR, by=place.intake)
    [hand] = counts.late_hands(place.agency, among(place), at=SENT + 20 * DAY)
    dossier = Dossier.objects.get(id=id_)

    assert (hand.unit, hand.step_name, hand.holder, hand.number) == (
        dossier.unit_id, dossier.step_name, place.specialist.id, 1,
    )  # fmt: skip
    assert hand.since == dossier.due_at
    assert counts.late_hands(place.agency, among(place), at=SENT + 2 * HOUR) == ()


def test_figures_ask_two_questions_however_many_dossiers(place: Office) -> None:
    for _each in range(12):
        filed(place)
    with CaptureQueriesContext(connection) as asked:
        stands(place, SENT)
    assert len(asked) == 2


def test_a_recount_finds_nothing_when_all_is_well_and_names_and_mends_what_is_not(place: Office) -> None:
    lives(place)
    counting.fold()
    assert counting.recount(at=SENT) == ()
    Count.objects.filter(level="each", measure="sent", agency=place.agency).update(number=9)

    [difference] = counting.recount(at=SENT)
    jobs.recount.function()

    assert (difference.measure, difference.kept, difference.counted) == (Measure.SENT, 9, 5)
    assert (difference.agency, difference.day) == (place.agency, today(SENT))
    assert CountFault.objects.get().counted == 5
    assert counting.recount(at=SENT) == ()
    assert flows(place)[Measure.SENT] == 5, "levels are rolled up anew"


def test_counts_agree_after_rows_were_written_by_hand(place: Office) -> None:
    filed(place)
    Dossier.objects.update(due_at=SENT - DAY)
    assert stands(place, SENT).late == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Dossier.objects.update(due_at=SENT + 2 * DAY)
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert stands(place, SENT).late == 1, "nobody saw it"

    found = counting.recount(at=SENT)

    assert Counter((each.measure, each.kept, each.counted) for each in found) == {
        (Measure.OPEN, 1, 0): 1, (Measure.OPEN, 0, 1): 1,
    }  # fmt: skip
    assert (stands(place, SENT).late, stands(place, SENT).soon) == (0, 1)


def test_counts_that_cannot_be(place: Office) -> None:
    filed(place)
    counting.fold()
    rows = Count.objects.filter(level="each", measure="sent")
    tries = [
        ("count_once", lambda: _again(rows.get())),
        ("count_known_measure", lambda: rows.update(measure="dreamt")),
        ("count_known_measure", lambda: rows.update(level="all")),
        ("count_change_known_measure", lambda: _change(measure="dreamt")),
        ("count_change_of_something", lambda: _change(number=0)),
        ("count_fault_differs", lambda: _fault(place)),
        ("dossier_closed_after_sent", lambda: Dossier.objects.update(closed_at=SENT - DAY)),
    ]
    for constraint, attempt in tries:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            attempt()


def _again(row: Count) -> None:
    row.pk = None
    row.save(force_insert=True)


def _change(**given: Any) -> None:
    values = {"measure": "sent", "agency": SYSTEM.id or Dossier.objects.get().agency_id, "number": 1}
    values["version"] = Dossier.objects.get().procedure_version_id
    CountChange.objects.create(**(values | given))


def _fault(place: Office) -> None:
    CountFault.objects.create(
        found_at=datetime.now(UTC), measure="sent", agency=place.agency, version=place.version, kept=1,
        counted=1,
    )  # fmt: skip

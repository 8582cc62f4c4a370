"""Where the law takes silence for a decision, a promise that runs out without an answer is one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dossiers.test_forms import text
from tests.support import people
from tests.support.constraints import refused
from tests.support.office import SENT, Office, filed, office, procedure
from tinhso.directory.models import Agency
from tinhso.directory.queries.known import KNOWN
from tinhso.dossiers import jobs, marks
from tinhso.dossiers.models import Dossier, Ending, Extension, Result
from tinhso.dossiers.operations import clock, deeming, extensions, intake, recounts, results, routing
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.reading import view
from tinhso.dossiers.queries.silence import undecided
from tinhso.foundation import audit, files, legal, moments, worktime
from tinhso.foundation.errors import Invalid, NotAllowed, Unable
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef, OwnerRef
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GROUND = "khoản 3 Điều 29 Luật Quảng cáo"
APPROVAL, REFUSAL = procedures.DeemedOutcome.APPROVAL, procedures.DeemedOutcome.REFUSAL


def place_of(outcome: procedures.DeemedOutcome) -> Office:
    """An office whose procedure takes silence for a decision."""
    return replace(office(), version=procedure(deemed=procedures.Deemed(outcome=outcome, ground=GROUND)))


@pytest.fixture
def place() -> Office:
    return place_of(APPROVAL)


def accepted(place: Office) -> UUID:
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=SENT + HOUR)
    return dossier_id


def due(dossier_id: UUID) -> datetime:
    found = Dossier.objects.get(id=dossier_id).due_at
    assert found
    return found


def told(actor: ActorRef) -> list[str]:
    assert actor.id
    return [message.subject for message in notify.inbox(reader=actor.id)]


def test_a_promise_that_runs_out_counts_as_approved_with_ground_statement_and_trace(place: Office) -> None:
    dossier_id = accepted(place)
    assert deeming.run(at=due(dossier_id)) == 0, "the last minute is still in time"
    assert deeming.run(at=due(dossier_id) + HOUR) == 1
    assert deeming.run(at=due(dossier_id) + 2 * HOUR) == 0

    found = Dossier.objects.get(id=dossier_id)
    assert (found.status, marks.DEEMED in found.flags, found.holder) == ("returned", True, None)
    seen = view(found, inside=False, at=due(dossier_id) + HOUR)
    assert seen.ending
    assert (seen.ending.ground, seen.ending.by) == (GROUND, SYSTEM.name)
    assert seen.history[0].act == "deem_approved"
    assert GROUND in seen.history[0].note
    assert seen.result
    assert (seen.result.state, seen.result.number, seen.result.signed_at) == ("deemed", "", None)
    last = audit.trace("dossier", dossier_id)[0]
    assert last.act == "dossiers.deem_approved"
    stored = files.describe([seen.result.file_id])[seen.result.file_id]
    assert last.details["sha256"] == stored.sha256, "the trail certifies the very bytes"

    said = text(files.read(seen.result.file_id))
    for part in ("ĐƯỢC COI LÀ ĐÃ ĐƯỢC CHẤP THUẬN", GROUND, found.code, "Không có chữ ký"):
        assert part in said
    assert place.citizen.id
    kept = vault.documents(OwnerRef("person", place.citizen.id))
    assert [one.file_id for one in kept] == [seen.result.file_id]


def test_person_holder_and_leader_are_told(place: Office) -> None:
    dossier_id = accepted(place)
    deeming.run(at=due(dossier_id) + HOUR)
    code = Dossier.objects.get(id=dossier_id).code
    assert f"Hồ sơ {code} được coi là đã được chấp thuận" in told(place.citizen)
    for officer in (place.specialist, place.leader):
        assert told(officer)[0] == f"Hồ sơ {code} đã được coi là chấp thuận"


def test_a_deemed_refusal_is_a_stop_with_its_ground_and_notice() -> None:
    place = place_of(REFUSAL)
    dossier_id = accepted(place)
    assert deeming.run(at=due(dossier_id) + HOUR) == 1
    found = Dossier.objects.get(id=dossier_id)
    assert found.status == "stopped"
    assert Ending.objects.get(dossier_id=dossier_id).ground == GROUND
    assert not Result.objects.filter(dossier_id=dossier_id).exists()
    assert f"Hồ sơ {found.code} bị coi là bị từ chối" in told(place.citizen)


def test_nothing_is_deemed_where_the_law_does_not_say_so() -> None:
    dossier_id = accepted(office())
    assert deeming.run(at=due(dossier_id) + 30 * DAY) == 0
    assert deeming.warn(at=due(dossier_id) - HOUR) == 0


def test_a_signed_decision_is_an_answer_though_it_is_not_sealed_yet(place: Office) -> None:
    dossier_id = accepted(place)
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=SENT + 2 * HOUR)
    drawn = Result.objects.get(dossier_id=dossier_id)
    assert Dossier.objects.filter(undecided()).count() == 1, "a draft is none"
    Result.objects.filter(id=drawn.id).update(
        state="signed", signed_file=drawn.draft_file, signed_at=SENT + 3 * HOUR
    )
    assert deeming.run(at=due(dossier_id) + DAY) == 0


def test_a_standing_clock_is_not_deemed_and_one_late_before_is_when_it_runs_again(place: Office) -> None:
    dossier_id = accepted(place)
    first = due(dossier_id)
    routing.pause(dossier_id=dossier_id, reason="Chờ Sở", by=place.specialist, at=first + HOUR)
    assert deeming.run(at=first + 9 * DAY) == 0
    routing.resume(dossier_id=dossier_id, by=place.specialist, at=first + 10 * DAY)
    assert due(dossier_id) <= first + 10 * DAY, "what was late already is as late when it goes on"
    assert deeming.run(at=first + 10 * DAY + HOUR) == 1


def test_a_later_promise_moves_it_and_one_only_asked_for_lapses(place: Office) -> None:
    one, other = accepted(place), accepted(place)
    first = due(one)
    later = moments.local(first).date() + 7 * DAY
    for dossier_id in (one, other):
        extensions.ask(dossier_id=dossier_id, until=later, reason="Đo", by=place.specialist, at=SENT + DAY)
    extensions.grant(dossier_id=one, by=place.leader, at=SENT + DAY)
    assert deeming.run(at=first + HOUR) == 1
    assert Dossier.objects.get(id=one).status == "accepted"
    assert Extension.objects.get(dossier_id=other).lapsed_at
    assert deeming.run(at=due(one) + HOUR) == 1


def test_leaders_are_warned_once_for_each_promise_by_the_dated_days(place: Office) -> None:
    dossier_id = accepted(place)
    assert deeming.warn(at=due(dossier_id) - 5 * DAY) == 0
    assert deeming.warn(at=due(dossier_id) - DAY) == 1
    assert deeming.warn(at=due(dossier_id) - HOUR) == 0
    code = Dossier.objects.get(id=dossier_id).code
    assert told(place.leader) == [f"Hồ sơ {code} sắp được coi là chấp thuận"]
    routing.pause(dossier_id=dossier_id, reason="Chờ", by=place.specialist, at=due(dossier_id) - HOUR)
    routing.resume(dossier_id=dossier_id, by=place.specialist, at=due(dossier_id) + 20 * DAY)
    assert deeming.warn(at=due(dossier_id) - HOUR) == 1
    legal.change(
        key="deemed_warning_days", value=9, effective_from=SENT.date(), legal_basis="Thử", by=SYSTEM, at=SENT
    )
    legal.forget()
    accepted(place)
    assert deeming.warn(at=SENT + 2 * HOUR) == 1


def test_the_job_does_both_by_the_clock_of_now(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    late, near = accepted(place), accepted(place)
    Dossier.objects.filter(id=near).update(due_at=due(late) + 3 * HOUR)
    monkeypatch.setattr(moments, "now", lambda: due(late) + HOUR)
    jobs.let_silence_decide()
    statuses = dict(Dossier.objects.values_list("id", "status"))
    assert (statuses[late], statuses[near]) == ("returned", "accepted")
    assert len(told(place.leader)) == 2


def test_only_the_system_may_let_silence_decide(place: Office) -> None:
    dossier_id = accepted(place)
    with pytest.raises(NotAllowed), turn("deem_approved", dossier_id=dossier_id, by=place.leader, at=SENT):
        pass


def test_leaders_find_what_silence_will_decide_in_their_lists(place: Office) -> None:
    dossier_id = accepted(place)
    client = people.client(place.specialist)
    shown = client.get("/can-bo/ho-so/?xem=don-vi&han=mac-nhien").content.decode()
    assert Dossier.objects.get(id=dossier_id).code in shown
    elsewhere = accepted(replace(place, version=office().version))
    shown = client.get("/can-bo/ho-so/?xem=don-vi&han=mac-nhien").content.decode()
    assert Dossier.objects.get(id=elsewhere).code not in shown


def test_the_public_page_says_it_in_one_sentence(client: Client, place: Office) -> None:
    code = procedures.version(place.version).code
    said = client.get(f"/thu-tuc/{code}/").content.decode()
    assert f"được coi là đã được chấp thuận ({GROUND})" in said


@pytest.mark.parametrize(
    "content",
    [
        procedures.Content(name="a", sector="b", deemed=procedures.Deemed(outcome=APPROVAL, ground="Điều 1")),
        procedures.Content(
            name="a",
            sector="b",
            term=procedures.Term(5, procedures.Unit.WORKING_DAY),
            deemed=procedures.Deemed(outcome=APPROVAL, ground=" "),
        ),
    ],
)
def test_a_rule_without_term_or_ground_is_not_published(content: procedures.Content) -> None:
    with pytest.raises(procedures.BadContent) as fault:
        procedures.draft(code="9.1", content=content, by=SYSTEM, at=SENT)
    assert "deemed" in fault.value.faults


def test_the_database_asks_for_a_ground(place: Office) -> None:
    dossier_id = accepted(place)
    refused(
        "ending_by_the_agency_has_a_ground",
        lambda: Ending.objects.create(
            dossier_id=dossier_id, status="returned", at=SENT, by_name="x", reason="Im lặng"
        ),
    )
    refused(
        "result_state_matches_its_files",
        lambda: Result.objects.create(
            dossier_id=dossier_id, title="x", state="deemed", draft_file=dossier_id, frozen=b"0" * 32,
            drafted_at=SENT, drafted_by="x", sealed_file=dossier_id,
        ),
    )  # fmt: skip


def test_one_that_fails_keeps_no_other_from_its_day(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = accepted(place), accepted(place)
    printed = deeming.prints.deemed_approval

    def failing(dossier: Dossier, *, ground: str, at: datetime) -> bytes:
        if dossier.id == first:
            raise RuntimeError("the press is broken")
        return printed(dossier, ground=ground, at=at)

    with monkeypatch.context() as patched:
        patched.setattr(deeming.prints, "deemed_approval", failing)
        with pytest.raises(deeming.NotDeemed):
            deeming.run(at=due(first) + HOUR)
    ended = Dossier.objects.filter(id__in=[first, second]).exclude(finished_at=None)
    assert list(ended.values_list("id", flat=True)) == [second]
    assert deeming.run(at=due(first) + 2 * HOUR) == 1


def test_nothing_is_deemed_by_a_date_that_a_corrected_calendar_is_about_to_move(place: Office) -> None:
    """The day is given off after the last moment of the promise; the job that counts anew has not run yet."""
    line = worktime.CalendarLine("an-giang-thu", "Lịch thử", "vn")
    worktime.keep_calendar(CalendarRef(line.code), name=line.name, by=SYSTEM, at=SENT)
    Agency.objects.filter(id=place.agency).update(calendar=line.code)
    KNOWN.changed()
    dossier_id = accepted(place)
    elsewhere = accepted(place_of(APPROVAL))
    at = due(dossier_id) + HOUR
    change = recounts.day_off_or_on(
        line, moments.local(due(dossier_id)).date(), kind=worktime.DayKind.CLOSED, name="Bão", basis="CĐ 1"
    )
    asked = recounts.correct(change, by=SYSTEM, at=at)

    assert deeming.run(at=at) == 1
    assert Dossier.objects.get(id=elsewhere).finished_at is not None
    recounts.run(asked, at=at)
    assert deeming.run(at=at) == 0
    assert due(dossier_id) > at
    assert deeming.run(at=due(dossier_id) + HOUR) == 1
    worktime.forget()
    KNOWN.changed()


STEPS = st.tuples(
    st.sampled_from(["pause", "resume", "close", "clear", "job", "extend"]), st.sampled_from([1, 7, 30, 100])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_silence_decides_exactly_when_a_running_promise_has_run_out(
    db: None, steps: list[tuple[str, int]]
) -> None:
    """Whatever pauses, later promises and corrections of the calendar come between.

    The clock is counted anew from nothing by the deadline engine and compared with what the job did.
    """
    with transaction.atomic():
        place = place_of(APPROVAL)
        line = worktime.CalendarLine("an-giang-thu", "Lịch thử", "vn")
        worktime.keep_calendar(CalendarRef(line.code), name=line.name, by=SYSTEM, at=SENT)
        Agency.objects.filter(id=place.agency).update(calendar=line.code)
        KNOWN.changed()
        dossier_id, at = accepted(place), SENT + HOUR
        for act, hours in steps:
            at += hours * HOUR
            before = Dossier.objects.get(id=dossier_id)
            with suppress(Unable, Invalid):
                _step(act, place, line, before, at)
            after = Dossier.objects.get(id=dossier_id)
            ran_out = before.stopped_since is None and due(dossier_id) < at
            if act == "job" and before.finished_at is None:
                assert (after.status == "returned") == ran_out, f"{act} at {at}"
            else:
                assert after.status == before.status or act in ("pause", "resume")
            if after.status != "returned" and after.stopped_since is None:
                assert due(dossier_id) == clock.promised(after, at=at).due_at
        assert Ending.objects.filter(dossier_id=dossier_id).exists() == (
            Dossier.objects.get(id=dossier_id).status == "returned"
        )
        transaction.set_rollback(True)
    worktime.forget()
    KNOWN.changed()


def _step(act: str, place: Office, line: worktime.CalendarLine, dossier: Dossier, at: datetime) -> None:
    day = moments.local(dossier.due_at or at).date() - DAY
    if act == "pause":
        routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=at)
    elif act == "resume":
        routing.resume(dossier_id=dossier.id, by=place.specialist, at=at)
    elif act == "extend":
        extensions.apologise(
            dossier_id=dossier.id, until=day + 8 * DAY, reason="Đo đạc", by=place.leader, at=at
        )
    elif act == "job":
        deeming.run(at=at)
    else:
        kind = worktime.DayKind.CLOSED if act == "close" else None
        change = recounts.day_off_or_on(line, day, kind=kind, name="Nghỉ bão", basis="Công điện 1")
        asked = recounts.correct(change, by=SYSTEM, at=at)
        recounts.run(asked, at=at)

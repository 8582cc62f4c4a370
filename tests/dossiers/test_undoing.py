"""Taking an act back: a counter-transition, in time, by who did it, while nobody has acted since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.dossiers.trying import acts_of, place
from tests.support import people
from tests.support.office import SENT, Office, accepted, filed, office
from tinhso.dossiers import letters, lifecycle, posting
from tinhso.dossiers.contracts import Verdict
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import (
    Dossier,
    HistoryEntry,
    Letter,
    Note,
    Result,
    Reversible,
    Running,
    SubmittedPaper,
)
from tinhso.dossiers.operations import endings, intake, results, routing, supplements, undoing
from tinhso.foundation import audit
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound, Unable
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)
LATE = timedelta(seconds=31)


@pytest.fixture
def here() -> Office:
    return office()


def standing(id: UUID) -> dict[str, object]:
    """What undoing must put back: the row, the process, the open work."""
    row = Dossier.objects.filter(id=id).values(
        "status", "step", "step_name", "role", "unit_id", "holder", "due_at", "stopped_since"
    )
    work = [
        (task.act, task.title, task.role, task.unit_id, task.holder, task.due_at)
        for task in tasks.open_on(subject="dossier", subject_id=id)
    ]
    return {**row.get(), "process": bytes(Running.objects.get(dossier_id=id).state), "work": work}


def colleague(here: Office) -> UUID:
    found = people.officer("specialist", here.specialist_unit, name="Võ Văn Cảnh").id
    assert found is not None
    return found


Do = Callable[[Office, UUID, datetime], object]
DOING: dict[str, Do] = {
    "assign": lambda here, id, at: routing.assign(
        dossier_id=id, to=colleague(here), by=here.specialist, at=at
    ),
    "forward": lambda here, id, at: routing.forward(
        dossier_id=id, unit_id=people.unit(here.agency), note="", by=here.specialist, at=at
    ),
    "judge_paper": lambda here, id, at: supplements.judge(
        dossier_id=id,
        paper_id=SubmittedPaper.objects.get(dossier_id=id).id,
        verdict=Verdict.FAULTY,
        reason="Mờ",
        by=here.specialist,
        at=at,
    ),
    "note": lambda here, id, at: endings.note(dossier_id=id, text="Gọi lại", by=here.specialist, at=at),
    "draft_result": lambda here, id, at: results.draft(
        dossier_id=id, written={"body": "Đủ"}, by=here.specialist, at=at
    ),
    "message": lambda here, id, at: letters.write(dossier_id=id, text="Mời đến", by=here.specialist, at=at),
}


@pytest.mark.parametrize("act", sorted(DOING))
def test_an_act_is_taken_back_with_lines_of_its_own(here: Office, act: str) -> None:
    id = accepted(here, at=SENT).id
    before, told = standing(id), HistoryEntry.objects.filter(dossier_id=id).count()
    DOING[act](here, id, SENT)

    assert undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON) == act

    assert standing(id) == before
    history = list(HistoryEntry.objects.filter(dossier_id=id).order_by("id"))[told:]
    assert [line.act for line in history] == [act, "undo"]
    assert history[0].public == history[1].public
    [line, _done, *_rest] = audit.trace("dossier", id)
    assert (line.act, line.details["undone"]) == ("dossiers.undo", act)
    assert Dossier.objects.get(id=id).version == 4


def test_a_draft_sent_back_by_mistake_lies_before_the_leader_again(here: Office) -> None:
    id = accepted(here, at=SENT).id
    results.draft(dossier_id=id, written={"body": "Đủ"}, by=here.specialist, at=SENT)
    before = standing(id)
    results.send_back(dossier_id=id, reason="Sai", by=here.leader, at=SENT)

    undoing.undo(dossier_id=id, by=here.leader, at=SENT + SOON)

    assert standing(id) == before
    assert Result.objects.get(current=True).state == "drafted"


def test_what_was_written_stays_and_says_that_it_was_taken_back(here: Office) -> None:
    id = accepted(here, at=SENT).id
    for act in ("note", "judge_paper", "draft_result"):
        DOING[act](here, id, SENT)
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON)

    assert Note.objects.get().withdrawn_at == SENT + SOON
    assert SubmittedPaper.objects.get().verdict == "unseen"
    assert not Result.objects.get().current


def test_a_second_draft_taken_back_leaves_the_first(here: Office) -> None:
    id = accepted(here, at=SENT).id
    results.draft(dossier_id=id, written={"body": "Một"}, by=here.specialist, at=SENT)
    first = Result.objects.get().id
    results.send_back(dossier_id=id, reason="Sai", by=here.leader, at=SENT)
    results.draft(dossier_id=id, written={"body": "Hai"}, by=here.specialist, at=SENT)
    undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON)

    assert Result.objects.get(current=True).id == first


def test_every_act_of_the_table_has_a_reverse_and_no_act_that_tells_somebody_is_in_it() -> None:
    assert set(lifecycle.UNDO) == set(undoing.REVERSES)
    tells = {"accept", "refuse", "ask_supplement", "ask_obligation", "stop", "hand_over", "seal", "sign"}
    assert not tells & set(lifecycle.UNDO)
    assert set(lifecycle.UNDO) <= set(lifecycle.TURNS)


def test_after_thirty_seconds_the_answer_is_in_words(here: Office) -> None:
    id = accepted(here, at=SENT).id
    DOING["note"](here, id, SENT)
    with pytest.raises(WrongTurn, match="Đã quá 30 giây"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + LATE)
    assert Note.objects.get().withdrawn_at is None


def test_nobody_takes_back_what_another_did_nor_twice_nor_after_the_right_is_gone(here: Office) -> None:
    id = accepted(here, at=SENT).id
    DOING["note"](here, id, SENT)
    with pytest.raises(WrongTurn, match="Không có việc nào của anh/chị"):
        undoing.undo(dossier_id=id, by=here.intake, at=SENT)
    with pytest.raises(NotFound):
        undoing.undo(dossier_id=id, by=office().specialist, at=SENT)
    undoing.undo(dossier_id=id, by=here.specialist, at=SENT)
    with pytest.raises(WrongTurn, match="đã được hoàn tác rồi"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT)

    administrator = people.officer("administrator", here.one_stop)
    Reversible.objects.update(officer=administrator.id, undone_at=None, version=4)
    with pytest.raises(NotAllowed):
        undoing.undo(dossier_id=id, by=administrator, at=SENT)


def test_who_was_first_is_named(here: Office) -> None:
    id = accepted(here, at=SENT).id
    DOING["forward"](here, id, SENT)
    endings.note(dossier_id=id, text="Đã gọi", by=here.intake, at=SENT)

    with pytest.raises(Stale, match="Lê Thị Hoa đã làm việc “Ghi chú” trên hồ sơ này lúc"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON)


def test_an_act_that_cannot_be_undone_is_not_offered_an_earlier_one(here: Office) -> None:
    id = filed(here).id
    endings.note(dossier_id=id, text="Xem", by=here.intake, at=SENT)
    intake.accept(dossier_id=id, by=here.intake, at=SENT)
    with pytest.raises(Stale):
        undoing.undo(dossier_id=id, by=here.intake, at=SENT + SOON)


def test_a_draft_the_leader_is_signing_is_not_taken_back(here: Office) -> None:
    id = accepted(here, at=SENT).id
    DOING["draft_result"](here, id, SENT)
    Result.objects.update(signing=b"dang ky", signing_by=here.leader.id)
    with pytest.raises(Invalid, match="Lãnh đạo đã bắt đầu ký"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON)
    assert Result.objects.get().current


def told(here: Office, id: UUID) -> list[str]:
    return [message.body for message in notify.about(kind="dossier", subject_id=id, reader=here.citizen.id)]


def test_a_letter_waits_then_reaches_the_applicant_once(here: Office) -> None:
    id = accepted(here, at=SENT).id
    before = len(told(here, id))
    letter = letters.write(dossier_id=id, text="Mời ông đến", by=here.specialist, at=SENT)

    assert not posting.deliver(letter, at=SENT + timedelta(seconds=9))
    assert len(told(here, id)) == before
    assert posting.deliver(letter, at=SENT + timedelta(seconds=10))
    assert not posting.deliver(letter, at=SENT + LATE)
    assert told(here, id)[before:] == ["Mời ông đến\nNgười nhắn: Trần Văn Bình."]

    with pytest.raises(WrongTurn, match="Đã quá 10 giây"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + timedelta(seconds=11))
    with pytest.raises(Invalid, match="Tin đã gửi"):
        undoing.undo(dossier_id=id, by=here.specialist, at=SENT + timedelta(seconds=10))


def test_a_letter_taken_back_never_leaves(here: Office) -> None:
    id = accepted(here, at=SENT).id
    before = len(told(here, id))
    letter = letters.write(dossier_id=id, text="Nhầm", by=here.specialist, at=SENT)
    undoing.undo(dossier_id=id, by=here.specialist, at=SENT + SOON)

    assert not posting.deliver(letter, at=SENT + LATE)
    assert len(told(here, id)) == before
    assert Letter.objects.get().text == "Nhầm", "it stays, withdrawn"


def test_a_letter_that_would_reach_nobody_is_refused_and_so_are_strangers(here: Office) -> None:
    id = accepted(here, at=SENT).id
    with pytest.raises(NotAllowed):
        letters.write(dossier_id=id, text="x", by=office().specialist, at=SENT)
    with pytest.raises(Invalid, match="Hãy viết lời nhắn"):
        letters.write(dossier_id=id, text="  ", by=here.specialist, at=SENT)


@pytest.mark.django_db(transaction=True)
def test_undo_and_another_act_at_once_leave_one_winner() -> None:
    """Two browsers at the same moment: either the undo or the colleague's act came first, never both."""
    there = place()
    here = there.office
    for _round in range(4):
        id = accepted(here, at=SENT).id
        DOING["note"](here, id, SENT)
        outcome: list[str] = []

        def attempt(name: str, do: Callable[[], object], outcome: list[str] = outcome) -> None:
            try:
                do()
                outcome.append(name)
            except Unable as refused:
                outcome.append(f"{name}: {type(refused).__name__}")
            finally:
                connection.close()

        racing = [
            threading.Thread(
                target=attempt,
                args=("undo", lambda id=id: undoing.undo(dossier_id=id, by=here.specialist, at=SENT)),
            ),
            threading.Thread(
                target=attempt,
                args=(
                    "pause",
                    lambda id=id: routing.pause(
                        dossier_id=id, reason="Chờ", by=here.specialist, at=SENT, seen=3
                    ),
                ),
            ),
        ]
        for thread in racing:
            thread.start()
        for thread in racing:
            thread.join(timeout=20)

        assert sorted(outcome) in (["pause", "undo: Stale"], ["pause: Stale", "undo"]), outcome
        assert acts_of(there)

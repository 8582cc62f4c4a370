"""Apologising and promising later: asked by an officer, decided by whom the rule names, no oftener."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.events import PromiseMoved
from tinhso.dossiers.models import Dossier, Extension, Promise
from tinhso.dossiers.operations import alarms, bulk, clock, endings, extensions, intake, routing
from tinhso.foundation import events, legal
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import local
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = date(2026, 3, 16)
"""A Monday; what the office takes in on Monday 2 March is promised for the ninth."""


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office, *, at: datetime = SENT + HOUR) -> UUID:
    dossier = filed(place, at=at - HOUR)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=at)
    return dossier.id


def due(dossier_id: UUID) -> datetime:
    found = Dossier.objects.get(id=dossier_id).due_at
    assert found
    return found


def told(officer: ActorRef) -> list[str]:
    assert officer.id
    return [message.subject for message in notify.inbox(reader=officer.id)]


def ask(place: Office, dossier_id: UUID, *, until: date = LATER, at: datetime = SENT + DAY) -> None:
    extensions.ask(dossier_id=dossier_id, until=until, reason="Chờ đo đạc", by=place.specialist, at=at)


def rule(key: str, value: object) -> None:
    legal.change(
        key=key, value=value, effective_from=date(2026, 3, 1), legal_basis="Thử", by=SYSTEM, at=SENT
    )  # fmt: skip
    legal.forget()


def test_a_leader_grants_what_an_officer_asks_and_the_applicant_reads_the_apology(place: Office) -> None:
    dossier_id = accepted(place)
    before = due(dossier_id)
    ask(place, dossier_id)
    assert due(dossier_id) == before, "asking moves nothing"
    assert any("xin hẹn lại" in subject for subject in told(place.leader))
    assert not any("hẹn lại" in subject for subject in told(place.citizen))
    assert "extension_asked" in Dossier.objects.get(id=dossier_id).flags

    after = extensions.grant(dossier_id=dossier_id, by=place.leader, at=SENT + 2 * DAY)

    assert local(after).date() == LATER
    assert due(dossier_id) == after == tasks.open_on(subject="dossier", subject_id=dossier_id)[0].due_at
    found = Extension.objects.get()
    assert (found.due_before, found.due_after, found.granted) == (before, after, True)
    promise = Promise.objects.filter(dossier_id=dossier_id).order_by("-id")[0]
    assert promise.cause == "extension"
    assert any("Chờ đo đạc" in sentence for sentence in promise.words), "the words explain the new date"
    letter = notify.inbox(reader=place.citizen.id)[0]  # type: ignore[arg-type]
    assert "Xin lỗi" in letter.subject
    assert "Chờ đo đạc" in letter.body
    assert "extension_asked" not in Dossier.objects.get(id=dossier_id).flags


def test_the_event_tells_the_new_promise(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(events, "deliver", heard.append)
    dossier_id = accepted(place)
    after = extensions.apologise(
        dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.leader, at=SENT + DAY
    )
    moved = [event for event in heard if isinstance(event, PromiseMoved)]
    assert [event.promised_at for event in moved] == [after]


def test_a_denial_keeps_the_promise_and_tells_the_officer_why(place: Office) -> None:
    dossier_id = accepted(place)
    before = due(dossier_id)
    ask(place, dossier_id)
    with pytest.raises(Invalid):
        extensions.deny(dossier_id=dossier_id, answer=" ", by=place.leader, at=SENT + 2 * DAY)
    extensions.deny(dossier_id=dossier_id, answer="Còn bốn ngày", by=place.leader, at=SENT + 2 * DAY)

    assert due(dossier_id) == before
    assert any("không được hẹn lại" in subject for subject in told(place.specialist))
    assert Extension.objects.get().granted is False
    ask(place, dossier_id, at=SENT + 3 * DAY)
    assert Extension.objects.count() == 2, "a denial uses up nothing"


def test_no_oftener_than_the_rule_of_the_day_of_receipt_allows(place: Office) -> None:
    dossier_id = accepted(place)
    extensions.apologise(dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.leader, at=SENT + DAY)
    with pytest.raises(Invalid, match="nhiều nhất 1 lần"):
        ask(place, dossier_id, until=date(2026, 3, 20), at=SENT + 2 * DAY)

    rule("extension_max", 2)
    twice = extensions.apologise(
        dossier_id=dossier_id, until=date(2026, 3, 20), reason="Chờ", by=place.leader, at=SENT + 3 * DAY
    )
    assert local(twice).date() == date(2026, 3, 20)
    assert clock.promised(Dossier.objects.get(id=dossier_id), at=SENT + 3 * DAY).due_at == twice


def test_only_a_leader_decides_while_the_rule_says_so(place: Office) -> None:
    dossier_id = accepted(place)
    with pytest.raises(NotAllowed):
        extensions.apologise(
            dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.specialist, at=SENT + DAY
        )
    ask(place, dossier_id)
    for actor in (place.specialist, place.intake, place.citizen, people.officer("leader", name="Người Lạ")):
        with pytest.raises(NotAllowed):
            extensions.grant(dossier_id=dossier_id, by=actor, at=SENT + DAY)

    other = accepted(place)
    rule("extension_decided_by", "officer")
    extensions.apologise(dossier_id=other, until=LATER, reason="Chờ", by=place.specialist, at=SENT + DAY)
    assert local(due(other)).date() == LATER


@pytest.mark.parametrize(
    ("until", "at", "sentence"),
    [
        (date(2026, 3, 9), SENT + DAY, "phải sau ngày đã hẹn"),
        (date(2026, 3, 6), SENT + DAY, "phải sau ngày đã hẹn"),
        (date(2026, 3, 14), SENT + DAY, "ngày làm việc"),
        (date(2026, 3, 11), SENT + 12 * DAY, "chưa qua"),
        (date(2028, 3, 14), SENT + DAY, "quá xa"),
    ],
)
def test_a_day_that_cannot_be_promised(place: Office, until: date, at: datetime, sentence: str) -> None:
    dossier_id = accepted(place)
    with pytest.raises(Invalid, match=sentence) as refused:
        ask(place, dossier_id, until=until, at=at)
    assert "until" in refused.value.faults


def test_one_request_at_a_time(place: Office) -> None:
    dossier_id = accepted(place)
    ask(place, dossier_id)
    with pytest.raises(Conflict):
        ask(place, dossier_id)
    with pytest.raises(Conflict):
        extensions.apologise(dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.leader, at=SENT + DAY)


def test_a_pause_moves_an_extended_promise_on(place: Office) -> None:
    dossier_id = accepted(place)
    extended = extensions.apologise(
        dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.leader, at=SENT + DAY
    )
    routing.pause(dossier_id=dossier_id, reason="Chờ Sở", by=place.specialist, at=SENT + 2 * DAY)
    resumed = routing.resume(dossier_id=dossier_id, by=place.specialist, at=SENT + 4 * DAY)

    assert resumed > extended
    assert local(resumed).date() == date(2026, 3, 18)


def test_a_late_dossier_is_warned_of_by_its_new_promise(place: Office) -> None:
    dossier_id = accepted(place)
    first = due(dossier_id)
    assert alarms.sound(at=first + HOUR) == 1
    extensions.apologise(dossier_id=dossier_id, until=LATER, reason="Chờ", by=place.leader, at=first + DAY)

    assert alarms.sound(at=due(dossier_id) + HOUR) == 1
    assert sum("quá hạn" in subject for subject in told(place.specialist)) == 2


def test_what_nobody_decided_lapses_when_the_dossier_ends(place: Office) -> None:
    dossier_id = accepted(place)
    ask(place, dossier_id)
    endings.withdraw(dossier_id=dossier_id, by=place.citizen, at=SENT + 2 * DAY)

    assert Extension.objects.get().lapsed_at == SENT + 2 * DAY
    assert "extension_asked" not in Dossier.objects.get(id=dossier_id).flags


def test_many_late_dossiers_get_their_letter_in_one_act_and_the_others_say_why_not(place: Office) -> None:
    late = [accepted(place) for _number in range(3)]
    fresh = accepted(place, at=SENT + 7 * DAY)
    had = accepted(place)
    extensions.apologise(
        dossier_id=had, until=date(2026, 3, 10), reason="Chờ", by=place.leader, at=SENT + DAY
    )
    at = SENT + 9 * DAY
    codes = list(Dossier.objects.values_list("code", flat=True))
    looked = bulk.look(codes, act="apologise", by=place.leader, at=at)
    assert {row.id for row in looked.able} == set(late)
    reasons = {row.id: why for row, why in looked.unable}
    assert reasons == {fresh: "chưa quá hạn", had: "đã hẹn lại đủ số lần quy định cho phép"}
    blocked = bulk.look(codes, act="apologise", by=place.specialist, at=at)
    assert not blocked.able

    given = {"until": LATER.isoformat(), "reason": "Máy chủ đo đạc ngừng"}
    asked = bulk.ask(
        [(row.id, row.version) for row in looked.able], act="apologise", given=given, by=place.leader, at=at
    )
    bulk.run(asked.id, at=at)
    bulk.run(asked.id, at=at)

    assert {local(due(id)).date() for id in late} == {LATER}
    letters = [message for message in notify.inbox(reader=place.citizen.id) if "Xin lỗi" in message.subject]  # type: ignore[arg-type]
    assert len(letters) == 4, "three now, one before; a second run writes none"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("extension_has_a_reason", {"reason": ""}),
        ("extension_decided_once", {"granted": True}),
        ("extension_decided_once", {"granted": False, "answer": "x", "decided_at": SENT}),
        ("extension_granted_moves_the_promise", {"granted": True, "decided_at": SENT + 9 * DAY}),
        ("extension_granted_moves_the_promise", {"due_after": SENT + 90 * DAY}),
        ("extension_denied_with_an_answer", {"granted": False, "decided_at": SENT + 9 * DAY}),
    ],
)
def test_an_extension_that_cannot_be(place: Office, constraint: str, change: dict[str, object]) -> None:
    ask(place, accepted(place))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Extension.objects.update(**change)


def test_the_database_keeps_one_open_request(place: Office) -> None:
    dossier_id = accepted(place)
    ask(place, dossier_id)
    row = Extension.objects.get()
    row.pk = UUID(int=1)
    with pytest.raises(IntegrityError, match="extension_one_open"), transaction.atomic():
        row.save(force_insert=True)

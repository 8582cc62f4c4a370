"""People go, come back and leave: work is always in somebody's own list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier, HistoryEntry, Standing
from tinhso.dossiers.operations import intake, results, routing, vacancies
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import page
from tinhso.foundation import moments
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Post
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place() -> Office:
    return office()


def id_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def mine(actor: ActorRef, at: object = SENT) -> dict[str, str]:
    """The codes in an officer's own list, each with what is said of whose it is."""
    desk = desks.desk_of(actor, at)  # type: ignore[arg-type]
    rows = page(desks.own(desk)).rows
    why = desks.unattended(desk, rows) | desks.stood_in_for(desk, rows)
    return {row.code: why.get(row.id, "") for row in rows}


def told(actor: ActorRef) -> list[str]:
    return [message.subject for message in notify.inbox(reader=id_of(actor), limit=50)]


def accepted(place: Office, at: object = SENT) -> str:
    sent = filed(place, at=at)  # type: ignore[arg-type]
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)  # type: ignore[arg-type]
    return sent.code


def away(of: ActorRef, deputy: ActorRef | None = None, *, by: ActorRef = SYSTEM, days: int = 3) -> UUID:
    return identity.be_absent(
        officer_id=id_of(of),
        begins_at=SENT + HOUR,
        ends_at=SENT + days * DAY,
        reason="Nghỉ phép",
        deputy_id=id_of(deputy) if deputy else None,
        by=by,
        at=SENT,
    )


def test_the_deputy_has_the_baskets_from_the_first_moment_and_is_told(place: Office) -> None:
    code = accepted(place)
    deputy = people.officer("clerk", place.specialist_unit, name="Đỗ Thị Thay")
    away(place.specialist, deputy, by=place.specialist)

    assert mine(deputy) == {}
    assert mine(deputy, SENT + 2 * HOUR) == {code: "Trần Văn Bình"}
    assert [words for words in told(deputy) if "thay Trần Văn Bình" in words]
    assert place.specialist_unit in desks.desk_of(deputy, SENT + 2 * HOUR).units


def test_who_is_back_early_has_the_old_and_the_new_work_at_once(place: Office) -> None:
    old = accepted(place)
    deputy = people.officer("clerk", place.specialist_unit, name="Đỗ Thị Thay")
    absence = away(place.specialist, deputy)
    new = accepted(place, SENT + 2 * HOUR)
    assert Dossier.objects.get(code=new).holder == deputy.id

    back = SENT + 3 * HOUR
    identity.come_back(absence_id=absence, by=place.specialist, at=back)
    vacancies.give_on(at=back, officer=id_of(deputy))

    assert mine(place.specialist, back) == {old: "", new: ""}
    assert mine(deputy, back) == {}
    last = HistoryEntry.objects.filter(dossier__code=new).order_by("-id").first()
    assert last
    assert last.note == "Đỗ Thị Thay không còn giữ việc này ở đây; giao cho Trần Văn Bình."
    assert not last.public


def test_work_given_to_a_deputy_goes_back_when_the_time_is_over(place: Office) -> None:
    deputy = people.officer("clerk", place.specialist_unit)
    away(place.specialist, deputy, days=1)
    code = accepted(place, SENT + 2 * HOUR)
    assert vacancies.give_on(at=SENT + 3 * HOUR) == 0

    assert vacancies.give_on(at=SENT + 2 * DAY) == 1
    assert Dossier.objects.get(code=code).holder == place.specialist.id


def test_an_absence_without_a_deputy_puts_the_work_into_the_heads_own_list(place: Office) -> None:
    code = accepted(place)
    away(place.specialist)
    at = SENT + 2 * HOUR

    assert mine(place.leader, at) == {code: "vắng, chưa ai thay"}
    assert [words for words in told(place.leader) if "chưa có người thay" in words]
    new = accepted(place, at)
    assert mine(place.leader, at) == {code: "vắng, chưa ai thay", new: "vị trí trống"}
    assert mine(place.leader, SENT + 4 * DAY) == {}
    assert mine(place.specialist, SENT + 4 * DAY) == {code: ""}

    other = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    assert mine(place.leader, at) == {code: "vắng, chưa ai thay"}
    dossier = Dossier.objects.get(code=code)
    routing.assign(dossier_id=dossier.id, to=id_of(other), by=place.leader, at=at)
    assert mine(place.leader, at) == {}


def test_without_any_leader_there_the_supervisor_answers_for_the_work(place: Office) -> None:
    code = accepted(place)
    supervisor = people.officer("supervisor", people.unit(place.agency))
    away(place.specialist)
    assert mine(supervisor, SENT + 2 * HOUR) == {}
    away(place.leader)

    assert mine(supervisor, SENT + 2 * HOUR) == {code: "vắng, chưa ai thay"}


@pytest.mark.parametrize("leaves", ["post ends", "account closes"])
def test_who_leaves_lets_the_work_go_to_the_basket_with_its_pause_and_its_promise(
    place: Office, leaves: str
) -> None:
    code = accepted(place)
    dossier = Dossier.objects.get(code=code)
    routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=SENT + HOUR)
    before = Dossier.objects.get(code=code)
    at = SENT + DAY
    if leaves == "post ends":
        post = Post.objects.get(officer_id=place.specialist.id)
        identity.end_post(post_id=post.id, on=moments.today(at), by=SYSTEM, at=at)
    else:
        identity.deactivate(officer_id=id_of(place.specialist), by=SYSTEM, at=at)
    vacancies.give_on(at=at, officer=id_of(place.specialist))

    left = Dossier.objects.get(code=code)
    assert (left.holder, left.unit_id) == (None, place.specialist_unit)
    assert (left.status, left.due_at, left.stopped_since) == ("paused", before.due_at, before.stopped_since)
    assert Standing.objects.filter(dossier=left, ended_at=None).count() == 1
    assert [task.holder for task in tasks.open_on(subject="dossier", subject_id=left.id)] == [None]
    assert mine(place.leader, at) == {code: "vị trí trống"}

    assert vacancies.watch(at=at) == 1
    assert vacancies.watch(at=at + DAY) == 1, "until somebody fills it"
    assert len([words for words in told(place.leader) if "1 hồ sơ chưa có người làm" in words]) == 2
    people.officer("specialist", place.specialist_unit)
    assert mine(place.leader, at) == {}
    assert vacancies.watch(at=at + 2 * DAY) == 0


def test_an_office_without_head_and_administrator_is_told_of_to_the_provinces_administrators(
    place: Office,
) -> None:
    elsewhere = people.officer("administrator", people.unit())
    accepted(place)
    at = SENT + DAY
    for gone in (place.specialist, place.leader):
        identity.deactivate(officer_id=id_of(gone), by=SYSTEM, at=at)
        vacancies.give_on(at=at, officer=id_of(gone))

    assert vacancies.watch(at=at) >= 1
    assert any("chưa có người làm" in words for words in told(elsewhere))


def test_who_leaves_two_colleagues_one_of_them_away_hands_on_to_the_other(place: Office) -> None:
    code = accepted(place)
    other = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    identity.deactivate(officer_id=id_of(place.specialist), by=SYSTEM, at=SENT + HOUR)

    vacancies.give_on(at=SENT + HOUR)
    assert Dossier.objects.get(code=code).holder == other.id
    assert "Anh/chị được giao 1 hồ sơ" in told(other)


def test_reassigning_is_seen_in_the_history_and_told_to_both(place: Office) -> None:
    dossier = Dossier.objects.get(code=accepted(place))
    other = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=SENT + HOUR)
    before = Dossier.objects.get(id=dossier.id)

    routing.assign(
        dossier_id=dossier.id, to=id_of(other), reason="Anh Bình đi học.", by=place.leader, at=SENT + DAY
    )

    now = Dossier.objects.get(id=dossier.id)
    assert (now.holder, now.status, now.due_at) == (other.id, "paused", before.due_at)
    assert now.stopped_since == before.stopped_since
    assert Standing.objects.get(dossier=now).ended_at is None
    last = HistoryEntry.objects.filter(dossier=now).latest("id")
    assert (last.note, last.public) == ("Từ Trần Văn Bình sang Võ Văn Cảnh. Anh Bình đi học.", False)
    assert f"Anh/chị được giao hồ sơ {now.code}" in told(other)
    assert f"Hồ sơ {now.code} đã giao cho Võ Văn Cảnh" in told(place.specialist)
    assert not [words for words in told(place.leader) if now.code in words]


def test_nobody_stands_in_who_is_away_elsewhere_or_stood_in_for_by_the_same(place: Office) -> None:
    one = people.officer("specialist", place.specialist_unit)
    stranger = people.officer("specialist")
    gone = people.officer("specialist", place.specialist_unit)
    identity.deactivate(officer_id=id_of(gone), by=SYSTEM, at=SENT)
    away(place.specialist, one)

    for who, deputy, why in (
        (one, place.specialist, "nhờ chính cán bộ"),
        (place.leader, place.specialist, "cũng vắng từ"),
        (place.leader, stranger, "cùng cơ quan"),
        (place.leader, gone, "đã khóa"),
        (place.leader, place.leader, "tự thay"),
    ):
        with pytest.raises(Invalid, match=why) as fault:
            away(who, deputy)
        assert "deputy" in fault.value.faults
    away(one)
    assert mine(place.leader, SENT + 2 * HOUR) == {}


@pytest.mark.django_db(transaction=True)
def test_the_clock_gives_left_work_on_and_tells_of_empty_posts() -> None:
    place = office()
    at = moments.now()
    code = accepted(place, at)
    post = Post.objects.get(officer_id=place.specialist.id)
    post.valid_to = moments.today(at)
    post.save()

    jobs.give_left_work_on.function()
    assert Dossier.objects.get(code=code).holder is None
    jobs.tell_of_empty_posts.function()
    assert [words for words in told(place.leader) if "1 hồ sơ chưa có người làm" in words]


def test_a_post_that_ends_queues_the_giving_on(place: Office) -> None:
    identity.deactivate(officer_id=id_of(place.specialist), by=SYSTEM, at=SENT)

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'officer_id' FROM procrastinate_jobs")
        assert ("dossiers.give_work_on", str(place.specialist.id)) in cursor.fetchall()


def test_a_clock_that_runs_back_is_said_in_words_and_changes_nothing(place: Office) -> None:
    dossier = Dossier.objects.get(code=accepted(place, SENT + DAY))
    routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=SENT + 2 * DAY)
    before = Dossier.objects.get(id=dossier.id)
    count = HistoryEntry.objects.count()

    with pytest.raises(Conflict, match="Đồng hồ máy chủ"):
        routing.resume(dossier_id=dossier.id, by=place.specialist, at=SENT + DAY)
    assert Dossier.objects.get(id=dossier.id).version == before.version
    assert HistoryEntry.objects.count() == count
    assert Standing.objects.get(dossier=dossier).ended_at is None

    routing.resume(dossier_id=dossier.id, by=place.specialist, at=SENT + 3 * DAY)
    with pytest.raises(Conflict, match="Đồng hồ máy chủ"):
        results.draft(dossier_id=dossier.id, written={}, by=place.specialist, at=SENT)
    assert Dossier.objects.get(id=dossier.id).status == "processing"

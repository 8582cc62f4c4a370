"""From centre to agency and from agency to agency: who has the dossier, on whose clock, and who sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.between import Three, sent, three
from tests.support.office import SENT, Office, office, submission
from tinhso.directory import api as directory
from tinhso.dossiers import marks, prints
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, Phase, Places, Promise, Transfer
from tinhso.dossiers.operations import (
    between_alarms,
    counter,
    endings,
    intake,
    results,
    routing,
    succession,
    transfers,
)
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.prints import heads
from tinhso.dossiers.queries import between, passing
from tinhso.dossiers.queries.reading import glimpsed
from tinhso.dossiers.visibility import Sight
from tinhso.foundation import moments, worktime
from tinhso.foundation.errors import NotAllowed, NotFound
from tinhso.foundation.moments import local
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db


def later(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


def taken_elsewhere(here: Office, there: Office, **more: Any) -> Dossier:
    """Taken in at `there` for `here`, accepted."""
    given = replace(submission(here), intake=there.agency, **more)
    filed = counter.take_in(given, by=there.intake, at=later(1)).filed
    return Dossier.objects.get(id=filed.id)


def sight_of(dossier: Dossier, officer: ActorRef, at: datetime) -> Sight:
    try:
        return glimpsed(dossier.id, by=officer, at=at)[1]
    except NotFound:
        return Sight.NOTHING


def test_any_centre_takes_in_for_another_agency_and_hands_it_over() -> None:
    here, there = office(), office()

    dossier = taken_elsewhere(here, there, collect=there.agency)

    assert dossier.code.startswith(here.identifier)
    assert (dossier.agency_id, dossier.unit_id) == (here.agency, here.specialist_unit)
    assert Places.objects.values_list("intake", "collect").get() == (there.agency, there.agency)
    handed = Transfer.objects.get()
    assert (handed.giver_id, handed.taker_id, handed.received_at) == (there.agency, here.agency, None)
    assert dossier.flags == [marks.CROSSED, marks.AWAITED, "originals"]


def test_nothing_is_done_before_the_hand_over_is_acknowledged() -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there)

    with (
        pytest.raises(WrongTurn, match="Xác nhận đã nhận"),
        turn("draft_result", dossier_id=dossier.id, by=here.specialist, at=later(2)) as under_way,
    ):
        advance(under_way, facts={})
    with pytest.raises(NotAllowed):
        transfers.receive(dossier_id=dossier.id, by=there.intake, at=later(2))
    transfers.receive(dossier_id=dossier.id, by=here.specialist, at=later(2))

    assert Transfer.objects.get().received_by == here.specialist.name
    with pytest.raises(WrongTurn, match="Không có bàn giao"):
        transfers.receive(dossier_id=dossier.id, by=here.specialist, at=later(3))


def test_two_who_acknowledge_at_once_are_told_apart() -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there)
    seen = dossier.version

    transfers.receive(dossier_id=dossier.id, by=here.specialist, at=later(2), seen=seen)
    with pytest.raises(Exception, match="đã thay đổi hồ sơ này"):
        transfers.receive(dossier_id=dossier.id, by=here.clerk, at=later(2), seen=seen)

    assert Transfer.objects.filter(received_at__isnull=False).count() == 1


def test_the_receipt_names_the_centre_that_took_it_in_and_the_agency_that_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there, collect=there.agency)
    given: dict[str, Any] = {}
    monkeypatch.setattr(heads.paper, "render", lambda **more: given.update(more) or b"%PDF")

    prints.receipt(dossier.id, by=here.citizen, at=later(2))

    way = passing.way(dossier, at=later(2))
    facts = dict(map(tuple, given["data"]["facts"]))
    assert given["data"]["body"][0].startswith(way.intake)
    assert way.intake
    assert facts["Cơ quan giải quyết"] in given["data"]["body"][0]
    assert facts["Nơi trả kết quả"] == way.collect


def ready(dossier: Dossier, here: Office, at: datetime) -> None:
    """The result is there, without keys: the steps alone."""
    for act, by in (("draft_result", here.specialist), ("sign", here.leader), ("seal", here.clerk)):
        with turn(act, dossier_id=dossier.id, by=by, at=at) as under_way:
            advance(under_way, facts={"ket_luan": "ky"})


def test_the_result_is_handed_over_where_the_person_collects_it() -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there, collect=there.agency)
    transfers.receive(dossier_id=dossier.id, by=here.specialist, at=later(2))

    ready(dossier, here, later(3))

    dossier.refresh_from_db()
    assert (dossier.status, dossier.unit_id, dossier.holder) == ("done", there.one_stop, there.intake.id)
    assert Transfer.objects.filter(taker=there.agency, received_at=None).exists()


def test_the_person_changes_the_place_when_the_result_lies_ready() -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there)
    transfers.receive(dossier_id=dossier.id, by=here.specialist, at=later(2))
    ready(dossier, here, later(3))
    dossier.refresh_from_db()
    assert dossier.unit_id == here.one_stop

    transfers.collect_at(dossier_id=dossier.id, agency_id=there.agency, by=here.citizen, at=later(4))
    transfers.collect_at(dossier_id=dossier.id, agency_id=here.agency, by=here.citizen, at=later(5))

    dossier.refresh_from_db()
    assert dossier.unit_id == here.one_stop
    assert list(Transfer.objects.order_by("id").values_list("dropped_at", flat=True)) == [
        None,
        later(5),
        None,
    ]
    with pytest.raises(NotAllowed):
        transfers.collect_at(
            dossier_id=dossier.id, agency_id=there.agency, by=people.person("Người Khác"), at=later(6)
        )


def verified(place: Three, at: datetime) -> Dossier:
    """Accepted by the commune and passed on to the department."""
    id = sent(place).id
    intake.accept(dossier_id=id, by=place.xa.intake, at=later(0.5))
    routing.hand_on(dossier_id=id, note="Đủ điều kiện", by=place.xa.specialist, at=at)
    return Dossier.objects.get(id=id)


def test_each_agency_has_its_own_deadline_in_its_own_unit() -> None:
    place = three(hours=16, so_days=5, tinh_days=3)
    dossier = verified(place, at=later(24))

    first, second = Phase.objects.order_by("begins_at")
    assert (first.agency_id, first.unit, local(first.due_at).strftime("%d %H:%M")) == (
        place.xa.agency, "hour", "04 09:30",
    )  # fmt: skip
    assert (first.ended_at, second.begins_at) == (later(24), later(24))
    assert local(second.due_at).strftime("%d %H:%M") == "10 17:30"
    (work,) = tasks.open_on(subject="dossier", subject_id=dossier.id)
    assert (work.unit_id, work.due_at) == (place.so.specialist_unit, second.due_at)
    assert dossier.due_at == Promise.objects.get().due_at


def test_lateness_is_the_agencys_whose_phase_it_is() -> None:
    place = three(hours=8, so_days=5)
    dossier = verified(place, at=later(24 * 7))

    way = passing.way(dossier, at=later(24 * 7 + 1))

    assert [(phase.state, phase.late) for phase in way.phases] == [
        ("done", True), ("now", False), ("later", False),
    ]  # fmt: skip
    assert way.now is not None
    assert way.now.due_at is not None
    assert local(way.now.due_at).strftime("%d/%m") == "16/03"


def test_sight_follows_the_phase() -> None:
    place = three()
    id = sent(place).id
    intake.accept(dossier_id=id, by=place.xa.intake, at=later(1))
    dossier = Dossier.objects.get(id=id)
    assert sight_of(dossier, place.so.specialist, later(2)) is Sight.NOTHING
    assert sight_of(dossier, place.xa.specialist, later(2)) is Sight.ALL

    routing.hand_on(dossier_id=id, note="", by=place.xa.specialist, at=later(24))
    dossier.refresh_from_db()

    assert sight_of(dossier, place.so.specialist, later(25)) is Sight.ALL
    assert sight_of(dossier, place.so.clerk, later(25)) is Sight.STATUS
    assert sight_of(dossier, place.xa.specialist, later(25)) is Sight.ALL, "the step has just ended"
    assert sight_of(dossier, place.xa.specialist, later(24 * 400)) is Sight.STATUS
    assert sight_of(dossier, place.xa.leader, later(25)) is Sight.STATUS
    assert sight_of(dossier, place.tinh.leader, later(25)) is Sight.NOTHING
    with pytest.raises(NotAllowed):
        routing.pause(dossier_id=id, reason="Chờ", by=place.xa.specialist, at=later(25))
    routing.pause(dossier_id=id, reason="Chờ", by=place.so.specialist, at=later(25))


def test_a_pause_moves_the_phase_in_which_it_fell() -> None:
    place = three()
    dossier = verified(place, at=later(24))
    before = Phase.objects.get(key="so").due_at

    routing.pause(dossier_id=dossier.id, reason="Chờ", by=place.so.specialist, at=later(25))
    routing.resume(dossier_id=dossier.id, by=place.so.specialist, at=later(25 + 24))

    assert Phase.objects.get(key="so").due_at == before + timedelta(days=1)
    (work,) = tasks.open_on(subject="dossier", subject_id=dossier.id)
    assert work.due_at == before + timedelta(days=1)


def test_what_is_sent_back_goes_on_on_the_clock_it_had() -> None:
    place = three(so_days=5)
    dossier = verified(place, at=later(24))
    act: dict[str, Any] = {"dossier_id": dossier.id}
    transfers.receive(by=place.so.specialist, at=later(24), **act)
    with turn("draft_result", by=place.so.specialist, at=later(48), **act) as under_way:
        advance(under_way, facts={})
    routing.hand_on(by=place.so.leader, at=later(48), **act)
    first = Phase.objects.get(key="so")
    transfers.receive(by=place.tinh.leader, at=later(49), **act)

    results.send_back(reason="Sửa điều 2", by=place.tinh.leader, at=later(72), **act)

    again = Phase.objects.get(key="so", visit=2)
    assert again.due_at == first.due_at + timedelta(days=1)
    assert Phase.objects.filter(ended_at=None).count() == 1
    assert Dossier.objects.get(id=dossier.id).unit_id == place.so.specialist_unit


def test_a_dossier_that_ends_leaves_no_clock_running() -> None:
    place = three()
    dossier = verified(place, at=later(24))

    endings.withdraw(dossier_id=dossier.id, by=place.xa.citizen, at=later(30))

    assert not Phase.objects.filter(ended_at=None).exists()
    assert Transfer.objects.get().dropped_at == later(30)
    dossier.refresh_from_db()
    assert marks.AWAITED not in dossier.flags


def test_the_whole_way_through_three_agencies() -> None:
    place = three()
    dossier = verified(place, at=later(24))
    act: dict[str, Any] = {"dossier_id": dossier.id}
    transfers.receive(by=place.so.specialist, at=later(24), **act)
    with turn("draft_result", by=place.so.specialist, at=later(48), **act) as under_way:
        advance(under_way, facts={})
    routing.hand_on(by=place.so.leader, at=later(48), **act)
    transfers.receive(by=place.tinh.leader, at=later(49), **act)
    for name, by in (("sign", place.tinh.leader), ("seal", place.tinh.clerk)):
        with turn(name, by=by, at=later(50), **act) as under_way:
            advance(under_way, facts={"ket_luan": "ky"})

    dossier.refresh_from_db()
    assert (dossier.status, dossier.unit_id) == ("done", place.xa.one_stop)
    assert not Phase.objects.filter(ended_at=None).exists()
    way = passing.way(dossier, at=later(51))
    assert [phase.state for phase in way.phases] == ["done", "done", "done"]
    assert [each.state for each in way.transfers] == ["received", "received", "awaited"]


def refused(constraint: str, **change: Any) -> None:
    model = change.pop("model")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(**change.pop("of", {})).update(**change)


def test_hand_overs_and_phases_that_cannot_be() -> None:
    place = three()
    dossier = verified(place, at=later(24))

    refused("transfer_between_two", model=Transfer, giver_id=place.so.agency)
    refused("transfer_received_by_somebody", model=Transfer, received_at=later(30))
    refused("transfer_received_by_somebody", model=Transfer, received_by="x")
    refused("transfer_received_by_somebody", model=Transfer, received_at=SENT, received_by="x")
    refused(
        "transfer_received_or_dropped", model=Transfer,
        received_at=later(30), received_by="x", dropped_at=later(30),
    )  # fmt: skip
    refused("transfer_due_after_sent", model=Transfer, due_at=SENT)
    again = Transfer.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError, match="transfer_one_open"), transaction.atomic():
        again.save(force_insert=True)
    refused("phase_named", model=Phase, name="")
    refused("phase_visit_from_one", model=Phase, visit=0)
    refused("phase_known_unit", model=Phase, unit="year")
    refused("phase_ends_after_begin", model=Phase, of={"key": "xa"}, ended_at=SENT)
    refused("phase_one_open|phase_with_one_agency_at_once", model=Phase, ended_at=None)
    refused("phase_visit_once|phase_with", model=Phase, key="xa")
    refused("phase_with_one_agency_at_once", model=Phase, of={"key": "xa"}, ended_at=later(40))
    assert dossier.flags


def test_a_phase_is_explained() -> None:
    place = three()
    verified(place, at=later(24))

    assert Phase.objects.get(key="so").words
    assert worktime.say_term(worktime.Term(5, worktime.Unit.WORKING_DAY)) in " ".join(
        Phase.objects.get(key="so").words
    )


def test_the_page_between_agencies_shows_each_its_own() -> None:
    place = three()
    dossier = verified(place, at=later(24))
    address = "/can-bo/lien-thong/?xem=nhan"

    theirs = people.client(place.so.specialist).get(address)
    others = people.client(place.tinh.leader).get(address)

    assert dossier.code in theirs.content.decode()
    assert dossier.code not in others.content.decode()
    assert people.client(place.xa.citizen).get(address).status_code in (302, 403)
    turn_page = people.client(place.so.clerk).get("/can-bo/lien-thong/?xem=giai-doan")
    assert dossier.code in turn_page.content.decode()
    given = people.client(place.xa.specialist).get("/can-bo/lien-thong/?xem=da-chuyen")
    assert dossier.code in given.content.decode()


def test_a_page_between_agencies_costs_the_same_however_full(
    django_assert_max_num_queries: Any,
) -> None:
    place = three()
    tab = between.tab_of("nhan")
    verified(place, at=later(24))
    with django_assert_max_num_queries(4):
        between.page(tab, [place.so.agency], at=SENT)
    for _each in range(3):
        verified(place, at=later(24))
    with django_assert_max_num_queries(4):
        page = between.page(tab, [place.so.agency], at=SENT, limit=3)
    rest = between.page(tab, [place.so.agency], at=SENT, limit=3, after=page.after)
    assert (len(page.rows), len(rest.rows)) == (3, 1)
    assert {row.code for row in page.rows}.isdisjoint(row.code for row in rest.rows)


def test_a_hand_over_nobody_acknowledges_and_a_late_phase_are_alarmed_once() -> None:
    place = three()
    verified(place, at=later(24))

    assert between_alarms.sound(at=later(25)) == 0
    assert between_alarms.sound(at=later(24 * 3)) == 1
    assert between_alarms.sound(at=later(24 * 20)) == 1
    assert between_alarms.sound(at=later(24 * 20)) == 0


def test_the_counter_takes_in_for_another_agency_and_says_so() -> None:
    here = office()
    officer = people.client(here.intake)
    address = f"/can-bo/tiep-nhan/{procedures.version(here.version).code}/"
    typed = {"full_name": "Trần Văn Mới", "viec": "co-quan", "tim-co-quan": "thu"}

    found = officer.post(address, typed)

    html = found.content.decode()
    assert found.status_code == 200
    assert 'value="Trần Văn Mới"' in html
    assert "Người dân nhận kết quả ở đâu?" in html
    other = office()
    answer = officer.post(
        address,
        {
            "personal_id": "091 090 000 998",
            "full_name": "Trần Văn Mới",
            "goc-don": "1",
            "key": "lien-thong-1",
            "co-quan": str(other.agency),
            "noi-tra": "o-day",
        },
    )
    assert answer.status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.agency_id, dossier.unit_id) == (other.agency, other.specialist_unit)
    assert Places.objects.values_list("intake", "collect").get() == (here.agency, here.agency)


def test_a_hand_over_nobody_acknowledged_ends_when_the_dossier_follows_a_unit() -> None:
    here, there = office(), office()
    dossier = taken_elsewhere(here, there, collect=there.agency)
    assert Transfer.objects.filter(dossier_id=dossier.id, dropped_at=None).exists()

    with turn("transfer", dossier_id=dossier.id, by=SYSTEM, at=later(24)) as taken:
        succession.move(taken, directory.unit(there.specialist_unit))

    assert not Transfer.objects.filter(dossier_id=dossier.id, received_at=None, dropped_at=None).exists()
    assert marks.AWAITED not in Dossier.objects.get(id=dossier.id).flags


def test_the_agency_whose_turn_it_is_finds_what_is_late_by_its_own_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The promise to the person lies further on; the commune's sixteen hours are over."""
    place = three()
    dossier = sent(place)
    intake.accept(dossier_id=dossier.id, by=place.xa.intake, at=later(1))
    phase = Phase.objects.get(dossier_id=dossier.id)
    now = phase.due_at + timedelta(hours=1)
    assert Dossier.objects.filter(id=dossier.id, due_at__gt=now).exists(), "the promise still holds"
    monkeypatch.setattr(moments, "now", lambda: now)

    def listed(query: str, officer: ActorRef) -> str:
        return people.client(officer, at=now).get(f"/can-bo/{query}").content.decode()

    for query in ("ho-so/?xem=don-vi&han=phan-tre", "lien-thong/?xem=tre"):
        assert dossier.code in listed(query, place.xa.specialist)
        assert dossier.code not in listed(query, place.so.specialist)
    assert "phần cơ quan trễ từ" in listed("ho-so/?xem=don-vi", place.xa.specialist)
    assert dossier.code not in listed("ho-so/?xem=don-vi&han=tre", place.xa.specialist)

    routing.pause(dossier_id=dossier.id, reason="Chờ", by=place.xa.specialist, at=now)
    assert dossier.code not in listed("ho-so/?xem=don-vi&han=phan-tre", place.xa.specialist)
    assert dossier.code not in listed("lien-thong/?xem=tre", place.xa.specialist)

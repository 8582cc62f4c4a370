"""Ordering a pick-up at the carrier: once, however the carrier answers; a dead order has an owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings

from tests.parcels.conftest import Post
from tests.support.office import Office
from tests.support.posting import ordered, post_office, prepared
from tinhso.dossiers import api as dossiers
from tinhso.dossiers.models import HistoryEntry
from tinhso.foundation import jobs, moments
from tinhso.notify.models import Message
from tinhso.parcels import jobs as job_module
from tinhso.parcels import placing, production
from tinhso.parcels.carrier import NotTaken, OrderRefused, carrier
from tinhso.parcels.contracts import Order, State
from tinhso.parcels.models import Parcel
from tinhso.parcels.operations import sending
from tinhso.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def test_a_result_becomes_a_parcel_with_a_number_that_its_dossier_tells(place: Office, post: Post) -> None:
    parcel = ordered(place, at=moments.now())

    assert parcel.state == State.ORDERED
    (held,) = (one for key, one in post.held.items() if key == parcel.key)
    assert held.number == parcel.number
    assert held.order["address"] == "Ấp 1, Xã Thử"
    assert held.order["fee"] == 30000
    assert dossiers.deliveries([parcel.dossier_id])[parcel.dossier_id].number == parcel.number
    told = HistoryEntry.objects.filter(dossier_id=parcel.dossier_id, act="post").order_by("id")
    assert parcel.number in told[1].note
    assert all("Danh Sóc Kha" not in one.note and "Ấp 1" not in one.note for one in told)


def test_an_answer_after_the_time_out_makes_no_second_parcel(place: Office, post: Post) -> None:
    parcel = prepared(place, at=moments.now())
    post.fault("late", seconds=2, times=1)
    with pytest.raises(NotTaken):
        placing.place(parcel.id, at=moments.now())
    parcel.refresh_from_db()
    assert (parcel.state, parcel.tries) == (State.PREPARED, 1)

    placing.place(parcel.id, at=moments.now())
    placing.place(parcel.id, at=moments.now())

    parcel.refresh_from_db()
    assert parcel.state == State.ORDERED
    assert [one.number for key, one in post.held.items() if key == parcel.key] == [parcel.number]


@pytest.mark.parametrize(
    ("mode", "more"), [("garbage", {}), ("error", {"status": 503}), ("timeout", {"seconds": 2})]
)
def test_no_usable_answer_is_asked_again_and_then_taken(
    place: Office, post: Post, mode: str, more: dict[str, int]
) -> None:
    parcel = prepared(place, at=moments.now())
    post.fault(mode, times=1, **more)
    with pytest.raises(NotTaken):
        placing.place(parcel.id, at=moments.now())
    post.fault("duplicate", times=1)

    placing.place(parcel.id, at=moments.now())

    parcel.refresh_from_db()
    assert parcel.state == State.ORDERED
    assert post.held[parcel.key].number == parcel.number


def test_an_order_nobody_takes_ends_as_somebodys_work_and_can_be_placed_anew(
    place: Office, post: Post
) -> None:
    at = moments.now()
    parcel = prepared(place, at=at)
    post.fault("error", status=503)
    for _try in range(placing.RETRY.tries):
        with pytest.raises(NotTaken):
            placing.place(parcel.id, at=at)

    parcel.refresh_from_db()
    assert parcel.state == State.UNPLACED
    task = Task.objects.get(subject="parcel", subject_id=parcel.id, done_at=None)
    assert (task.holder, task.unit_id) == (place.intake.id, place.one_stop)
    assert Message.objects.filter(recipient_id=place.intake.id, template="parcels.trouble").exists()

    post.web.delete("/_fault", headers={"authorization": "Bearer sandbox-secret"})
    sending.place_again(key=parcel.key, by=place.intake, at=at)
    placing.place(parcel.id, at=at)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.trouble) == (State.ORDERED, "")
    assert not Task.objects.filter(subject_id=parcel.id, done_at=None).exists()


def test_a_refusal_is_final_at_once_and_says_nothing_of_the_receiver(
    place: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = prepared(place, at=moments.now())
    monkeypatch.setattr(placing, "_order", _with_a_wrong_phone(placing._order))
    with pytest.raises(OrderRefused) as refused:
        placing.place(parcel.id, at=moments.now())
    assert isinstance(refused.value, jobs.GiveUp)

    parcel.refresh_from_db()
    assert parcel.state == State.UNPLACED
    assert "Kha" not in parcel.error
    assert "phone" in parcel.error


def _with_a_wrong_phone(order: Callable[..., Order]) -> Callable[..., Order]:
    return lambda parcel, at: replace(order(parcel, at=at), phone="khong co so")


@pytest.mark.django_db(transaction=True)
def test_the_queue_orders_after_commit(place: Office, post: Post) -> None:
    parcel = prepared(place, at=moments.now())
    assert post.held.get(parcel.key) is None

    jobs.run_until_empty()

    parcel.refresh_from_db()
    assert parcel.state == State.ORDERED


def test_without_a_carrier_an_order_says_what_to_set(place: Office, settings: LazySettings) -> None:
    parcel = prepared(place, at=moments.now())
    settings.PARCELS = type(settings.PARCELS)(url="", token="", secret="")
    with pytest.raises(OrderRefused, match="cấu hình"):
        placing.place(parcel.id, at=moments.now())


def test_an_order_is_cancelled_while_the_carrier_has_not_come(place: Office, post: Post) -> None:
    at = moments.now()
    parcel = ordered(place, at=at)
    sending.cancel(key=parcel.key, by=place.intake, at=at)
    placing.cancel(parcel.id, at=at)
    placing.cancel(parcel.id, at=at)

    parcel.refresh_from_db()
    assert parcel.state == State.CANCELLED
    assert post.held[parcel.key].status == "cancelled"
    view = dossiers.deliveries([parcel.dossier_id])[parcel.dossier_id]
    assert (view.number, view.out) == ("", False)
    assert dossiers.to_be_sent([place.one_stop], limit=9) == (parcel.dossier_id,)


def test_an_order_that_the_carrier_may_never_have_got_is_cancelled_and_stays_so(
    place: Office, post: Post
) -> None:
    at = moments.now()
    parcel = prepared(place, at=at)
    sending.cancel(key=parcel.key, by=place.intake, at=at)
    placing.cancel(parcel.id, at=at)
    placing.place(parcel.id, at=at)

    parcel.refresh_from_db()
    assert parcel.state == State.CANCELLED
    with pytest.raises(OrderRefused, match="cancelled"):
        carrier().order(placing._order(parcel, at=at))


def test_a_parcel_that_was_picked_up_cannot_be_cancelled_and_somebody_is_told(
    place: Office, post: Post
) -> None:
    at = moments.now()
    parcel = ordered(place, at=at)
    post.move(parcel.key, "accepted")
    sending.cancel(key=parcel.key, by=place.intake, at=at)
    placing.cancel(parcel.id, at=at)

    parcel.refresh_from_db()
    assert (parcel.state, parcel.cancelling) == (State.ORDERED, False)
    assert parcel.trouble
    assert Parcel.objects.get(id=parcel.id).ended_at is None


def test_a_carrier_that_never_answers_a_cancellation_leaves_the_parcel_as_it_was(
    place: Office, post: Post, settings: LazySettings
) -> None:
    at = moments.now()
    parcel = ordered(place, at=at)
    sending.cancel(key=parcel.key, by=place.intake, at=at)
    settings.PARCELS = replace(settings.PARCELS, url="http://127.0.0.1:9")
    for _try in range(placing.RETRY.tries):
        assert Parcel.objects.get(id=parcel.id).cancelling
        with pytest.raises(NotTaken):
            placing.cancel(parcel.id, at=at)

    parcel.refresh_from_db()
    assert (parcel.state, parcel.cancelling) == (State.ORDERED, False)
    assert "chưa huỷ được" in parcel.trouble


def test_notices_that_were_lost_are_asked_for(place: Office, post: Post) -> None:
    at = moments.now()
    parcel = ordered(place, at=at)
    post.move(parcel.key, "accepted", "in_transit", "out_for_delivery", "delivered")
    assert placing.silent(at=at + timedelta(hours=1)) == ()
    Parcel.objects.filter(id=parcel.id).update(heard_at=at - timedelta(hours=7))

    job_module.ask_silent()
    assert placing.silent(at=at) == ()
    for _again in range(2):
        placing.ask(parcel.id, at=moments.now())

    parcel.refresh_from_db()
    assert (parcel.state, parcel.stations.count()) == (State.DELIVERED, 4)


def test_a_parcel_nobody_hears_of_for_days_is_somebodys_work_once(place: Office, post: Post) -> None:
    at = moments.now()
    parcel = ordered(place, at=at)
    placing.ask(parcel.id, at=at + timedelta(days=4))
    parcel.refresh_from_db()
    assert parcel.trouble == ""

    for days in (5, 6):
        placing.ask(parcel.id, at=at + timedelta(days=days))
    assert Task.objects.filter(subject="parcel", subject_id=parcel.id, done_at=None).count() == 1


def test_production_wants_the_carriers_own_secrets(settings: LazySettings) -> None:
    told = " ".join(production.production_faults())
    assert all(name in told for name in ("TINHSO_POST_URL", "TINHSO_POST_TOKEN", "TINHSO_POST_SECRET"))
    settings.PARCELS = type(settings.PARCELS)(url="https://post.example", token="a", secret="b")
    assert production.production_faults() == []

"""What the carrier tells: signed, once, in any order; what it does to parcel, dossier, person, office."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.support.office import Office
from tests.support.posting import post_office, prepared
from tinhso.counter.models import HandOver
from tinhso.dossiers import api as dossiers
from tinhso.dossiers.models import Dossier, HistoryEntry, Result
from tinhso.foundation import moments
from tinhso.foundation.errors import Conflict
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.notify.models import Message
from tinhso.parcels import hearing, lifecycle, placing, production
from tinhso.parcels.contracts import NoSuchParcel, State, Station, Told
from tinhso.parcels.hearing import Effect
from tinhso.parcels.models import Parcel
from tinhso.parcels.models import Station as Kept
from tinhso.parcels.operations import sending
from tinhso.tasks.models import Task

pytestmark = pytest.mark.django_db
STEP = timedelta(minutes=10)
PATHS = {
    "delivered": [Told.ACCEPTED, Told.IN_TRANSIT, Told.OUT_FOR_DELIVERY, Told.DELIVERED],
    "missed": [Told.ACCEPTED, Told.OUT_FOR_DELIVERY, Told.MISSED, Told.OUT_FOR_DELIVERY, Told.DELIVERED],
    "back": [Told.ACCEPTED, Told.OUT_FOR_DELIVERY, Told.REFUSED, Told.RETURNING, Told.RETURNED],
    "lost": [Told.ACCEPTED, Told.IN_TRANSIT, Told.LOST],
    "found": [Told.ACCEPTED, Told.LOST, Told.IN_TRANSIT, Told.DELIVERED],
}


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def out(place: Office, *, at: datetime) -> Parcel:
    """A parcel the carrier has given a number."""
    parcel = prepared(place, at=at)
    placing._ordered(parcel.id, f"EA{new_id().hex[-9:].upper()}VN", at=at)
    parcel.refresh_from_db()
    return parcel


def stations(told: list[Told], *, at: datetime) -> list[Station]:
    """One after the other, the last now."""
    start = at - STEP * len(told)
    return [
        Station(
            key=new_id().hex,
            told=one,
            at=start + STEP * number,
            place="Bưu cục Rạch Giá",
            receiver="Danh Thị Sa" if one is Told.DELIVERED else "",
        )
        for number, one in enumerate(told, start=1)
    ]


def posted(body: bytes, *, secret: str = "", at: datetime | None = None) -> Any:
    known = secret or settings.PARCELS.secret
    stamp = str(int((at or moments.now()).timestamp()))
    signed = hmac.new(known.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return Client().post(
        "/goi-lai/post/",
        data=body,
        content_type="application/json",
        headers={"x-timestamp": stamp, "x-signature": signed},
    )


def notice(parcel: Parcel, **changes: object) -> bytes:
    given: dict[str, object] = {
        "order_key": parcel.key,
        "number": parcel.number,
        "event_id": new_id().hex,
        "status": "accepted",
        "at": moments.now().isoformat(),
        "place": "Bưu cục Rạch Giá",
    }
    return json.dumps(given | changes).encode()


def test_what_was_delivered_is_handed_over_with_its_proof(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    effects = hearing.hear(parcel.key, stations(PATHS["delivered"], at=at), at=at)

    assert effects == [Effect.APPLIED] * 4
    parcel.refresh_from_db()
    assert (parcel.state, parcel.ended_at) == (State.DELIVERED, at)
    assert Dossier.objects.get(id=parcel.dossier_id).status == "returned"
    last = HistoryEntry.objects.filter(dossier_id=parcel.dossier_id).order_by("-id")[0]
    assert (last.act, last.actor_name, last.note) == (
        "hand_over",
        "Bưu điện",
        "Bưu điện đã giao cho Danh Thị Sa.",
    )
    line = HandOver.objects.get(dossier_id=parcel.dossier_id)
    assert (line.handed_by, line.receiver) == ("Bưu điện", "Danh Thị Sa")
    assert line.receiver_paper == f"Bưu gửi {parcel.number}"


@pytest.mark.parametrize("path", sorted(PATHS))
def test_whatever_order_notices_come_in_the_parcel_stands_the_same(place: Office, path: str) -> None:
    at = moments.now()
    told = stations(PATHS[path], at=at)
    expected = lifecycle.stands([(one.at, one.told) for one in told])
    for order in list(permutations(told))[::7][:12]:
        parcel = out(place, at=at)
        for one in (*order, order[0]):
            hearing.hear(parcel.key, [one], at=at)
        parcel.refresh_from_db()
        assert parcel.state == expected
        handed = expected is State.DELIVERED
        assert (Dossier.objects.get(id=parcel.dossier_id).status == "returned") is handed


MOMENTS = st.integers(min_value=0, max_value=30)
OPEN_WORDS = st.sampled_from([one for one in Told if one not in (Told.DELIVERED, Told.RETURNED)])


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.tuples(MOMENTS, OPEN_WORDS), min_size=1, max_size=6, unique=True),
    end=st.sampled_from([None, Told.DELIVERED, Told.RETURNED]),
    shuffle=st.randoms(use_true_random=False),
    again=st.integers(min_value=0, max_value=4),
)
def test_any_story_told_in_any_order_and_twice_ends_as_it_would_in_order(
    told: list[tuple[int, Told]], end: Told | None, shuffle: Any, again: int
) -> None:
    place = post_office(at=moments.now())
    at = moments.now()
    story = [(at - STEP * (31 - moment), one) for moment, one in told] + ([(at, end)] if end else [])
    expected = lifecycle.stands(story)
    sent = [Station(key=str(number), told=one, at=when) for number, (when, one) in enumerate(story)]
    sent += [sent[number % len(sent)] for number in range(again)]
    shuffle.shuffle(sent)
    parcel = out(place, at=at)
    for one in sent:
        hearing.hear(parcel.key, [one], at=at)

    parcel.refresh_from_db()
    assert parcel.state == expected
    assert Kept.objects.filter(parcel=parcel).count() == len(story)
    assert (parcel.ended_at is not None) is (end is not None)
    open_work = Task.objects.filter(subject="parcel", subject_id=parcel.id, done_at=None).count()
    assert open_work == (1 if expected in lifecycle.TROUBLE else 0)
    handed = Dossier.objects.get(id=parcel.dossier_id).status == "returned"
    assert handed is (end is Told.DELIVERED)
    assert Result.objects.filter(dossier_id=parcel.dossier_id, current=True).count() == 1


@given(
    st.lists(
        st.tuples(st.datetimes(timezones=st.just(moments.LOCAL)), st.sampled_from(list(Told))), min_size=1
    )
)
def test_the_standing_depends_on_nothing_but_what_is_known(told: list[tuple[datetime, Told]]) -> None:
    stands = lifecycle.stands(told)
    assert stands is lifecycle.stands(list(reversed(told)))
    assert stands is lifecycle.stands([*told, *told])
    assert (stands is State.DELIVERED) is any(one is Told.DELIVERED for _at, one in told)


def test_one_that_came_back_is_somebodys_work_until_they_say_what_they_did(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    hearing.hear(parcel.key, stations(PATHS["back"], at=at), at=at)

    parcel.refresh_from_db()
    task = Task.objects.get(subject="parcel", subject_id=parcel.id, done_at=None)
    assert (parcel.state, task.holder, task.role) == (State.BACK, place.intake.id, "intake_officer")
    assert not dossiers.deliveries([parcel.dossier_id])[parcel.dossier_id].out
    told = Message.objects.filter(recipient_id=place.citizen.id, template="dossiers.posted")
    assert any("Người nhận không nhận bưu gửi. Bưu điện chuyển trả về cơ quan." in one.body for one in told)
    with pytest.raises(Conflict, match="bưu gửi khác"):
        _again(place, parcel.dossier_id, at=at)

    sending.settle(key=parcel.key, how="Đã gọi, sửa số nhà", by=place.intake, at=at)
    parcel.refresh_from_db()
    assert (parcel.settled_by, parcel.trouble != "") == (place.intake.name, True)
    assert not Task.objects.filter(subject_id=parcel.id, done_at=None).exists()
    assert _again(place, parcel.dossier_id, at=at) != parcel.id


def _again(place: Office, dossier_id: UUID, *, at: datetime) -> UUID:
    (made,) = sending.prepare(dossier_ids=[dossier_id], by=place.intake, at=at)
    return made


def test_one_that_was_lost_keeps_the_dossier_until_somebody_settles_it(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    hearing.hear(parcel.key, stations(PATHS["lost"], at=at), at=at)
    assert dossiers.deliveries([parcel.dossier_id])[parcel.dossier_id].out

    sending.settle(key=parcel.key, how="In bản khác", by=place.intake, at=at)
    assert not dossiers.deliveries([parcel.dossier_id])[parcel.dossier_id].out
    found = Station(key="found", told=Told.DELIVERED, at=at)
    assert hearing.hear(parcel.key, [found], at=at) == [Effect.OLDER]
    assert Dossier.objects.get(id=parcel.dossier_id).status == "done"


def test_one_delivered_whose_dossier_cannot_be_handed_over_is_somebodys_work(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    Result.objects.filter(dossier_id=parcel.dossier_id).update(
        state="signed", sealed_file=None, sealed_at=None, number=""
    )
    hearing.hear(parcel.key, stations(PATHS["delivered"], at=at), at=at)

    parcel.refresh_from_db()
    assert parcel.state == State.DELIVERED
    assert "chưa được đóng dấu" in parcel.trouble
    assert Dossier.objects.get(id=parcel.dossier_id).status == "done"

    sending.settle(key=parcel.key, how="Đóng dấu bổ sung", by=place.intake, at=at)
    told = HistoryEntry.objects.filter(dossier_id=parcel.dossier_id).values_list("note", flat=True)
    assert any("đã phát bưu gửi" in note for note in told)
    assert not any("thất lạc" in note for note in told)


def test_notices_are_taken_once_and_the_repeat_gets_200(place: Office) -> None:
    parcel = out(place, at=moments.now())
    body = notice(parcel)
    first, second = posted(body), posted(body)

    assert (first.status_code, first.json()) == (200, {"effect": "applied"})
    assert (second.status_code, second.json()) == (200, {"effect": "duplicate"})
    assert Kept.objects.filter(parcel=parcel).count() == 1


def test_forged_old_and_unreadable_notices_change_nothing(place: Office) -> None:
    parcel = out(place, at=moments.now())
    good = notice(parcel)
    hour = moments.now() - timedelta(hours=1)
    answers = [
        posted(good, secret="somebody else"),
        posted(good, at=hour),
        posted(good, at=moments.now() + timedelta(hours=1)),
        Client().post("/goi-lai/post/", data=good, content_type="application/json"),
        posted(b"\xff\x00 rubbish"),
        posted(b"[]"),
        posted(b"{}"),
        posted(notice(parcel, status="eaten")),
        posted(notice(parcel, at="yesterday")),
        posted(notice(parcel, at="2026-01-01T00:00:00")),
        posted(notice(parcel, at="0001-01-01T00:00:00+14:00")),
        posted(notice(parcel, event_id="")),
        posted(notice(parcel, place="x" * 500)),
        posted(notice(parcel, place="\u0000")),
        posted(notice(parcel, order_key="nobody's")),
        posted(b'"' + b"x" * 9000 + b'"'),
        Client().get("/goi-lai/post/"),
    ]
    codes = [answer.status_code for answer in answers]
    assert codes == [403] * 4 + [422] * 10 + [404, 413, 405]
    assert not Kept.objects.exists()
    parcel.refresh_from_db()
    assert parcel.state == State.ORDERED


def test_a_carrier_without_a_secret_is_believed_nothing(place: Office, settings: LazySettings) -> None:
    parcel = out(place, at=moments.now())
    settings.PARCELS = replace(settings.PARCELS, secret="")
    assert posted(notice(parcel)).status_code == 403
    assert production.production_faults()
    settings.PARCELS = replace(settings.PARCELS, url="https://p.vn", token="given", secret="given")
    assert production.production_faults() == []


@hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["order_key", "event_id", "status", "at", "place", "receiver"]), inner, max_size=6
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_signed_garbage_is_refused_in_words(body: bytes) -> None:
    assert posted(body).status_code in (404, 422)


def test_a_moment_in_the_future_counts_as_now(place: Office) -> None:
    parcel = out(place, at=moments.now())
    ahead = (moments.now() + timedelta(minutes=10)).isoformat()
    assert posted(notice(parcel, at=ahead)).status_code == 200
    kept = Kept.objects.get(parcel=parcel)
    assert kept.happened_at <= kept.heard_at


def test_a_parcel_nobody_ordered_yet_hears_nothing(place: Office) -> None:
    parcel = prepared(place, at=moments.now())
    with pytest.raises(NoSuchParcel):
        hearing.hear(parcel.key, stations([Told.ACCEPTED], at=moments.now()), at=moments.now())


def test_the_holder_away_the_work_lies_with_the_whole_unit(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    Parcel.objects.filter(id=parcel.id).update(made_by_id=new_id())
    hearing.hear(parcel.key, stations(PATHS["lost"], at=at), at=at)

    task = Task.objects.get(subject="parcel", subject_id=parcel.id)
    assert (task.holder, task.unit_id) == (None, place.one_stop)
    there = identity.holders(role=identity.Role.INTAKE_OFFICER, unit=place.one_stop, at=at)
    told = Message.objects.filter(template="parcels.trouble").values_list("recipient_id", flat=True)
    assert set(told) == set(there)

"""Whom the desk suggests for a dossier and why: named in words, never decided alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Bulk, Dossier
from tinhso.dossiers.operations import bulk, endings, intake, routing
from tinhso.dossiers.queries.workload import loads_of_units, staff
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
PREVIEW, DO = "/can-bo/ho-so/phan-cong-lai/", "/can-bo/ho-so/phan-cong-lai/lam/"
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office, *, to: ActorRef | None = None, at: datetime | None = None) -> Dossier:
    """A dossier at the specialists' step: in the hands of `to`, else in the basket or of the only one."""
    at = at or moments.now()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    if to is not None and to.id is not None:
        routing.assign(dossier_id=sent.id, to=to.id, by=place.leader, at=at)
    return Dossier.objects.get(id=sent.id)


def specialist(place: Office, name: str) -> ActorRef:
    return people.officer("specialist", place.specialist_unit, name=name)


def leaves(officer: ActorRef, *, days: int) -> None:
    assert officer.id
    at = moments.now()
    identity.be_absent(
        officer_id=officer.id, begins_at=at + timedelta(days=days), ends_at=at + timedelta(days=days + 3),
        by=SYSTEM, at=at,
    )  # fmt: skip


def page(actor: ActorRef, dossier: Dossier) -> str:
    return unescape(people.client(actor).get(f"{LIST}{dossier.code}/phan-cong/").content.decode())


def test_the_form_names_who_has_least_and_stays_and_leaves_the_choice(place: Office) -> None:
    canh, dung = specialist(place, "Võ Văn Cảnh"), specialist(place, "Lý Thị Dung")
    for _each in range(2):
        accepted(place, to=canh)
    dossier = accepted(place, to=place.specialist)

    shown = page(place.leader, dossier)

    assert "Gợi ý: Lý Thị Dung, nhẹ việc nhất: đang giữ 0 hồ sơ, không vắng trong 7 ngày tới" in shown
    assert "Võ Văn Cảnh (đang giữ 2)" in shown
    assert "Trần Văn Bình (" not in shown, "who has it already is not offered"
    assert f'value="{dung.id}" selected' not in shown, "nothing is chosen before somebody chooses"

    leaves(dung, days=2)
    shown = page(place.leader, dossier)
    assert "Gợi ý: Võ Văn Cảnh, đang giữ 2 hồ sơ" in shown


def test_whoever_did_the_procedure_lately_comes_first_when_loads_are_alike(place: Office) -> None:
    at = moments.now() - timedelta(days=10)
    specialist(place, "Lý Thị Dung")
    taker = specialist(place, "Võ Văn Cảnh")
    done = accepted(place, to=taker, at=at)
    endings.stop(dossier_id=done.id, reason="Tranh chấp", ground="Điều 1", by=taker, at=at)

    shown = page(place.leader, accepted(place, to=place.specialist))

    assert "Gợi ý: Võ Văn Cảnh, nhẹ việc nhất" in shown
    assert "đã làm 1 hồ sơ loại này trong 90 ngày qua" in shown


def test_alone_is_said_and_with_nobody_else_nothing_is_suggested(place: Office) -> None:
    dossier = accepted(place)
    assert "Gợi ý" not in page(place.leader, dossier)
    specialist(place, "Võ Văn Cảnh")
    assert "người duy nhất làm được việc này lúc này, đang giữ 0 hồ sơ" in page(place.leader, dossier)


def test_many_are_shared_out_as_shown_once_a_head_confirms(place: Office) -> None:
    canh, dung = specialist(place, "Võ Văn Cảnh"), specialist(place, "Lý Thị Dung")
    several = [accepted(place, to=place.specialist) for _each in range(5)]
    accepted(place, to=canh)
    browser: Any = people.client(place.leader)
    looked = browser.post(PREVIEW, {"d": [each.code for each in several]})
    assert [(share.name, share.number) for share in looked.context["shares"]] == [
        ("Lý Thị Dung", 3),
        ("Võ Văn Cảnh", 2),
    ]
    assert "Máy chỉ gợi ý" in unescape(looked.content.decode())
    shown = [f"{row.id}:{to}" for row, to, _name in looked.context["able"]]

    accepted(place, to=dung)
    given = {"d": [f"{each.id}:{each.version}" for each in several], "g": shown}
    assert browser.post(DO, given | {"to": "", "reason": "x"}).status_code == 422
    assert not Bulk.objects.exists(), "a suggestion alone gives nothing"
    browser.post(DO, given | {"to": "goi-y", "reason": "Anh Bình đi học."})
    bulk.run(Bulk.objects.get().id, at=moments.now())

    now = {str(each.id): str(each.holder) for each in Dossier.objects.filter(id__in=[s.id for s in several])}
    assert now == dict(pair.split(":") for pair in shown), "as it was shown, whatever came since"
    for officer, count in ((canh, 2), (dung, 3)):
        assert officer.id
        assert f"Anh/chị được giao {count} hồ sơ" in [
            m.subject for m in notify.inbox(reader=officer.id, limit=9)
        ]


def test_a_share_that_was_tampered_with_is_refused_by_the_act(place: Office) -> None:
    stranger = office().specialist
    for name in ("Võ Văn Cảnh", "Lý Thị Dung"):
        specialist(place, name)
    dossier, other = accepted(place, to=place.specialist), accepted(office())
    given = {
        "d": [f"{dossier.id}:{dossier.version}"],
        "g": [f"{dossier.id}:{stranger.id}", f"{other.id}:{stranger.id}", "x:y", ":"],
        "to": "goi-y",
        "reason": "x",
    }
    people.client(place.leader).post(DO, given)
    bulk.run(Bulk.objects.get().id, at=moments.now())
    assert Dossier.objects.get(id=dossier.id).holder == place.specialist.id
    assert Dossier.objects.get(id=other.id).holder != stranger.id
    assert "không giữ vai" in Bulk.objects.get().items.get().fault


def test_loads_are_counted_by_how_deadlines_stand_and_weighed(place: Office) -> None:
    at = moments.now()
    late = accepted(place, at=at - timedelta(days=40))
    later = accepted(place, at=at)
    stands = accepted(place, at=at)
    routing.pause(dossier_id=stands.id, reason="Chờ", by=place.specialist, at=at)

    load = loads_of_units([place.specialist_unit], at=at)[place.specialist_unit, place.specialist.id]

    assert (load.late, load.later, load.standing, load.open) == (1, 1, 1, 3)
    assert load.weight == (2 + 3) + (2 + 1) + (2 + 0)
    assert late.due_at is not None
    assert later.due_at is not None
    assert late.due_at < at < later.due_at


def test_suggesting_costs_the_same_for_one_and_for_many(place: Office) -> None:
    for name in ("Võ Văn Cảnh", "Lý Thị Dung", "Hà Văn Ẩn"):
        specialist(place, name)
    rows = [accepted(place, to=place.specialist) for _each in range(8)]
    staff(rows[:1], at=moments.now()).suggestion(rows[0])
    counts = []
    for several in (rows[:1], rows):
        with CaptureQueriesContext(connection) as asked:
            made = staff(several, at=moments.now())
            made.suggestion(several[0])
            made.shared()
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 9

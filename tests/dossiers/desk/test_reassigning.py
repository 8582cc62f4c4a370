"""Many dossiers given to another officer at once: pauses kept, both told once, faults named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Bulk, BulkItem, Dossier, HistoryEntry
from tinhso.dossiers.operations import bulk, intake, routing
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
PREVIEW, DO = "/can-bo/ho-so/phan-cong-lai/", "/can-bo/ho-so/phan-cong-lai/lam/"


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office) -> Dossier:
    at = moments.now()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    return Dossier.objects.get(id=sent.id)


def told(actor: ActorRef) -> list[str]:
    assert actor.id
    return [message.subject for message in notify.inbox(reader=actor.id, limit=50)]


def read(*dossiers: Dossier) -> list[str]:
    return [f"{dossier.id}:{dossier.version}" for dossier in dossiers]


def test_a_head_gives_many_on_and_each_is_told_once(place: Office) -> None:
    one, two, moved_on = accepted(place), accepted(place), accepted(place)
    waiting = Dossier.objects.get(id=filed(place, at=moments.now()).id)
    taker = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    browser: Any = people.client(place.leader)
    looked = browser.post(PREVIEW, {"d": [one.code, two.code, moved_on.code, waiting.code]})
    assert looked.status_code == 200
    assert "Phân công lại 4 hồ sơ" in looked.content.decode()
    assert "Võ Văn Cảnh (nhận được 3 hồ sơ, đang giữ 0)" in looked.content.decode()

    routing.pause(dossier_id=one.id, reason="Chờ Sở", by=place.specialist, at=moments.now())
    one.refresh_from_db()
    routing.pause(dossier_id=moved_on.id, reason="Chờ", by=place.specialist, at=moments.now())
    given = {"d": read(one, two, moved_on, waiting), "to": str(taker.id), "reason": "Anh Bình đi học."}
    assert "Hãy ghi lý do giao lại." in browser.post(DO, given | {"reason": ""}).content.decode()
    answer = browser.post(DO, given)
    asked = Bulk.objects.get()
    bulk.run(asked.id, at=moments.now())

    now = Dossier.objects.get(id=one.id)
    assert (now.holder, now.status, now.stopped_since) == (taker.id, "paused", one.stopped_since)
    assert now.due_at == one.due_at
    assert Dossier.objects.get(id=two.id).holder == taker.id
    faults = dict(BulkItem.objects.exclude(fault="").values_list("dossier_id", "fault"))
    assert set(faults) == {moved_on.id, waiting.id}
    assert "không giữ vai" in faults[waiting.id]
    page = browser.get(answer["Location"]).content.decode()
    assert "Đã phân công 2/4 hồ sơ." in page
    assert moved_on.code in page
    note = HistoryEntry.objects.filter(dossier=two).latest("id").note
    assert note == "Từ Trần Văn Bình sang Võ Văn Cảnh. Anh Bình đi học."
    assert told(taker) == ["Anh/chị được giao 2 hồ sơ"]
    assert told(place.specialist)[0] == "2 hồ sơ của anh/chị đã giao cho Võ Văn Cảnh"


def test_a_stranger_gives_nothing_on_and_learns_no_name(place: Office) -> None:
    dossier = accepted(place)
    stranger = office().leader
    page = people.client(stranger).post(PREVIEW, {"d": [dossier.code]}).content.decode()
    assert "không thuộc đơn vị" in page
    assert dossier.applicant_name not in page
    given = {"d": read(dossier), "to": str(stranger.id), "reason": "x"}
    assert people.client(stranger).post(DO, given).status_code == 422
    assert people.client(people.officer("inspector")).post(PREVIEW, {"d": [dossier.code]}).status_code == 403
    assert not Bulk.objects.exists()


def test_the_list_offers_it_to_heads_only(place: Office) -> None:
    dossier = accepted(place)
    for actor, offered in ((place.leader, True), (place.intake, False), (place.specialist, False)):
        answer = people.client(actor).get("/can-bo/ho-so/?xem=co-quan")
        page = answer.content.decode()
        assert dossier.code in page
        assert ("hân công lại các hồ sơ đã chọn" in page) is offered
    assert moments.now() - dossier.changed_at < timedelta(minutes=5)

"""Many at once: looked at, confirmed, done one by one, each with its own truth."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Bulk, BulkItem, Dossier, Presence
from tinhso.dossiers.operations import bulk, endings, intake
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
BULK = "/can-bo/ho-so/hang-loat/"


@pytest.fixture
def place() -> Office:
    return office()


def test_the_preview_says_how_many_can_be_received_and_why_others_cannot(place: Office) -> None:
    waiting, taken = filed(place), filed(place)
    intake.accept(dossier_id=taken.id, by=place.intake, at=moments.now())
    elsewhere = filed(office())

    page = people.client(place.intake).post(BULK, {"d": [waiting.code, taken.code, elsewhere.code]})

    html = page.content.decode()
    assert "Tiếp nhận 1 hồ sơ" in html
    assert "đang ở trạng thái «Đã tiếp nhận»" in html
    assert "không thuộc đơn vị của anh/chị" in html
    assert Dossier.objects.get(id=waiting.id).status == "submitted"


def test_what_was_confirmed_is_done_and_what_moved_on_meanwhile_is_named(place: Office) -> None:
    first, second = filed(place), filed(place)
    client = people.client(place.intake)
    endings.withdraw(dossier_id=second.id, reason="Đổi ý", by=place.citizen, at=moments.now())
    answer = client.post(f"{BULK}lam/", {"d": [f"{first.id}:1", f"{second.id}:1"]})
    asked = Bulk.objects.get()

    bulk.run(asked.id, at=moments.now())
    bulk.run(asked.id, at=moments.now())

    assert answer["Location"].startswith(f"{BULK}{asked.id}/")
    page = client.get(answer["Location"]).content.decode()
    assert "Đã tiếp nhận 1/2 hồ sơ." in page
    assert second.code in page
    assert Dossier.objects.get(id=first.id).status == "accepted"
    assert people.client(office().intake).get(answer["Location"]).status_code == 404


def test_who_may_not_receive_may_not_receive_many(place: Office) -> None:
    dossier = filed(place)
    stranger = office().intake
    for address in (BULK, f"{BULK}lam/"):
        assert people.client(place.specialist).post(address, {"d": dossier.code}).status_code == 403
    assert people.client(stranger).post(f"{BULK}lam/", {"d": f"{dossier.id}:1"}).status_code == 422

    asked = bulk.ask([(dossier.id, 1)], act="accept", by=place.specialist, at=moments.now())
    bulk.run(asked.id, at=moments.now())

    assert Dossier.objects.get(id=dossier.id).status == "submitted"
    assert BulkItem.objects.get().fault


def test_the_whole_list_is_chosen_in_a_second_step(place: Office) -> None:
    for _each in range(3):
        filed(place)
    page = people.client(place.intake).post(BULK, {"tat-ca": "1", "xem": "don-vi"})
    assert "Tiếp nhận 3 hồ sơ" in page.content.decode()


def test_none_too_many_and_other_acts_are_refused(place: Office) -> None:
    now = moments.now()
    with pytest.raises(Invalid):
        bulk.ask([], act="accept", by=place.intake, at=now)
    with pytest.raises(Invalid):
        bulk.look(["x"] * 501, act="accept", by=place.intake, at=now)
    with pytest.raises(NotFound):
        bulk.look(["x"], act="sign", by=place.intake, at=now)


def test_the_database_refuses_bulk_rows_that_cannot_be(place: Office) -> None:
    dossier = filed(place)
    now = moments.now()
    made = bulk.ask([(dossier.id, 1)], act="accept", by=place.intake, at=now)
    assert place.intake.id is not None
    officer = place.intake.id
    breaks = (
        lambda: Bulk.objects.filter(id=made.id).update(total=0),
        lambda: Bulk.objects.filter(id=made.id).update(finished_at=now.replace(year=2020)),
        lambda: BulkItem.objects.update(fault="vì"),
        lambda: BulkItem.objects.create(bulk=made, dossier_id=dossier.id, version=1),
    )
    Presence.objects.create(dossier_id=dossier.id, officer=officer, name="a", seen_at=now)
    breaks += (
        lambda: Presence.objects.create(dossier_id=dossier.id, officer=officer, name="b", seen_at=now),
    )
    for act in breaks:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

"""Nobody reads beyond their sight by a detour, and a search for one person is a look at them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import endings, intake, routing
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
SECRET = "chờ xác minh con ngoài giá thú"


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def moved(place: Office) -> Dossier:
    """A dossier that was paused with words, noted, and resumed, so that old forms are stale."""
    now = moments.now() - timedelta(minutes=5)
    given = filed(place, at=now)
    intake.accept(dossier_id=given.id, by=place.intake, at=now)
    routing.pause(dossier_id=given.id, reason=SECRET, by=place.specialist, at=now)
    endings.note(dossier_id=given.id, text=SECRET, by=place.specialist, at=now)
    routing.resume(dossier_id=given.id, by=place.specialist, at=now)
    return Dossier.objects.get(id=given.id)


def test_a_stale_form_tells_a_supervisor_what_happened_but_not_its_words(
    place: Office, moved: Dossier
) -> None:
    watching = people.officer("supervisor", place.one_stop)
    colleague = people.officer("specialist", place.specialist_unit)
    answer = people.client(watching).post(
        f"{LIST}{moved.code}/phan-cong/", {"version": 2, "to": str(colleague.id)}
    )

    assert answer.status_code == 409
    assert SECRET not in answer.content.decode()
    assert "Tạm dừng" in answer.content.decode()


def test_whose_work_it_is_reads_the_words(place: Office, moved: Dossier) -> None:
    answer = people.client(place.specialist).post(
        f"{LIST}{moved.code}/tam-dung/", {"version": 2, "reason": "Chờ"}
    )

    assert answer.status_code == 409
    assert SECRET in answer.content.decode()


def test_command_search_offers_no_act_beyond_what_is_seen(place: Office, moved: Dossier) -> None:
    colleague = people.officer("specialist", place.specialist_unit)
    assert Dossier.objects.get(id=moved.id).holder is not None
    page = people.client(colleague).get("/can-bo/lenh/", {"tu": f"{LIST}{moved.code}/"})
    acts = {line.href.split("/")[4] for line in page.context["groups"][0].commands if LIST in line.href}

    assert acts <= {"phan-cong", "ghi-chu"}


def looks(by: ActorRef, person: UUID | None) -> int:
    assert person
    return Look.objects.filter(actor_id=by.id, person_id=person).count()


@pytest.mark.parametrize("number", ["0912345678", "0912-345-678", "so 0912345678", "091090000123"])
@pytest.mark.parametrize("page", ["/can-bo/lenh/", "/can-bo/tim/"])
def test_who_searches_by_a_persons_number_looks_at_that_person(place: Office, number: str, page: str) -> None:
    filed(place)
    before = looks(place.intake, place.citizen.id)

    assert people.client(place.intake).get(page, {"q": number}).status_code == 200
    assert looks(place.intake, place.citizen.id) == before + 1


def test_a_search_by_name_is_a_list(place: Office) -> None:
    filed(place)
    people.client(place.intake).get("/can-bo/tim/", {"q": "soc kha"})
    people.client(place.intake).get("/can-bo/tim/", {"q": "0999999999"})

    assert looks(place.intake, place.citizen.id) == 0

"""A dossier as text says what its objects say, for those who may read it, at a fixed price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.dossiers.happening import walk
from tests.dossiers.plainly import view_out
from tests.dossiers.trying import place
from tests.support import people
from tests.support.office import SENT, filed, office
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, HistoryEntry, Note
from tinhso.dossiers.operations import intake
from tinhso.dossiers.operations.turns import FOUND, turn
from tinhso.dossiers.queries.reading import view
from tinhso.dossiers.queries.telling import told
from tinhso.foundation.errors import NotFound
from tinhso.identity.models import Look

LATER = SENT + timedelta(days=1)


def _expected(dossier: Dossier) -> Any:
    return orjson.loads(orjson.dumps(view_out(view(dossier, inside=False, at=LATER))))


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 10_000))
def test_a_dossier_as_text_holds_what_its_objects_hold(seed: int) -> None:
    (under_way, *_others) = walk(place(), seed=seed, steps=25).walks
    machine, _secret = people.token(["dossiers.*"])
    dossier = Dossier.objects.get(id=under_way.dossier)

    assert orjson.loads(told(dossier.id, by=machine, at=LATER, purpose="API")) == _expected(dossier)


@pytest.mark.django_db
def test_a_row_by_its_fixed_statement_is_the_models_row() -> None:
    dossier = Dossier.objects.get(id=filed(office()).id)
    made = FOUND.first(dossier.id)
    assert made is not None
    assert made.__dict__ | {"_state": None} == dossier.__dict__ | {"_state": None}
    assert not made._state.adding


@pytest.mark.django_db
def test_a_look_of_a_machine_leaves_its_trace_and_opens_no_contact() -> None:
    here = office()
    machine, _secret = people.token(["dossiers.*"])
    dossier = filed(here)
    Note.objects.create(
        dossier_id=dossier.id, at=SENT, author=here.intake.id or here.agency, author_name="Hoa", text="Nội bộ"
    )

    text = told(dossier.id, by=machine, at=LATER, purpose="API").decode()

    assert Look.objects.get().person_id == here.citizen.id
    assert "kha@example.vn" not in text
    assert "Nội bộ" not in text


@pytest.mark.django_db
def test_a_dossier_of_another_agency_is_not_there_for_a_token_that_is_bound() -> None:
    machine, _secret = people.token(["dossiers.*"], agency_id=office().agency)
    with pytest.raises(NotFound):
        told(filed(office()).id, by=machine, at=LATER, purpose="API")


@pytest.mark.django_db
def test_telling_costs_the_same_however_much_happened(django_assert_num_queries: Any) -> None:
    here = office()
    machine, _secret = people.token(["dossiers.*"])
    dossier = filed(here)
    told(dossier.id, by=machine, at=LATER, purpose="API")
    intake.accept(dossier_id=dossier.id, by=here.intake, at=LATER)
    told(dossier.id, by=machine, at=LATER, purpose="API")
    with django_assert_num_queries(4):
        told(dossier.id, by=machine, at=LATER, purpose="API")


@pytest.mark.django_db
def test_a_turn_that_breaks_leaves_nothing_of_what_it_would_have_written_late() -> None:
    here = office()
    dossier = filed(here)
    lines = HistoryEntry.objects.filter(dossier_id=dossier.id).count()
    with (
        pytest.raises(WrongTurn),
        turn("accept", dossier_id=dossier.id, by=here.intake, at=LATER) as taken,
    ):
        taken.dossier.step_name = "Khác"
        raise WrongTurn("dừng")
    assert HistoryEntry.objects.filter(dossier_id=dossier.id).count() == lines
    assert Dossier.objects.get(id=dossier.id).step_name != "Khác"

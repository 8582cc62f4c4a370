"""Any order of filing, ending, closing and opening again: what is closed never changes, one stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import endings, intake, routing
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import SYSTEM
from tinhso.supervision.contracts import Closed, TooEarly, read_period, total
from tinhso.supervision.models import Closing
from tinhso.supervision.operations import closing
from tinhso.supervision.queries import reports

pytestmark = pytest.mark.django_db(transaction=True)
PERIODS = ("2026-03", "2026-04", "2026-q1")
BEGUN = datetime(2026, 3, 13, 2, tzinfo=LOCAL)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("file", "end", "pause", "close", "close", "reopen", "reopen-empty")),
        st.sampled_from(PERIODS),
        st.integers(min_value=0, max_value=30),
    ),
    min_size=3,
    max_size=14,
)


def _kept() -> dict[UUID, object]:
    lines = reports.closed_lines(Closing.objects.values_list("id", flat=True))
    return {id_: [(line.key, asdict(line.balance)) for line in found] for id_, found in lines.items()}


def _do(place: Office, what: str, word: str, at: datetime) -> None:
    period = read_period(word, at=at)
    form = reports.form_of("don-vi", period)
    standing = reports.standing([place.agency], form=form.word, period=period).get(place.agency)
    under_way = Dossier.objects.filter(agency_id=place.agency, status="processing").first()
    if what == "file":
        id_ = filed(place, at=SENT + (at - BEGUN) / 4).id
        intake.accept(dossier_id=id_, by=SYSTEM, at=SENT + (at - BEGUN) / 4)
    elif what == "end" and under_way:
        endings.withdraw(dossier_id=under_way.id, reason="Nộp nhầm", by=SYSTEM, at=at)
    elif what == "pause" and under_way:
        routing.pause(dossier_id=under_way.id, reason="Chờ ý kiến", by=SYSTEM, at=at)
    elif what == "close":
        over = at.astimezone(LOCAL).date() >= reports.days_of(period)[1]
        given = {"form": form, "agency": place.agency, "period": period, "by": place.leader, "at": at}
        if over and standing is None:
            closing.close(**given)  # type: ignore[arg-type]  # each of its own kind
        else:
            with pytest.raises(Closed if over else TooEarly):
                closing.close(**given)  # type: ignore[arg-type]  # each of its own kind
    elif standing:
        ground = "" if what == "reopen-empty" else "Công văn 12"
        if ground:
            closing.reopen(closing_id=standing.id, ground=ground, by=place.leader, at=at)
        else:
            with pytest.raises(Invalid):
                closing.reopen(closing_id=standing.id, ground=ground, by=place.leader, at=at)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_is_closed_never_changes(steps: list[tuple[str, str, int]]) -> None:
    place, at = office(), BEGUN
    people.officer("supervisor", place.one_stop)
    kept = _kept()
    for what, word, days in steps:
        at += timedelta(days=days, minutes=1)
        _do(place, what, word, at)
        now = _kept()
        assert {id_: now[id_] for id_ in kept} == kept
        kept = now
        for chosen in PERIODS:
            period = read_period(chosen, at=at)
            rows = Closing.objects.filter(agency_id=place.agency, period=chosen, reopened_at=None)
            assert rows.count() <= 1
            for row in rows:
                whole = total(reports.closed_lines([row.id])[row.id])
                came = whole.online + whole.direct + whole.carried
                assert came == whole.early + whole.on_time + whole.late + whole.in_time + whole.overdue
                assert (row.since, row.until) == reports.days_of(period)

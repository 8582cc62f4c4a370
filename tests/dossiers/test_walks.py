"""Whoever tries whatever whenever: no truth about a dossier breaks. `make soak` walks 100,800 steps."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dossiers import happening, trying
from tests.dossiers.walking import Walk
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import TURNS
from tinhso.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
WALKS = int(os.environ.get("WALKS", "30"))
STEPS = 24
AT_ONCE = 1000
SELDOM = {"go_on", "deem_refused", "deem_approved", "deny_extension"}
"""A thousand walks may miss an opinion that is days late, silence that decides, and a wish for more time that
is turned down: `test_opinions.py`, `test_deeming.py`, `test_extensions.py`."""
OFTEN = {"accept", "draft_result"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", range(0, WALKS, AT_ONCE))
def test_no_walk_breaks_a_truth(first: int) -> None:
    """Each walk is a transaction of its own, undone at its end, so that ten thousand do not hang on one."""
    places = happening.places()
    walks = min(AT_ONCE, WALKS - first)
    done: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for seed in range(first, first + walks):
        with transaction.atomic():
            world = happening.walk(places[seed % len(places)], seed=seed, steps=STEPS)
            for walked in world.walks:
                done.update(line.split(": ", 1)[1] for line in walked.done)
                ended[Dossier.objects.values_list("status", flat=True).get(id=walked.dossier)] += 1
            transaction.set_rollback(True)

    tried = {line.removesuffix(" ✓") for line in done if line.endswith("✓")}
    all_of_them = {*TURNS, *happening.HAPPENINGS, trying.UNDO} - SELDOM
    assert tried >= (all_of_them if walks == AT_ONCE else OFTEN), "the walks reach the acts"
    assert ended.keys() <= {status.value for status in Status}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from([*sorted(TURNS), trying.UNDO]),
            st.integers(0, 11),
            st.sampled_from([0, 7, 95, 600]),
        ),
        max_size=30,
    )
)
def test_no_sequence_of_acts_breaks_a_truth(db: None, acts: list[tuple[str, int, int]]) -> None:
    """The same, with sequences that Hypothesis shrinks to the shortest when one breaks."""
    here = trying.place()
    walked = Walk(here=here, dossier=here.send())
    chance = random.Random(1)
    for act, who, minutes in acts:
        walked.step(act, here.actors[who % len(here.actors)], chance, later=timedelta(minutes=minutes))


def test_the_straight_way_leads_to_the_end() -> None:
    here = trying.place()
    walked = Walk(here=here, dossier=here.send())
    chance, place = random.Random(1), here.office
    for act, by in (
        ("accept", place.intake), ("ask_supplement", place.specialist), ("answer_supplement", place.citizen),
        ("draft_result", place.specialist), ("send_back", place.leader), ("draft_result", place.specialist),
        ("sign", place.leader), ("seal", place.clerk), ("hand_over", place.intake), ("rate", place.citizen),
    ):  # fmt: skip
        walked.step(act, by, chance, later=timedelta(hours=1))

    assert [line[-1] for line in walked.done] == ["✓"] * 10, walked.done
    assert Dossier.objects.get(id=walked.dossier).status == "returned"

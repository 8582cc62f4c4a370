"""Whoever tries whatever whenever: no truth about a dossier breaks. `make soak` walks ten thousand times."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dossiers import trying, walking
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import TURNS
from tinhso.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
WALKS = int(os.environ.get("WALKS", "60"))
STEPS = 24
AT_ONCE = 1000
BETWEEN = {"hand_on", "go_on", "deem_refused"}
RARE = {
    "answer_part",
    "forward",
    "receive",
    "ask_opinion",
    "withdraw",
    "send_back",
    "refuse",
    "stop",
    "seal",
    "hand_over",
    "rate",
    "correct",
    "replace_result",
    "revoke_result",
    "deny_extension",
    "grant_extension",
    "deem_approved",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", range(0, WALKS, AT_ONCE))
def test_no_walk_breaks_a_truth(first: int) -> None:
    """Each walk is a transaction of its own, undone at its end, so that ten thousand do not hang on one."""
    here = trying.place()
    walks = min(AT_ONCE, WALKS - first)
    done: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for seed in range(first, first + walks):
        with transaction.atomic():
            walked = walking.walk(here, seed=seed, steps=STEPS)
            done.update(line.split(": ")[1] for line in walked.done)
            ended[Dossier.objects.values_list("status", flat=True).get(id=walked.dossier)] += 1
            transaction.set_rollback(True)

    tried = {line.split()[0] for line in done if line.endswith("✓")}
    assert tried >= {*TURNS, trying.UNDO} - BETWEEN - (RARE if first or walks < AT_ONCE else set()), (
        "the walks reach the acts"
    )
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
    walked = walking.Walk(here=here, dossier=walking.filed(here.office).id)
    chance = walking.random.Random(1)
    for act, who, minutes in acts:
        walked.step(
            act, here.actors[who % len(here.actors)], chance, later=walking.timedelta(minutes=minutes)
        )


def test_the_straight_way_leads_to_the_end() -> None:
    here = trying.place()
    walked = walking.Walk(here=here, dossier=walking.filed(here.office).id)
    chance, place = walking.random.Random(1), here.office
    for act, by in (
        ("accept", place.intake), ("ask_supplement", place.specialist), ("answer_supplement", place.citizen),
        ("draft_result", place.specialist), ("send_back", place.leader), ("draft_result", place.specialist),
        ("sign", place.leader), ("seal", place.clerk), ("hand_over", place.intake), ("rate", place.citizen),
    ):  # fmt: skip
        walked.step(act, by, chance, later=walking.timedelta(hours=1))

    assert [line[-1] for line in walked.done] == ["✓"] * 10, walked.done
    assert Dossier.objects.get(id=walked.dossier).status == "returned"

"""Junk sent by hand is refused in words, and whatever was kept can be opened."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.studio.test_drafts import fresh
from tests.support import people
from tests.support.people import AT
from tinhso.foundation.errors import Invalid
from tinhso.studio import api as studio
from tinhso.studio import parts
from tinhso.studio.bodies import shapes
from tinhso.studio.pages.visiting import WORDS

DEEP: Any = "x"
for _level in range(80):
    DEEP = [DEEP]
JUNK: list[dict[str, Any]] = [
    {},
    {"definition": "x"},
    {"definition": {"pages": 3}},
    {"papers": None},
    {"papers": [3]},
    {"fees": {}, "fee_table": "x"},
    {"fee_table": {"rows": "x"}},
    {"key": 3, "bpmn": []},
    {"key": "mot-buoc", "step_allotments": ["x"], "phases": [[]]},
    {"result": 3, "letters": "x"},
    {"examples": [3]},
    {"examples": [{"name": 1, "answers": []}]},
    {"name": ["x"], "channels": "x", "term": 3},
    {"name": "NUL \x00"},
    {"definition": DEEP},
]


@pytest.mark.django_db
@pytest.mark.parametrize("part", list(studio.PartName))
def test_junk_sent_by_hand_is_refused_or_can_be_opened(part: studio.PartName) -> None:
    draft, author = fresh()
    browser, base = people.client(author), f"/can-bo/xuong/{draft}/"
    address = f"{base}{WORDS[part]}/"
    for body in JUNK:
        seen = studio.draft(draft).parts[part].revision
        sent = orjson.dumps({"seen": seen, "body": body})
        answer = browser.post(f"{address}luu/", sent, content_type="application/json")
        assert answer.status_code in (200, 422), (body, answer.status_code)
        assert browser.get(base).status_code == 200, body
        assert browser.get(address).status_code == 200, body


@pytest.mark.parametrize(
    "body", [{"name": "a\x00"}, {"name": "\ud800"}, {"minutes": float("nan")}, {"name": DEEP}, {"words": "x"}]
)
def test_what_the_database_does_not_take_is_refused_in_words(body: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        shapes.kept(parts.KINDS[studio.PartName.DESCRIPTION], body)


@pytest.mark.django_db
def test_a_refused_saving_leaves_the_part_as_it_was() -> None:
    draft, author = fresh()
    before = studio.draft(draft).parts[studio.PartName.PAPERS]
    with pytest.raises(Invalid):
        studio.save(
            draft_id=draft,
            part=studio.PartName.PAPERS,
            body={"papers": None},
            seen=before.revision,
            by=author,
            at=AT,
        )
    assert studio.draft(draft).parts[studio.PartName.PAPERS] == before


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(studio.PartName)), st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
def test_any_body_is_made_whole_or_refused(part: studio.PartName, body: dict[str, Any]) -> None:
    kind = parts.KINDS[part]
    try:
        whole = shapes.kept(kind, body)
    except Invalid:
        return
    assert kind.empty().keys() <= whole.keys()
    orjson.dumps(whole)

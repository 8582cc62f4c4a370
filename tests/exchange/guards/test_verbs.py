"""Nothing beside the first line names the verb or the path of a request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.guards import verbs
from tinhso.exchange.protocol.faults import Fault

NAMES = sorted(verbs.OVERRIDES)


@pytest.mark.parametrize("name", NAMES)
@given(st.randoms(use_true_random=False))
def test_no_spelling_of_an_override_passes(name: str, random: object) -> None:
    choose = random.choice  # type: ignore[attr-defined]
    spelt = "".join(choose((each.upper(), each.lower(), "_" if each == "-" else each)) for each in name)

    with pytest.raises(Fault, match=r"client\.bad_request") as refused:
        verbs.require_plain([("Accept", "*/*"), (spelt, "DELETE")])

    assert spelt in refused.value.message, "the caller reads which header it is"


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=10))))
def test_all_other_headers_pass(headers: list[tuple[str, str]]) -> None:
    plain = [each for each in headers if each[0].lower().replace("_", "-") not in verbs.OVERRIDES]

    verbs.require_plain([*plain, ("X-HTTP-Methods", "GET"), ("X-Original-Host", "a"), ("Method", "GET")])

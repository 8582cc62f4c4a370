"""What must not stand in the log does not; what cannot be masked is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.guards.mask_rules import BadRule, CannotMask
from tinhso.exchange.guards.masking import MOST_BODY, Masks
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.rest import Request, Response

CCCD = "079123456789"
CLIENT = ("X-Road-Client", "I/C/M/S")


def request(target: str, headers: list[tuple[str, str]] | None = None) -> Request:
    return Request("GET", f"/r1/I/C/M/S/x{target}", [CLIENT, *(headers or [])])


def masked(rules: list[dict[str, str]], data: Any) -> Any:
    return json.loads(Masks(rules).body("application/json", "", json.dumps(data).encode()))


@pytest.mark.parametrize(
    ("rule", "query", "expected"),
    [
        ({"in": "query", "at": "cccd"}, f"a=1&cccd={CCCD}&b=%2F", "a=1&cccd=***&b=%2F"),
        ({"in": "query", "at": "cccd", "as": "remove"}, f"a=1&cccd={CCCD}", "a=1"),
        (
            {"in": "query", "at": "cccd", "as": "regex", "pattern": "[0-9]{9}([0-9]{3})", "with": r"x\1"},
            f"cccd={CCCD}",
            "cccd=x789",
        ),
        ({"in": "query", "at": "số"}, f"s%E1%BB%91={CCCD}&s%e1%bb%91=2", "s%E1%BB%91=***&s%e1%bb%91=***"),
        ({"in": "query", "at": "cccd", "with": "a&b=c"}, "cccd=1", "cccd=a%26b%3Dc"),
        ({"in": "query", "at": "cccd"}, "cccd&x", "cccd=***&x"),
        ({"in": "query", "at": "cccd"}, "other=1&&", "other=1&&"),
    ],
)
def test_fields_of_the_query(rule: dict[str, str], query: str, expected: str) -> None:
    assert Masks([rule]).request(request(f"/p?{query}")).query == expected


def test_the_path_of_the_service() -> None:
    whole = Masks([{"in": "path", "as": "remove"}]).request(request(f"/persons/{CCCD}?a=1"))
    assert (whole.service_path, whole.query) == ("", "a=1")
    part = Masks([{"in": "path", "as": "regex", "pattern": "[0-9]{12}"}]).request(
        request(f"/persons/{CCCD}/x")
    )
    assert part.service_path == "/persons/***/x"
    assert Masks([{"in": "path", "as": "regex", "pattern": "x"}]).request(request("")).service_path == ""


def test_a_path_is_masked_by_its_letters_and_not_by_how_they_came() -> None:
    masks = Masks([{"in": "path", "as": "regex", "pattern": "[0-9]{12}"}])
    encoded = "".join(f"%{ord(one):02X}" for one in CCCD)
    for written in (encoded, f"%30{CCCD[1:]}", f"{CCCD[:-1]}%39"):
        assert masks.request(request(f"/persons/{written}/x")).service_path == "/persons/***/x"
    assert masks.request(request("/x%C3%A0/1%3F2")).service_path == "/x%C3%A0/1%3F2", (
        "the rest reads the same"
    )


def test_headers_and_what_shows_who_somebody_is() -> None:
    masks = Masks([{"in": "header", "at": "X-Road-UserId"}, {"in": "header", "at": "x-a", "as": "remove"}])
    headers = [
        ("x-road-userid", CCCD),
        ("X-A", "1"),
        ("Authorization", "Bearer x"),
        ("Cookie", "y"),
        ("X-B", "2"),
    ]
    said = masks.request(request("", headers))
    assert said.headers == [
        *(CLIENT, ("x-road-userid", "***"), ("Authorization", "***"), ("Cookie", "***"), ("X-B", "2"))
    ]
    answer = masks.response(Response(200, "OK", [("Set-Cookie", "a=1"), ("X-B", "2")]))
    assert answer.headers == [("Set-Cookie", "***"), ("X-B", "2")]
    assert rest.read_request(rest.head(said)).headers == said.headers


PERSONS = {
    "persons": [{"cccd": CCCD, "n": 1}, {"cccd": "x", "n": 2}],
    "cccd": None,
    "deep": {"a b": {"cccd": 5}},
}


@pytest.mark.parametrize(
    ("at", "act", "expected"),
    [
        (
            "$.persons[*].cccd",
            "replace",
            {**PERSONS, "persons": [{"cccd": "***", "n": 1}, {"cccd": "***", "n": 2}]},
        ),
        ("persons[0].cccd", "remove", {**PERSONS, "persons": [{"n": 1}, {"cccd": "x", "n": 2}]}),
        ("$.persons", "replace", {**PERSONS, "persons": "***"}),
        ("$.persons[*]", "remove", {**PERSONS, "persons": []}),
        ("$.deep['a b'].cccd", "replace", {**PERSONS, "deep": {"a b": {"cccd": "***"}}}),
        ("$.deep.*", "replace", {**PERSONS, "deep": {"a b": "***"}}),
        ("$..cccd", "remove", {"persons": [{"n": 1}, {"n": 2}], "deep": {"a b": {}}}),
        ("$.nowhere.x[3]", "replace", PERSONS),
        ("$.persons[7].cccd", "replace", PERSONS),
    ],
)
def test_fields_of_a_json_body(at: str, act: str, expected: Any) -> None:
    assert masked([{"in": "body", "at": at, "as": act}], PERSONS) == expected


def test_a_list_as_root_and_a_number_by_regular_expression() -> None:
    rule = {"in": "body", "at": "$[*].n", "as": "regex", "pattern": "^[0-9]+", "with": "#"}
    assert masked([rule], [{"n": 1234}, {"n": "12a"}]) == [{"n": "#"}, {"n": "#a"}]


def test_a_long_value_is_replaced_whole_where_a_pattern_was_asked() -> None:
    rule = {"in": "body", "at": "a", "as": "regex", "pattern": "x", "with": ""}
    assert masked([rule], {"a": CCCD + "y" * 5000}) == {"a": "***"}


def test_a_key_that_comes_twice_does_not_slip_through() -> None:
    body = f'{{"cccd": "{CCCD}", "cccd": "x"}}'.encode()
    assert Masks([{"in": "body", "at": "cccd"}]).body("application/json", "", body) == b'{"cccd":"***"}'


def test_fields_of_a_form() -> None:
    masks = Masks([{"in": "form", "at": "cccd"}])
    assert masks.body("application/x-www-form-urlencoded", "", f"a=1&cccd={CCCD}".encode()) == b"a=1&cccd=***"


@pytest.mark.parametrize(
    ("kind", "encoding", "body"),
    [
        *(
            ("application/json", "", b"{"),
            ("application/json", "", b"\xff"),
            ("application/json", "gzip", b"{}"),
        ),
        *(("application/json", "", b"[" * 100_000), ("text/xml", "", b"<a/>"), ("", "", b"{}")),
        *(("multipart/form-data; boundary=b", "", b"--b"), ("application/json", "", b" " * (MOST_BODY + 1))),
        ("application/x-www-form-urlencoded", "", b"cccd=1"),
    ],
    ids=lambda said: repr(said[:20]),
)
def test_a_body_that_no_rule_reaches_is_refused(kind: str, encoding: str, body: bytes) -> None:
    with pytest.raises(CannotMask):
        Masks([{"in": "body", "at": "cccd"}]).body(kind, encoding, body)


def test_a_form_or_json_needs_rules_of_its_own() -> None:
    with pytest.raises(CannotMask):
        Masks([{"in": "form", "at": "a"}]).body("application/json", "", b"{}")
    with pytest.raises(CannotMask):
        Masks([{"in": "form", "at": "a"}]).body("application/x-www-form-urlencoded", "", "ă=1".encode())


def test_no_body_and_no_rules_need_no_mask() -> None:
    assert Masks([{"in": "body", "at": "a"}]).body("text/xml", "gzip", b"") == b""
    assert Masks([{"in": "query", "at": "a"}]).body("text/xml", "gzip", b"<a/>") == b"<a/>"


@pytest.mark.parametrize(
    "rule",
    [
        *(
            {},
            {"in": "nowhere", "at": "a"},
            {"in": "query"},
            {"in": "query", "at": "a", "as": "hide"},
            "query",
        ),
        *(
            {"in": "query", "at": 1},
            {"in": "query", "at": "a", "more": "x"},
            {"in": "header", "at": "X-Road-Client"},
        ),
        *(
            {"in": "body", "at": "$"},
            {"in": "body", "at": "$.."},
            {"in": "body", "at": "a[x]"},
            {"in": "body", "at": "a["},
        ),
        *({"in": "body", "at": "$..a..b..c"}, {"in": "query", "at": "a", "as": "regex"}),
        *(
            {"in": "query", "at": "a", "as": "regex", "pattern": p}
            for p in ("(", "(a+)+", "(a|a)*b", "a*a*a*a*", "x" * 300, "a?" * 30 + "a" * 30, "(a|a)" * 30)
        ),
        {"in": "query", "at": "a", "as": "regex", "pattern": "a", "with": r"\1"},
        {"in": "query", "at": "a", "as": "regex", "pattern": "a{99999999999}"},
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: Any) -> None:
    with pytest.raises(BadRule):
        Masks([rule])


TREE = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)


def values_of(node: Any, name: str) -> list[Any]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == name] + [
            x for v in node.values() for x in values_of(v, name)
        ]
    return [x for each in node for x in values_of(each, name)] if isinstance(node, list) else []


@given(TREE)
def test_a_name_masked_everywhere_is_seen_nowhere(data: Any) -> None:
    for value in values_of(masked([{"in": "body", "at": "$..b"}], data), "b"):
        assert value in ("***", None)
    assert values_of(masked([{"in": "body", "at": "$..b", "as": "remove"}], data), "b") == []


@given(st.text(max_size=20), st.binary(max_size=60))
def test_any_rule_and_any_body_are_masked_or_refused(at: str, body: bytes) -> None:
    try:
        masks = Masks([{"in": "body", "at": at}, {"in": "form", "at": at or "a"}])
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            masks.body(kind, "", body)
    except (BadRule, CannotMask):
        return

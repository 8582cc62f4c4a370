"""A described service answers before it exists, in words of its description, and every answer is marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.guards.mock import MARK, Mock, Settings
from tinhso.exchange.guards.openapi import BadDescription, Description

TEXT = (Path(__file__).parent / "contract.yaml").read_bytes()
PERSON = "/persons/079123456789"
JSON = [("content-type", "application/json")]


def described(answer: Any, kind: str = "application/json") -> Description:
    responses = {"200": {"description": "x", "content": {kind: answer}}}
    return Description(json.dumps({"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": responses}}}}))


def test_an_answer_is_made_from_the_schema_and_keeps_to_it() -> None:
    answer = Mock(Description(TEXT)).answer("GET", PERSON)
    assert answer.status == 200
    assert MARK in answer.headers
    body = json.loads(answer.body)
    assert (body["id"], body["name"]) == ("079123456789", "Nguyễn Văn A")
    assert "secret" not in body
    found = Contract(TEXT).response("GET", PERSON, 200, [*answer.headers, ("X-Total", "1")], answer.body)
    assert found == ()


def test_an_example_goes_before_the_schema() -> None:
    assert Mock(described({"example": {"ten": "Hà Tiên"}, "schema": {"type": "integer"}})).answer(
        "GET", "/a"
    ).body == ('{"ten": "Hà Tiên"}'.encode())
    many = described({"examples": {"one": {"value": 1}, "two": {"value": 2}}})
    assert Mock(many).answer("GET", "/a").body == b"1"
    assert Mock(many, Settings(example="two")).answer("GET", "/a").body == b"2"


def test_status_and_delay_may_be_set() -> None:
    mock = Mock(Description(TEXT), Settings.read({"status": 404, "delay": 1.5}))
    answer = mock.answer("GET", PERSON)
    assert (answer.status, answer.delay) == (404, 1.5)
    assert ("content-type", "application/problem+json") in answer.headers
    assert Mock(Description(TEXT), Settings(status=302)).answer("GET", PERSON).status == 501


def test_what_is_not_described_is_said_so() -> None:
    mock = Mock(Description(TEXT))
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", PERSON, 405)):
        answer = mock.answer(method, path)
        assert answer.status == status
        assert MARK in answer.headers


def test_an_answer_without_content_and_one_of_another_type() -> None:
    mock = Mock(Description(TEXT))
    assert mock.answer("PUT", PERSON).body == b""
    assert mock.answer("PUT", PERSON).status == 204
    text = Mock(described({"example": "<a/>"}, "text/xml")).answer("GET", "/a", "text/xml;q=1")
    assert (text.body, text.headers[0]) == (b"<a/>", ("content-type", "text/xml"))


def test_a_schema_that_holds_itself_ends() -> None:
    node = {
        "type": "object",
        "properties": {
            "next": {"$ref": "#/components/schemas/Node"},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    document = {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": node}}}}}}},
        "components": {"schemas": {"Node": node}},
    }
    assert len(Mock(Description(json.dumps(document))).answer("GET", "/a").body) < 10_000


@pytest.mark.parametrize(
    "said",
    [{"delay": -1}, {"delay": 61}, {"status": 99}, {"status": True}, {"example": 1}, {"on": 1}],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="mock"):
        Settings.read(said)


SCHEMA = st.recursive(
    st.one_of(
        st.builds(lambda low: {"type": "integer", "minimum": low, "maximum": low + 5}, st.integers(-50, 50)),
        st.builds(
            lambda low, step: {"type": "integer", "exclusiveMinimum": low, "multipleOf": step},
            st.integers(-9, 9),
            st.integers(1, 7),
        ),
        st.builds(lambda most: {"type": "number", "maximum": most}, st.integers(-50, 50)),
        st.builds(
            lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more + 1},
            st.integers(0, 30),
            st.integers(0, 3),
        ),
        st.builds(
            lambda form: {"type": "string", "format": form},
            st.sampled_from(["date", "date-time", "email", "uuid", "uri", "ipv4", "time", "hostname"]),
        ),
        st.builds(lambda values: {"enum": values}, st.lists(st.text(max_size=3), min_size=1, max_size=3)),
        st.just({"type": ["string", "null"]}),
        st.just({"type": "boolean"}),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda item, least: {"type": "array", "items": item, "minItems": least}, inner, st.integers(0, 3)
        ),
        st.builds(
            lambda each: {"type": "object", "properties": each, "required": sorted(each)},
            st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
        ),
        st.builds(lambda one: {"oneOf": [one]}, inner),
    ),
    max_leaves=6,
)


@given(SCHEMA)
def test_whatever_the_schema_the_answer_keeps_to_it(schema: dict[str, Any]) -> None:
    description = described({"schema": schema})
    answer = Mock(description).answer("GET", "/a")
    contract = Contract(json.dumps(description.document))
    assert contract.response("GET", "/a", 200, answer.headers, answer.body) == ()


@given(
    st.dictionaries(
        st.sampled_from(["schema", "example", "examples"]),
        st.recursive(
            st.one_of(st.none(), st.integers(), st.text(max_size=3)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=2),
                st.dictionaries(
                    st.sampled_from(
                        [
                            "type",
                            "items",
                            "properties",
                            "allOf",
                            "oneOf",
                            "minLength",
                            "minItems",
                            "$ref",
                            "required",
                            "value",
                            "minimum",
                            "multipleOf",
                        ]
                    ),
                    inner,
                    max_size=3,
                ),
            ),
            max_leaves=8,
        ),
    )
)
def test_any_description_gives_an_answer(answer: dict[str, Any]) -> None:
    try:
        description = described(answer)
    except BadDescription:
        return
    assert MARK in Mock(description).answer("GET", "/a").headers

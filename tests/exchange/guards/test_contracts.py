"""Messages are held against the description of their service, both ways, and no report repeats a value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.contracts import ContractCheck
from tinhso.exchange.guards.contracts import Contract, Violation, enforce_request, enforce_response
from tinhso.exchange.guards.openapi import BadDescription, Description
from tinhso.exchange.protocol.faults import Fault

TEXT = (Path(__file__).parent / "contract.yaml").read_bytes()
CONTRACT = Contract(TEXT)
PERSON = "/persons/079123456789"
PURPOSE = [("X-Purpose", "tra cứu")]
JSON = [("Content-Type", "application/json; charset=utf-8")]
NEW = {"name": "A", "secret": "s", "born": None}
KEPT = {"id": "079123456789", "name": "A", "born": "2000-01-31"}


def got(query: str = "", path: str = PERSON, headers: list[tuple[str, str]] = PURPOSE) -> list[str]:
    return [each.where for each in CONTRACT.request("GET", path, query, headers, b"")]


def put(body: Any, headers: list[tuple[str, str]] = JSON) -> list[str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return [each.where for each in CONTRACT.request("PUT", PERSON, "", headers, raw)]


def answered(status: int, body: Any, headers: list[tuple[str, str]] | None = None) -> list[str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = [*JSON, ("X-Total", "1")] if headers is None else headers
    return [each.where for each in CONTRACT.response("GET", PERSON, status, given, raw)]


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            "page=1",
            "page=12&kind=a&kind=b",
            "ids=1,2,3",
            "filter%5Byear%5D=2020",
            "open=true",
            "at=2020-02-29",
        ),
        *("near=%7B%22x%22%3A1%7D", "unknown=1", "page=1&", "kind=a"),
    ],
)
def test_a_request_as_it_is_described_breaks_nothing(query: str) -> None:
    assert got(query) == []


@pytest.mark.parametrize(
    ("query", "where"),
    [
        *(
            ("page=0", "query.page"),
            ("page=x", "query.page"),
            ("page=", "query.page"),
            ("page=1.5", "query.page"),
        ),
        *(("kind=c", "query.kind"), ("kind=a&kind=c", "query.kind"), ("ids=1,2,3,4", "query.ids")),
        *(("ids=a", "query.ids"), ("filter[year]=x", "query.filter"), ("open=yes", "query.open")),
        *(("at=2020-02-30", "query.at"), ("near=%7B", "query.near"), ("near=%7B%7D", "query.near")),
        *(("page=nan", "query.page"), ("page=inf", "query.page"), ("page=1e999", "query.page")),
        ("page=" + "9" * 400, "query.page"),
    ],
)
def test_a_query_that_is_not_as_described_is_named(query: str, where: str) -> None:
    assert got(query) == [where]


def test_paths_headers_and_methods_are_checked() -> None:
    assert got(path="/persons/12") == ["path.id"]
    assert got(path="/persons/07912345678%39") == []
    assert got(headers=[]) == ["header.X-Purpose"]
    assert got(headers=[("x-purpose", " ab ")]) == ["header.X-Purpose"]
    assert CONTRACT.request("GET", "/nowhere", "", [], b"") == (Violation("path", "no such path"),)
    assert CONTRACT.request("DELETE", PERSON, "", [], b"") == (
        Violation("path", "no such method on this path"),
    )


def test_a_path_without_variables_goes_before_one_with() -> None:
    assert CONTRACT.request("GET", "/persons/me", "", [], b"") == ()


def test_a_body_is_checked_and_what_is_read_only_need_not_be_given() -> None:
    assert put(NEW) == []
    assert put({**NEW, "height": 1.5, "mother": NEW}) == []
    assert put({**NEW, "name": ""}) == ["body/name"]
    assert put({**NEW, "mother": {**NEW, "name": 1}}) == ["body/mother/name"]
    assert put({**NEW, "height": 0}) == ["body/height"]
    assert put({**NEW, "more": 1}) == ["body"]
    assert put({}) == ["body", "body", "body"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"nan",
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b"[" * 100_000,
        b'{"name": "\\ud800"}',
        b"1" * 5000,
    ],
)
def test_a_body_that_cannot_be_read_breaks_the_contract(body: bytes) -> None:
    assert put(body) == ["body"]


def test_a_missing_unexpected_long_or_other_body_is_named() -> None:
    assert put(b"") == ["body"]
    assert put(NEW, [("Content-Type", "text/xml")]) == ["body"]
    assert put(NEW, []) == ["body"]
    assert [str(v) for v in CONTRACT.request("GET", PERSON, "", PURPOSE, b"x")] == [
        "body: this operation takes no body"
    ]
    short = Contract(TEXT, most_body=10)
    assert [v.where for v in short.request("PUT", PERSON, "", JSON, json.dumps(NEW).encode())] == ["body"]


@pytest.mark.parametrize(
    ("kind", "body", "where"),
    [
        ("application/x-www-form-urlencoded", b"age=5&tags=1&tags=2&name=1", []),
        ("application/x-www-form-urlencoded", b"age=x", ["body/age"]),
        ("application/x-www-form-urlencoded", b"age=1&tags=x", ["body/tags/0"]),
        ("application/x-www-form-urlencoded", b"name=a", ["body"]),
        ("text/plain", b"anything", []),
        ("application/octet-stream", b"\xff\x00", []),
        ("image/png", b"x", ["body"]),
    ],
)
def test_forms_texts_and_bytes(kind: str, body: bytes, where: list[str]) -> None:
    found = CONTRACT.request("POST", "/forms", "", [("content-type", kind)], body)
    assert [each.where for each in found] == where


def test_a_response_is_checked_by_its_status() -> None:
    assert answered(200, KEPT) == []
    assert answered(200, {**KEPT, "born": 5}) == ["body/born"]
    assert answered(200, KEPT, JSON) == ["header.X-Total"]
    assert answered(200, KEPT, [*JSON, ("X-Total", "x")]) == ["header.X-Total"]
    assert answered(200, b"") == ["body"]
    assert answered(500, KEPT) == ["status"]
    assert answered(404, {"title": "x"}, [("content-type", "application/problem+json")]) == []
    assert answered(404, {}, [("content-type", "application/problem+json")]) == ["body"]
    assert answered(404, KEPT) == ["body"]
    assert CONTRACT.response("PUT", PERSON, 204, [], b"") == ()
    assert CONTRACT.response("PUT", PERSON, 500, [], b"{}") == (
        Violation("body", "its content type is not described"),
    )
    assert CONTRACT.response("GET", "/nowhere", 200, [], b"") == ()


def test_no_report_repeats_what_was_sent() -> None:
    secret = "079000000001"
    found = [
        *CONTRACT.request(
            "PUT", PERSON, "", JSON, json.dumps({**NEW, "name": [secret], "born": secret}).encode()
        ),
        *CONTRACT.request(
            "GET", f"/persons/{secret}9", f"page={secret}x&kind={secret}&at={secret}", PURPOSE, b""
        ),
    ]
    assert len(found) == 6
    assert secret not in " ".join(map(str, found))


def test_observing_lets_pass_and_enforcing_refuses() -> None:
    found = (Violation("query.page", "it is missing"),)
    for check in (ContractCheck.OFF, ContractCheck.OBSERVE):
        enforce_request(check, found)
        enforce_response(check, found)
    enforce_request(ContractCheck.ENFORCE, ())
    with pytest.raises(Fault) as refused:
        enforce_request(ContractCheck.ENFORCE, found)
    assert (refused.value.code, refused.value.status) == ("client.invalid_request", 400)
    assert "query.page" in refused.value.message
    with pytest.raises(Fault) as wrong:
        enforce_response(ContractCheck.ENFORCE, found)
    assert (wrong.value.code, wrong.value.status) == ("server.serverproxy.invalid_response", 500)


def test_openapi_31_is_read_as_json_schema() -> None:
    contract = Contract(
        json.dumps(
            {
                "openapi": "3.1.0",
                "paths": {
                    "/a": {
                        "get": {
                            "parameters": [
                                {"name": "n", "in": "query", "schema": {"type": ["integer", "null"]}}
                            ],
                            "responses": {
                                "200": {
                                    "content": {
                                        "application/json": {"schema": {"$ref": "#/components/schemas/A"}}
                                    }
                                }
                            },
                        }
                    }
                },
                "components": {
                    "schemas": {"A": {"type": "object", "properties": {"b": {"exclusiveMinimum": 3}}}}
                },
            }
        )
    )
    assert contract.request("GET", "/a", "n=1", [], b"") == ()
    assert contract.request("GET", "/a", "n=", [], b"") == ()
    assert [v.where for v in contract.request("GET", "/a", "n=x", [], b"")] == ["query.n"]
    assert [v.where for v in contract.response("GET", "/a", 200, JSON, b'{"b": 3}')] == ["body/b"]


def broken(**changes: Any) -> bytes:
    document = yaml.safe_load(TEXT)
    document["paths"]["/new"] = {"get": {"responses": {"200": {}}, **changes}}
    return json.dumps(document, default=str).encode()


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"openapi: 2.0", b"openapi: 3.0.0\npaths: 1", b"openapi: 3.0.0\npaths: {a: {}}"),
        *(b"openapi: 3.0.0\npaths: {/a: 1}", b"openapi: 3.0.0\npaths: {/a: {$ref: 'http://x/y'}}"),
        *(b"openapi: 3.0.0\npaths: {/a: {$ref: '#/paths/~1a'}}", b"openapi: 3.0.0\npaths: {'/{a}/{a}': {}}"),
        *(broken(parameters=1), broken(parameters=[{}]), broken(parameters=[{"name": "a", "in": "query"}])),
        broken(parameters=[{"name": "a", "in": "query", "style": "odd", "schema": {}}]),
        broken(parameters=[{"name": "a", "in": "query", "schema": {"$ref": "#/nowhere"}}]),
        broken(requestBody={"content": {"application/json": {"schema": {"$ref": "file:///etc/passwd"}}}}),
        broken(
            requestBody={
                "content": {
                    "application/json": {"schema": {"properties": {"a": {"$ref": "http://127.0.0.1/x"}}}}
                }
            }
        ),
        broken(requestBody={"content": {"application/json": {"schema": {"type": "nothing"}}}}),
        broken(requestBody={"content": {"application/json": {"schema": {"pattern": "("}}}}),
        *(broken(requestBody={"content": 1}), broken(responses=1), broken(responses={"200": {"headers": 1}})),
    ],
    ids=lambda text: repr(text[-50:]),
)
def test_a_description_that_cannot_serve_is_refused_at_registration(text: bytes) -> None:
    with pytest.raises(BadDescription):
        Contract(text)


def test_a_path_of_many_variables_is_matched_in_one_pass() -> None:
    template = "/" + "/".join(f"{{a{n}}}" for n in range(20))
    description = Description(json.dumps({"openapi": "3.0.0", "paths": {template: {"get": {}}}}))
    assert description.find("GET", "/" + "/".join("x" * 20)) is not None
    assert description.find("GET", "/" + "/".join("x" * 19)) is None
    found = description.find("get", "/" + "/".join(["x"] * 20))
    assert found is not None
    assert len(found.variables) == 20


LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
ANY_JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "$ref",
                    "type",
                    "schema",
                    "properties",
                    "get",
                    "/a",
                    "content",
                    "application/json",
                    "responses",
                    "200",
                    "parameters",
                    "name",
                    "in",
                    "items",
                    "allOf",
                    "required",
                    "headers",
                    "requestBody",
                ]
            ),
            st.one_of(inner, st.sampled_from(["#/paths/~1a", "query", "object", "array", "string"])),
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(ANY_JSON)
def test_any_description_is_a_contract_or_bad(paths: Any) -> None:
    for document in (
        {"openapi": "3.0.0", "paths": paths},
        {"openapi": "3.1.0", "paths": {"/a": paths}},
        {"openapi": "3.0.0", "paths": {"/a": {"get": paths}}},
        {
            "openapi": "3.0.0",
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": paths}}}}}},
        },
    ):
        try:
            Contract(json.dumps(document))
        except BadDescription:
            continue


@given(st.text("/persons0129%é{}", max_size=20), st.text(max_size=40), st.binary(max_size=60))
def test_any_request_is_checked_without_failing(path: str, query: str, body: bytes) -> None:
    for method, where in (("GET", PERSON), ("PUT", PERSON), ("GET", f"/{path}")):
        for headers in ([], JSON, [("content-type", query)]):
            CONTRACT.request(method, where, query, headers, body)
    CONTRACT.request("POST", "/forms", "", [("content-type", "application/x-www-form-urlencoded")], body)

"""What machines send: broken JSON, others' files, more than their token says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from tests.support import people
from tests.support.machines import is_problem
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import rest
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.dossiers.operations import intake, results, supplements
from tinhso.foundation import files
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.identity.models import Look
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    return office()


def bearer(acts: list[str], place: Office | None = None) -> Client:
    _actor, secret = people.token(acts, place.agency if place else None)
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


def sent(place: Office, **more: Any) -> dict[str, Any]:
    code = procedures.version(place.version).code
    return {
        "procedure": code,
        "unit": place.identifier,
        "applicant": {"name": "Danh Sóc Kha", "phone": "0912345678"},
        "papers": [{"code": "don", "form": "original", "originals": 1}],
        **more,
    }


def post(client: Client, body: bytes | dict[str, Any], *, key: str = "") -> Any:
    return client.post(
        "/api/v1/dossiers",
        data=body if isinstance(body, bytes) else orjson.dumps(body),
        content_type="application/json",
        headers={"idempotency-key": key or new_id().hex},
    )


BROKEN = {
    "nul": b'"answers": {"a": "x\\u0000y"}',
    "nul in a key": b'"answers": {"a\\u0000": "y"}',
    "lone surrogate": b'"answers": {"a": "\\ud800"}',
    "huge number": b'"answers": {"a": 123456789012345678901234567890}',
    "not a number": b'"answers": {"a": NaN}',
    "infinite": b'"answers": {"a": 1e999}',
    "deep": b'"answers": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "nul in a name": b'"applicant": {"name": "A\\u0000B"}',
    "nul in a unit": b'"unit": "H\\u00001"',
    "unknown kind": b'"applicant": {"name": "A", "kind": "\\u0000"}',
}


@pytest.mark.parametrize("part", BROKEN.values(), ids=BROKEN.keys())
def test_broken_json_is_refused_and_never_breaks_the_server(place: Office, part: bytes) -> None:
    whole = orjson.dumps(sent(place))
    answer = post(bearer(["dossiers.submit"]), whole[:-1] + b"," + part + b"}")

    assert answer.status_code in (201, 400, 422), answer.content[:300]
    assert answer["Content-Type"].startswith(("application/problem+json", "application/json"))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b'"x"', b"x" * 3_000_000])
def test_a_body_that_is_no_request_is_a_problem(place: Office, body: bytes) -> None:
    answer = post(bearer(["dossiers.submit"]), body)

    assert answer.status_code in (400, 413, 422)
    assert answer["Content-Type"].startswith("application/problem+json")


QUERIES = ["unit=%00", "after=%00", "after=AAAA", "due_before=0001-01-01T00:00:00%2B14:00", "limit=0"]
QUERIES += ["due_before=2026-01-01T00:00:00", "status=x", "limit=999999999999999999999", "unit=" + "x" * 5000]


@pytest.mark.parametrize("query", QUERIES)
def test_a_strange_query_is_never_a_server_error(place: Office, query: str) -> None:
    assert bearer(["dossiers.list"]).get(f"/api/v1/dossiers?{query}").status_code in (200, 400, 422)


@pytest.mark.parametrize("code", ["%00", "x" * 3000, "%F0%9F%98%80", "..", "%0A"])
def test_a_strange_code_is_not_found(place: Office, code: str) -> None:
    assert bearer(["dossiers.read"]).get(f"/api/v1/dossiers/{code}").status_code in (400, 404, 422)


@pytest.mark.parametrize("count", [-1, 10**12])
def test_counts_no_paper_has_are_refused_on_acts_as_well(place: Office, count: int) -> None:
    code = asked(place)
    paper = {"code": "don", "form": "original", "originals": count}

    answer = act(bearer(["dossiers.*"]), code, "answer_supplement", {"papers": [paper]})

    assert answer.status_code == 422


def asked(place: Office) -> str:
    given = filed(place)
    fault = PaperFault(code="don", reason="Ảnh mờ")
    supplements.ask(dossier_id=given.id, faults=[fault], by=place.intake, at=LATER)
    return given.code


def act(client: Client, code: str, name: str, body: dict[str, Any]) -> Any:
    return client.post(
        f"/api/v1/dossiers/{code}/{name}", data=orjson.dumps(body), content_type="application/json"
    )


def test_a_machine_cannot_hand_in_a_file_that_somebody_else_kept(place: Office) -> None:
    foreign = files.keep(b"%PDF-1.7 rieng", name="rieng.pdf", by=place.citizen, at=SENT)
    papers = [{"code": "don", "form": "electronic", "file_id": str(foreign.id)}]

    answer = post(bearer(["dossiers.submit"]), sent(place, papers=papers))

    assert answer.status_code == 422
    assert "papers.don" in answer.json()["faults"]
    assert not SubmittedPaper.objects.filter(file_id=foreign.id).exists()


def test_nor_answer_a_request_with_it(place: Office) -> None:
    foreign = files.keep(b"%PDF-1.7 rieng", name="rieng.pdf", by=people.person("Khác"), at=SENT)
    code = asked(place)
    paper = {"code": "don", "form": "electronic", "file_id": str(foreign.id)}

    answer = act(bearer(["dossiers.*"]), code, "answer_supplement", {"papers": [paper]})

    assert answer.status_code == 422
    assert not SubmittedPaper.objects.filter(file_id=foreign.id).exists()


def test_a_machine_hands_in_a_file_of_its_own(place: Office) -> None:
    machine, secret = people.token(["dossiers.submit"])
    own = files.keep(b"%PDF-1.7 don", name="don.pdf", by=machine, at=SENT)
    papers = [{"code": "don", "form": "electronic", "file_id": str(own.id)}]

    assert (
        post(Client(headers={"authorization": f"Bearer {secret}"}), sent(place, papers=papers)).status_code
        == 201
    )


def test_a_machine_reads_no_internal_opinions(place: Office) -> None:
    given = filed(place)
    intake.accept(dossier_id=given.id, by=place.intake, at=LATER)
    results.draft(dossier_id=given.id, written={}, by=place.specialist, at=LATER)
    results.send_back(dossier_id=given.id, reason="Ý kiến nội bộ", by=place.leader, at=LATER)

    answer = bearer(["dossiers.read"]).get(f"/api/v1/dossiers/{given.code}")

    assert answer.status_code == 200
    assert "Ý kiến nội bộ" not in answer.content.decode()


def test_a_machines_look_at_a_person_is_traced(place: Office) -> None:
    given = filed(place)

    bearer(["dossiers.read"]).get(f"/api/v1/dossiers/{given.code}")

    assert place.citizen.id is not None
    assert Look.objects.filter(person_id=place.citizen.id, actor_kind="machine").count() == 1


def test_a_token_that_may_act_but_not_read_is_told_that_the_act_was_done(place: Office) -> None:
    given = filed(place)

    answer = act(bearer(["dossiers.accept"]), given.code, "accept", {})

    assert Dossier.objects.get(id=given.id).status == "accepted"
    assert answer.status_code == 200
    assert answer.json()["status"] == "accepted"
    assert "answers" not in answer.json()


def test_a_token_of_one_agency_neither_lists_reads_nor_acts_elsewhere(place: Office) -> None:
    other = office()
    given = filed(other)
    client = bearer(["dossiers.*"], place)

    assert client.get("/api/v1/dossiers").json()["items"] == []
    assert client.get(f"/api/v1/dossiers?unit={other.identifier}").json()["items"] == []
    assert client.get(f"/api/v1/dossiers/{given.code}").status_code == 404
    assert act(client, given.code, "accept", {}).status_code in (403, 404)
    assert post(client, sent(other)).status_code == 403
    assert Dossier.objects.get(id=given.id).status == "submitted"


def test_a_revoked_token_opens_nothing(place: Office) -> None:
    actor, secret = people.token(["dossiers.list"])
    assert actor.id is not None
    identity.revoke_token(token_id=actor.id, by=people.officer("administrator"), at=people.AT)

    client = Client(headers={"authorization": f"Bearer {secret}"})

    assert client.get("/api/v1/dossiers").status_code == 401


def test_a_token_that_ended_is_not_taken_for_one_without_a_limit(place: Office) -> None:
    actor, _secret = people.token(["dossiers.list"], place.agency)
    assert actor.id is not None
    identity.revoke_token(token_id=actor.id, by=people.officer("administrator"), at=people.AT)

    with pytest.raises(identity.BadToken):
        identity.agency_of_machine(actor.id, people.AT)


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nowhere", 404),
        ("delete", "/api/v1/dossiers", 405),
        ("put", "/api/v1/procedures", 405),
    ],
)
def test_what_the_api_does_not_have_is_a_problem_too(
    token: bool, method: str, path: str, status: int
) -> None:
    client = bearer(["dossiers.*"]) if token else Client()
    answer = getattr(client, method)(path)

    assert (answer.status_code, is_problem(answer)) == (status, True)
    assert (status == 405) == ("Allow" in answer.headers)


def test_a_fault_of_ours_is_a_problem_that_says_the_request_may_be_sent_again(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> str:
        raise RuntimeError("hỏng")

    monkeypatch.setattr(rest, "page_text", broken)
    answer = bearer(["dossiers.*"], place).get("/api/v1/dossiers")

    assert (answer.status_code, is_problem(answer)) == (500, True)
    assert "Idempotency-Key" in answer.content.decode()
    assert "hỏng" not in answer.content.decode()

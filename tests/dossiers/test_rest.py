"""The one-stop for machines: asked as nobody, with a wrong token, from the wrong agency, and rightly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.support import people
from tests.support.days import working_day
from tests.support.machines import Machine, body_for, is_problem, said
from tests.support.office import Office, office
from tests.support.posting import ANSWERS
from tinhso.dossiers import wanted
from tinhso.dossiers.models import Dossier, HistoryEntry, SubmittedPaper
from tinhso.dossiers.operations import acting
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures
from tinhso.procedures.models import ProcedureVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def machine(place: Office) -> Machine:
    return Machine(place=place)


CALLS: dict[str, Callable[[Client, str], Any]] = {
    "submit": lambda client, code: client.post(
        "/api/v1/dossiers", data=b"{}", content_type="application/json", headers={"Idempotency-Key": "k"}
    ),
    "list": lambda client, code: client.get("/api/v1/dossiers"),
    "read": lambda client, code: client.get(f"/api/v1/dossiers/{code}"),
    "act": lambda client, code: client.post(
        f"/api/v1/dossiers/{code}/accept", data=b"{}", content_type="application/json"
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_nobody_and_a_wrong_token_are_turned_away(place: Office, machine: Machine, call: str) -> None:
    code = said(machine.submit(place))["code"]
    for headers in ({}, {"authorization": "Bearer tso_khong-phai"}, {"authorization": "Basic eDp5"}):
        answer = CALLS[call](Client(headers=headers), code)
        assert answer.status_code == 401
        assert is_problem(answer)
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("call", CALLS)
def test_an_officer_or_a_person_signed_in_is_no_machine(place: Office, machine: Machine, call: str) -> None:
    code = said(machine.submit(place))["code"]
    for actor in (place.intake, place.citizen):
        assert CALLS[call](people.client(actor), code).status_code == 401


@pytest.mark.parametrize("call", ["submit", "list", "read"])
def test_a_token_for_another_act_is_refused(place: Office, machine: Machine, call: str) -> None:
    code = said(machine.submit(place))["code"]
    answer = CALLS[call](Machine("dossiers.note", place=place).client, code)

    assert answer.status_code == 403
    assert is_problem(answer)


def test_a_machine_of_another_agency_neither_sends_reads_lists_nor_acts(
    place: Office, machine: Machine
) -> None:
    code = said(machine.submit(place))["code"]
    other = Machine(place=office())

    assert other.submit(place).status_code == 403
    assert other.get(f"/dossiers/{code}").status_code == 404
    assert said(other.get(f"/dossiers?unit={place.identifier}"))["items"] == []
    assert said(other.get("/dossiers"))["items"] == []
    answer = other.post(f"/dossiers/{code}/accept", {})
    assert answer.status_code in (403, 404)
    assert is_problem(answer)
    assert Dossier.objects.get(code=code).status == "submitted"


def test_a_dossier_is_sent_read_and_listed_with_all_a_line_needs(place: Office, machine: Machine) -> None:
    answer = machine.submit(place)
    sent = said(answer)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/dossiers/{sent['code']}"
    (line,) = said(machine.get(f"/dossiers?unit={place.identifier}"))["items"]
    assert (line["code"], line["status"], line["applicant"]) == (sent["code"], "submitted", "Danh Sóc Kha")
    assert line["step"]["role"] == "intake_officer"
    read = said(machine.get(f"/dossiers/{sent['code']}"))
    assert [happened["act"] for happened in read["history"]] == ["submit"]
    assert [paper["code"] for paper in read["papers"]] == ["don"]


def test_a_repeat_gets_the_first_answer_byte_for_byte_and_another_body_is_refused(
    place: Office, machine: Machine
) -> None:
    first = machine.submit(place, key="khoa")
    again = machine.submit(place, key="khoa")
    other = machine.submit(place, key="khoa", name="Người Khác")

    assert (again.status_code, said(again)) == (201, said(first))
    assert other.status_code == 422
    assert said(other)["title"] == "idempotency-key-reused"
    assert Dossier.objects.count() == 1


def test_a_repeat_after_a_new_version_of_the_procedure_gets_the_first_answer(
    place: Office, machine: Machine
) -> None:
    first = machine.submit(place, key="khoa")
    now = moments.now()
    old = procedures.version(place.version)
    content = procedures.content_of(ProcedureVersion.objects.get(id=place.version).content)
    fresh = procedures.draft(code=old.code, content=content, by=SYSTEM, at=now)
    procedures.publish(version_id=fresh, effective_from=moments.today(now), by=SYSTEM, at=now)
    assert procedures.published(code=old.code, at=now).id == fresh

    again = machine.submit(place, key="khoa")

    assert (again.status_code, said(again)) == (201, said(first))
    assert Dossier.objects.get().procedure_version_id == place.version


def test_two_machines_may_use_the_same_key(place: Office, machine: Machine) -> None:
    machine.submit(place, key="khoa")
    Machine(place=place).submit(place, key="khoa")

    assert Dossier.objects.count() == 2


@pytest.mark.parametrize("key", [None, "", "x" * 256])
def test_without_a_usable_key_nothing_is_taken(place: Office, machine: Machine, key: str | None) -> None:
    answer = machine.client.post(
        "/api/v1/dossiers",
        data=body_for(place),
        content_type="application/json",
        headers={} if key is None else {"Idempotency-Key": key},
    )

    assert answer.status_code == 422
    assert is_problem(answer)
    assert not Dossier.objects.exists()


def test_pages_follow_each_other_without_gap_or_double(place: Office, machine: Machine) -> None:
    sent = [said(machine.submit(place))["code"] for _n in range(7)]
    seen: list[str] = []
    after = ""
    while True:
        page = said(machine.get(f"/dossiers?limit=3&after={after}"))
        seen += [line["code"] for line in page["items"]]
        after = page["after"]
        if not after:
            break

    assert seen == sent[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=100000", "status=nowhere", "due_before=hom-nay"])
def test_a_list_asked_wrongly_says_what_is_wrong(machine: Machine, query: str) -> None:
    answer = machine.get(f"/dossiers?{query}")

    assert answer.status_code == 422
    assert is_problem(answer)
    assert said(answer)["faults"]


@pytest.mark.parametrize("after", ["x", "%00", "bm90LWEta2V5", "9" * 200, "%F0%9F%92%A9"])
def test_a_cursor_that_was_never_given_is_refused_or_the_start(machine: Machine, after: str) -> None:
    answer = machine.get(f"/dossiers?after={after}")

    assert answer.status_code in (200, 400, 422)
    assert answer.status_code == 200 or is_problem(answer)


def test_the_list_by_deadline_and_by_status(place: Office, machine: Machine) -> None:
    code = said(machine.submit(place))["code"]
    soon = (moments.now() + timedelta(days=30)).isoformat().replace("+", "%2B")
    past = (moments.now() - timedelta(days=30)).isoformat().replace("+", "%2B")

    assert [x["code"] for x in said(machine.get(f"/dossiers?due_before={soon}"))["items"]] == [code]
    assert said(machine.get(f"/dossiers?due_before={past}"))["items"] == []
    assert said(machine.get("/dossiers?status=accepted"))["items"] == []


def test_unknown_procedure_agency_dossier_and_act_are_named(place: Office, machine: Machine) -> None:
    code = said(machine.submit(place))["code"]
    for answer, status in (
        (machine.submit(place, procedure="0.0"), 404),
        (machine.submit(place, unit="H99"), 422),
        (machine.get("/dossiers/khong-co"), 404),
        (machine.post("/dossiers/khong-co/accept", {}), 404),
        (machine.post(f"/dossiers/{code}/nhay-mua", {}), 404),
        (machine.post(f"/dossiers/{code}/accept", {"la": 1}), 422),
    ):
        assert answer.status_code == status
        assert is_problem(answer)


def _acts(place: Office, code: str) -> dict[str, dict[str, Any]]:
    """A body that each act takes."""
    paper = SubmittedPaper.objects.filter(dossier__code=code, current=True).first()
    reason = {"reason": "Có lý do"}
    later = {
        "until": working_day(moments.today(moments.now()) + timedelta(days=21)).isoformat(),
        "reason": "Chờ đo đạc",
    }
    return {
        "accept": {},
        "refuse": reason | {"ground": "Điều 13 Luật Hộ tịch"},
        "ask_supplement": {"papers": [{"code": "don", "reason": "Ảnh mờ"}], "message": "Gửi lại"},
        "answer_supplement": {"papers": [{"code": "don", "form": "original", "originals": 1}]},
        "judge_paper": {"paper": str(paper.id) if paper else "", "verdict": "good"},
        "pause": reason,
        "resume": {},
        "assign": {"to": str(place.specialist.id)},
        "hand_on": reason,
        "receive": reason,
        "go_on": reason,
        "collect_at": {"agency": str(place.agency)},
        "deliver_to": {"answers": ANSWERS},
        "ask_opinion": {"question": "Có thuộc quy hoạch không?", "agencies": [str(office().agency)]},
        "forward": {"unit": str(people.unit(place.agency)), "note": "Đúng chuyên môn"},
        "draft_result": {"written": {"about": "Về việc thử"}},
        "send_back": reason,
        "hand_over": reason,
        "withdraw": reason,
        "stop": reason | {"ground": "Điều 7 NĐ 61/2018"},
        "answer_part": {"papers": [{"code": "don", "form": "original", "originals": 1}]},
        "ask_two": {
            "papers": [{"code": "don", "reason": "Ảnh mờ"}, {"code": "uy-quyen", "reason": "Chưa có"}]
        },
        "ask_extension": later,
        "grant_extension": {},
        "deny_extension": {"answer": "Làm ngay"},
        "apologise": later,
        "return_originals": {"counts": {str(paper.id): 1} if paper else {}, "to_name": "Danh Sóc Kha"},
        "correct": reason,
        "revoke_result": reason
        | {"ground": "Điều 22", "decision_number": "5/QĐ-UBND", "decision_day": "2026-03-02"},
        "ask_obligation": reason,
        "settle_obligation": {},
    }


BEFORE: dict[str, tuple[str, ...]] = {
    "accept": (),
    "refuse": (),
    "ask_supplement": ("accept",),
    "answer_supplement": ("accept", "ask_supplement"),
    "judge_paper": (),
    "pause": ("accept",),
    "resume": ("accept", "pause"),
    "assign": ("accept",),
    "forward": ("accept",),
    "collect_at": (),
    "deliver_to": (),
    "ask_opinion": ("accept",),
    "draft_result": ("accept",),
    "withdraw": (),
    "stop": ("accept",),
    "answer_part": ("accept", "ask_two"),
    "ask_extension": ("accept",),
    "grant_extension": ("accept", "ask_extension"),
    "deny_extension": ("accept", "ask_extension"),
    "apologise": ("accept",),
    "return_originals": (),
    "ask_obligation": ("accept",),
    "settle_obligation": ("accept", "ask_obligation"),
}


@pytest.mark.parametrize("act", BEFORE)
def test_a_machine_does_every_act_where_the_life_cycle_allows_it(
    place: Office, machine: Machine, act: str
) -> None:
    wanted.publish(at=moments.now())
    code = said(machine.submit(place))["code"]
    for earlier in (*BEFORE[act], act):
        done = "ask_supplement" if earlier == "ask_two" else earlier
        answer = machine.post(f"/dossiers/{code}/{done}", _acts(place, code)[earlier])
        assert answer.status_code == 200, said(answer)

    last = HistoryEntry.objects.filter(dossier__code=code).order_by("-id").first()
    assert last is not None
    assert last.act == act
    assert said(answer)["version"] == len(BEFORE[act]) + 2


@pytest.mark.parametrize(
    "act",
    [
        "send_back",
        "hand_over",
        "resume",
        "settle_obligation",
        "answer_supplement",
        "correct",
        "revoke_result",
        "hand_on",
        "receive",
        "go_on",
    ],
)
def test_an_act_at_the_wrong_time_says_where_the_dossier_stands(
    place: Office, machine: Machine, act: str
) -> None:
    code = said(machine.submit(place))["code"]
    answer = machine.post(f"/dossiers/{code}/{act}", _acts(place, code)[act])

    assert answer.status_code == 409
    assert is_problem(answer)
    assert said(answer)["facts"]["status"] == "submitted"


def test_every_act_offered_to_machines_is_tried_here() -> None:
    between_agencies = {"hand_on", "receive", "go_on"}
    tried = {*BEFORE, "send_back", "hand_over", "correct", "revoke_result", *between_agencies}

    assert set(acting.ACTS) == tried


def test_acting_on_what_changed_meanwhile_is_refused_with_who_and_when(
    place: Office, machine: Machine
) -> None:
    code = said(machine.submit(place))["code"]
    machine.post(f"/dossiers/{code}/accept", {"version": 1})
    answer = machine.post(f"/dossiers/{code}/refuse", {"version": 1, "reason": "x", "ground": "Điều 1"})

    assert answer.status_code == 409
    assert said(answer)["title"] == "stale"
    assert said(answer)["facts"]["version"] == 2

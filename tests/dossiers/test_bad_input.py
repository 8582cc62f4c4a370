"""Whatever bytes arrive: an answer that says what is wrong, never a crash; odd names are kept as names."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.machines import Machine, body_for, is_problem, said
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, HistoryEntry, Promise
from tinhso.dossiers.operations import acting, intake
from tinhso.foundation import text
from tinhso.foundation.errors import Conflict

pytestmark = pytest.mark.django_db
FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCRIPT = "<script>alert('x')</script>"
NAMES = {
    "decomposed": unicodedata.normalize("NFD", "Nguyễn Thị Hoà"),
    "emoji": "Kha 👩🏽‍🌾🇻🇳",
    "script": SCRIPT,
    "sql": "'; DROP TABLE dossiers_dossier; --",
    "right to left": "\u202eKha\u202c",
    "khmer": "ដាញ់ សុខខា",
    "percent": "%s %(name)s {0} {{x}}",
    "control": "Kha\u0007\u001b[31m",
    "zero": "Kha\u0000Sóc",
    "half a pair": "\ud800",
}


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def machine(place: Office) -> Machine:
    return Machine(place=place)


def _text_fields(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(body, str):
        yield path
    elif isinstance(body, dict | list):
        for key, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from _text_fields(value, (*path, key))


def _with(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    copied = orjson.loads(orjson.dumps(body))
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copied


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_text_in_any_field_is_kept_or_refused_in_words(
    place: Office, machine: Machine, name: str
) -> None:
    body = {**body_for(place), "answers": {"ghi_chu": "x"}}
    for path in _text_fields(body):
        sent = _with(body, path, NAMES[name])
        raw = _json(sent)
        answer = machine.post("/dossiers", None, raw=raw, key=f"khoa-{'-'.join(map(str, path))}")

        assert answer.status_code in (201, 404, 422, 400), (path, said(answer))
        assert answer.status_code == 201 or is_problem(answer), path


def _json(value: Any) -> bytes:
    """JSON that may carry half a surrogate pair, as a careless program sends it."""
    return json.dumps(value, ensure_ascii=True).encode()


def test_a_decomposed_name_is_the_composed_one_and_a_script_is_only_text(
    place: Office, machine: Machine
) -> None:
    for name in ("decomposed", "script", "emoji"):
        code = said(machine.submit(place, name=NAMES[name]))["code"]
        kept = Dossier.objects.get(code=code)
        assert kept.applicant_name == text.normal(NAMES[name])
        page = people.client(place.intake).get(f"/can-bo/ho-so/{code}/", follow=True)
        assert page.status_code == 200
        assert SCRIPT not in page.content.decode()


@FUZZ
@given(raw=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_get_an_answer(place: Office, machine: Machine, raw: bytes) -> None:
    answer = machine.post("/dossiers", None, raw=raw, key="khoa")

    assert answer.status_code in (400, 422)
    assert is_problem(answer)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["procedure", "unit", "applicant", "answers", "papers", "la"])
PERSON = st.sampled_from(["name", "kind", "personal_id", "birth_date", "phone", "email", "address"])


@FUZZ
@given(changes=st.dictionaries(FIELDS, ANY, max_size=3), person=st.dictionaries(PERSON, ANY, max_size=3))
def test_any_json_gets_an_answer(
    place: Office, machine: Machine, changes: dict[str, Any], person: dict[str, Any]
) -> None:
    body = body_for(place)
    body["applicant"] |= person
    answer = machine.post(
        "/dossiers", None, raw=_json(body | changes), key=str(len(changes)) + repr(person)[:9]
    )

    assert answer.status_code < 500, said(answer)
    assert answer.status_code == 201 or is_problem(answer)


ACT_FIELDS = st.sampled_from(
    ["version", "reason", "papers", "message", "note", "paper", "verdict", "to", "unit", "written"]
)


@FUZZ
@given(act=st.sampled_from(sorted(acting.ACTS)), body=st.dictionaries(ACT_FIELDS, ANY, max_size=4))
def test_any_body_of_any_act_gets_an_answer(
    place: Office, machine: Machine, act: str, body: dict[str, Any]
) -> None:
    code = filed(place, key="mot").code
    answer = machine.post(f"/dossiers/{code}/{act}", None, raw=_json(body))

    assert answer.status_code < 500, said(answer)
    assert answer.status_code == 200 or is_problem(answer)


@FUZZ
@given(code=st.text(min_size=1, max_size=40), act=st.text(min_size=1, max_size=20))
def test_any_address_gets_an_answer(machine: Machine, code: str, act: str) -> None:
    for path in (f"/dossiers/{quote(code, safe='')}", f"/dossiers?after={quote(code)}&unit={quote(act)}"):
        assert machine.get(path).status_code < 500
    answer = machine.post(f"/dossiers/{quote(code, safe='')}/{quote(act, safe='')}", {})
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "address",
    ["/thu-tuc/?q=%00", "/thu-tuc/%00/", "/ho-so/%00/", "/tra-cuu/?ma=%00", "/nop/%00/", "/?q=%00"],
)
def test_a_page_asked_with_a_character_that_cannot_be_kept_is_no_crash(place: Office, address: str) -> None:
    for browser in (Client(), people.client(place.citizen), people.client(place.intake)):
        assert browser.get(address, follow=True).status_code < 500
    desk = people.client(place.intake)
    for word in ("?q=%00", "?don-vi=%00", "?sau=%00"):
        assert desk.get(f"/can-bo/{word}", follow=True).status_code < 500


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_accepting_at_once_one_wins_and_the_other_is_told() -> None:
    place = office()
    second = people.officer("intake_officer", place.one_stop, name="Võ Thị Năm")
    dossier_id = filed(place).id
    gate, ended = threading.Barrier(2), []

    def accept(who: Any) -> None:
        try:
            gate.wait(timeout=10)
            intake.accept(dossier_id=dossier_id, by=who, at=SENT, seen=1)
            ended.append("accepted")
        except (Conflict, WrongTurn) as refusal:
            ended.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(who,)) for who in (place.intake, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(ended) == 2
    assert ended.count("accepted") == 1, ended
    told = next(words for words in ended if words != "accepted")
    assert "Lê Thị Hoa" in told or "Võ Thị Năm" in told
    assert HistoryEntry.objects.filter(dossier_id=dossier_id, act="accept").count() == 1
    assert Promise.objects.filter(dossier_id=dossier_id).count() == 1


def test_a_signed_out_client_is_told_so_even_with_bad_bytes() -> None:
    answer = Client().post("/api/v1/dossiers", data=b"\xff\xfe", content_type="application/json")

    assert answer.status_code == 401
    assert is_problem(answer)

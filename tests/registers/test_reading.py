"""Answers of registers are read as they are written, and nothing else is taken for an answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from national.registers.population import enterprises as known
from national.registers.population import records, told
from national.registers.routes import _enterprise
from tests.support.people import AT
from tinhso.foundation import http
from tinhso.foundation.ids import new_id
from tinhso.registers import bounded, citizens, enterprises
from tinhso.registers.contracts import About, NotAnswered, Outcome

NUMBER = UUID(int=7)
BIEN = About("person", new_id(), "091078004512", "Nguyễn Văn Biển", date(1978, 3, 12))
LAN = About(
    "person", new_id(), "091312004521", "Nguyễn Thị Ngọc Lan", date(2012, 5, 9), parent="091078004512"
)


def body(whom: About = BIEN, **changes: Any) -> bytes:
    citizen = {**told(records()[whom.number]), **changes}
    return json.dumps(
        {"MaYeuCau": NUMBER.hex, "MaKetQua": "00", "ThongDiep": "", "CongDan": citizen}
    ).encode()


NOWHERE = dict.fromkeys(("ThuongTru", "NoiOHienTai", "QueQuan", "NoiDangKyKhaiSinh"))


def read(whom: About = BIEN, **changes: Any) -> dict[str, Any]:
    return citizens.facts(body(whom, **NOWHERE, **changes), whom, number=NUMBER, at=AT)


def refused(outcome: Outcome, whom: About = BIEN, **changes: Any) -> None:
    with pytest.raises(NotAnswered) as why:
        read(whom, **changes)
    assert why.value.outcome is outcome


def test_a_citizen_is_read_as_facts() -> None:
    found = read()
    assert (found["full_name"], found["birth_date"], found["gender"]) == (
        "Nguyễn Văn Biển",
        "1978-03-12",
        "Nam",
    )
    assert (found["spouse.full_name"], found["head.relation"]) == ("Lê Thị Thu", "Chủ hộ")
    assert (found["nationality"], found["ethnicity"]) == ("Việt Nam", "Kinh")
    assert "father.full_name" not in found


@pytest.mark.parametrize(
    "name",
    [
        {"Ho": "Nguyễn", "ChuDem": "Văn", "Ten": "Biển"},
        {"Ho": "", "ChuDem": None, "Ten": "Nguyễn Văn Biển"},
        {"Ho": "Nguyễn", "ChuDem": "Văn", "Ten": "NGUYỄN VĂN BIỂN"},
        {"Ten": " Nguyễn  Văn Biển "},
    ],
)
def test_the_whole_name_is_found_wherever_it_stands(name: dict[str, str | None]) -> None:
    assert read(HoVaTen=name)["full_name"].casefold() == "nguyễn văn biển"


def test_a_birth_known_by_its_year_only_is_that_year() -> None:
    assert read(NgayThangNam="", NamSinh="1978")["birth_date"] == "1978"
    refused(Outcome.WRONG_PERSON, NgayThangNam="", NamSinh="1979")
    refused(Outcome.UNREADABLE, NgayThangNam="19780332")
    refused(Outcome.UNREADABLE, NgayThangNam="29780312")


def test_somebody_else_is_never_taken() -> None:
    refused(Outcome.WRONG_PERSON, SoDinhDanh="091181006630")
    refused(Outcome.WRONG_PERSON, HoVaTen={"Ten": "Nguyễn Văn Biên"})
    refused(Outcome.WRONG_PERSON, NgayThangNam="19780313")
    with pytest.raises(NotAnswered, match="another question"):
        citizens.facts(body(), BIEN, number=UUID(int=8), at=AT)


def test_a_child_is_told_of_to_its_parents_only() -> None:
    assert read(LAN)["mother.full_name"] == "Lê Thị Thu"
    refused(Outcome.WRONG_PERSON, LAN, Cha=None, Me={"SoDinhDanh": "089198007231"})


def test_an_enterprise_is_read_and_another_is_not_taken() -> None:
    company = About("organisation", new_id(), "1702456797", "Mỹ Duyên")
    answer = _enterprise(known()["1702456797"], "1702456797")

    def of(written: object, status: int = 200) -> dict[str, Any]:
        got = http.Answer(status, {}, json.dumps(written).encode(), "", "lgsp")
        return enterprises.told(got, company, on=date(2026, 11, 24))

    found = of(answer)
    assert (found["founded_on"], found["capital"]) == ("2016-04-18", 4_500_000_000)
    assert found["seat"].endswith("Tỉnh An Giang")
    assert found["activity"] == "Chế biến, bảo quản thủy sản"
    for written, status, outcome in (
        (_enterprise(known()["1702456797"], "0100109106"), 200, Outcome.WRONG_PERSON),
        ({"MainInformation": {"NAME": "x"}}, 200, Outcome.UNREADABLE),
        ({}, 404, Outcome.UNKNOWN),
        ({}, 400, Outcome.REFUSED),
    ):
        with pytest.raises(NotAnswered) as why:
            of(written, status)
        assert why.value.outcome is outcome


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = sorted(told(records()[BIEN.number]))


@settings(max_examples=40)
@given(st.binary(max_size=80))
def test_bytes_of_any_kind_are_no_answer(raw: bytes) -> None:
    with pytest.raises(NotAnswered):
        citizens.facts(raw, BIEN, number=NUMBER, at=AT)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(set(MEMBERS) - set(NOWHERE))), JSON, max_size=3))
def test_members_of_any_kind_give_facts_of_usual_shape_or_none(changes: dict[str, Any]) -> None:
    try:
        found = read(**changes)
    except NotAnswered:
        return
    assert found["personal_id"] == BIEN.number
    assert all(isinstance(value, str) and 0 < len(value) <= 320 for value in found.values())
    assert all(value.isprintable() for value in found.values())


def test_a_very_deep_answer_is_refused_and_not_followed() -> None:
    deep = b'{"MaYeuCau":' + b"[" * 100_000
    with pytest.raises(NotAnswered):
        citizens.facts(deep, BIEN, number=NUMBER, at=AT)
    with pytest.raises(NotAnswered):
        bounded.words("x" * 301)
    assert bounded.day("", "%Y%m%d", latest=datetime(2026, 1, 1, tzinfo=UTC).date()) is None

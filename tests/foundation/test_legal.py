from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import legal
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.legal.declarations import parse
from tinhso.foundation.legal.models import LegalValue
from tinhso.foundation.refs import SYSTEM

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def change(key: str, value: Any, day: date) -> None:
    legal.change(key=key, value=value, effective_from=day, legal_basis="NĐ 1/2027/NĐ-CP", by=SYSTEM, at=AT)


@pytest.mark.usefixtures("law")
def test_a_value_is_asked_for_by_the_day_of_the_event() -> None:
    assert legal.text("form_regulation", on=date(2025, 9, 14)) == "TT 01/2018/TT-VPCP"
    assert legal.text("form_regulation", on=date(2025, 9, 15)) == "TT 03/2025/TT-VPCP"
    assert legal.value("cut_off_time", on=date(2022, 4, 5)) == time(15)
    found = legal.rule("public_channel", on=date(2026, 11, 24))
    assert (found.value, found.basis) == ("local", "NĐ 61/2018/NĐ-CP")


@pytest.mark.usefixtures("law")
def test_a_moment_is_taken_as_its_legal_day() -> None:
    change("extension_max", 2, date(2027, 1, 1))
    assert legal.integer("extension_max", on=datetime(2026, 12, 31, 17, tzinfo=UTC)) == 2
    assert legal.integer("extension_max", on=datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == 1


@pytest.mark.usefixtures("law")
def test_a_day_without_a_value_says_so_in_words() -> None:
    with pytest.raises(legal.NoLegalValue) as caught:
        legal.value("extension_max", on=date(2001, 2, 3))
    assert "Số lần gia hạn" in caught.value.message
    assert "3/2/2001" in caught.value.message


def test_an_undeclared_key_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError):
        legal.value("never_declared", on=date(2026, 1, 1))
    with pytest.raises(LookupError):
        change("never_declared", 1, date(2026, 1, 1))


@pytest.mark.usefixtures("law")
def test_a_new_value_ends_the_old_one_and_leaves_the_past_alone() -> None:
    change("extension_max", 2, date(2027, 1, 1))
    assert legal.integer("extension_max", on=date(2026, 12, 31)) == 1
    assert legal.integer("extension_max", on=date(2027, 1, 1)) == 2
    assert [rule.effective_to for rule in legal.history("extension_max")] == [
        date(2025, 7, 1),
        date(2027, 1, 1),
        None,
    ]


@pytest.mark.usefixtures("law")
def test_a_value_entered_before_a_known_one_stops_where_that_begins() -> None:
    change("extension_max", 3, date(2028, 1, 1))
    change("extension_max", 2, date(2027, 1, 1))
    assert [legal.integer("extension_max", on=date(year, 6, 1)) for year in (2026, 2027, 2028)] == [1, 2, 3]


@pytest.mark.usefixtures("law")
def test_two_values_cannot_begin_on_one_day_but_a_wrong_one_is_corrected() -> None:
    change("extension_max", 2, date(2027, 1, 1))
    with pytest.raises(Invalid):
        change("extension_max", 3, date(2027, 1, 1))
    legal.correct(
        key="extension_max",
        effective_from=date(2027, 1, 1),
        value=3,
        legal_basis="NĐ 1/2027/NĐ-CP",
        reason="Gõ nhầm",
        by=SYSTEM,
        at=AT,
    )
    assert legal.integer("extension_max", on=date(2027, 1, 1)) == 3
    wrong = LegalValue.objects.get(key="extension_max", withdrawn_at__isnull=False)
    assert (wrong.value, wrong.withdrawn_reason) == (2, "Gõ nhầm")
    with pytest.raises(NotFound):
        legal.correct(
            key="extension_max",
            effective_from=date(2027, 1, 2),
            value=3,
            legal_basis="x",
            reason="x",
            by=SYSTEM,
            at=AT,
        )


@pytest.mark.parametrize(
    ("key", "value"), [("extension_max", "1"), ("extension_max", True), ("public_channel", "both")]
)
@pytest.mark.usefixtures("law")
def test_a_value_of_the_wrong_kind_is_refused(key: str, value: object) -> None:
    with pytest.raises(legal.NotALegalValue):
        change(key, value, date(2027, 1, 1))


@pytest.mark.usefixtures("law")
def test_a_value_without_a_basis_is_refused() -> None:
    with pytest.raises(legal.NotALegalValue):
        legal.change(
            key="extension_max", value=2, effective_from=date(2027, 1, 1), legal_basis=" ", by=SYSTEM, at=AT
        )


@pytest.mark.usefixtures("law")
def test_loading_again_adds_nothing() -> None:
    before = LegalValue.objects.count()
    assert legal.load(at=AT) == legal.Loaded(added=0, corrected=0, overruled=0)
    assert LegalValue.objects.count() == before


@pytest.mark.usefixtures("law")
def test_a_release_does_not_overrule_a_person() -> None:
    legal.correct(
        key="late_warning_percent",
        effective_from=date(2018, 7, 1),
        value=80,
        legal_basis="QĐ của tỉnh",
        reason="Tỉnh quy định khác",
        by=SYSTEM,
        at=AT,
    )
    legal.load(at=AT)
    assert legal.integer("late_warning_percent", on=date(2026, 1, 1)) == 80


@pytest.mark.django_db
def test_a_newer_release_corrects_its_own_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def shipped(value: int) -> dict[str, legal.Declaration]:
        raw = {"value": value, "effective_from": "2020-01-01", "legal_basis": "NĐ 1", "confidence": "code"}
        text = json.dumps([{"key": "trial", "label": "Thử", "kind": "integer", "values": [raw]}])
        return {each.key: each for each in parse(text, origin="trial/trial")}

    for value, outcome in ((1, (1, 0, 0)), (2, (0, 1, 0)), (2, (0, 0, 0))):
        monkeypatch.setattr(
            "tinhso.foundation.legal.writing.declarations", lambda value=value: shipped(value)
        )
        loaded = legal.load(at=AT)
        assert (loaded.added, loaded.corrected, loaded.overruled) == outcome
    standing = LegalValue.objects.get(key="trial", withdrawn_at__isnull=True)
    assert standing.value == 2


@pytest.mark.usefixtures("law")
def test_questions_share_one_query() -> None:
    legal.forget()
    with CaptureQueriesContext(connection) as queries:
        for year in range(2019, 2027):
            legal.integer("extension_max", on=date(year, 1, 1))
            legal.text("public_channel", on=date(year, 1, 1))
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_is_forgotten() -> None:
    legal.load(at=AT)
    with pytest.raises(RuntimeError), transaction.atomic():
        change("extension_max", 5, date(2027, 1, 1))
        assert legal.integer("extension_max", on=date(2027, 1, 1)) == 5
        raise RuntimeError
    assert legal.integer("extension_max", on=date(2027, 1, 1)) == 1
    change("extension_max", 2, date(2027, 1, 1))
    assert legal.integer("extension_max", on=date(2027, 1, 1)) == 2


@pytest.mark.usefixtures("law")
def test_the_database_refuses_two_values_for_one_day() -> None:
    with pytest.raises(IntegrityError, match="legal_one_value_a_day"):
        LegalValue.objects.create(
            key="extension_max",
            value=9,
            effective_from=date(2026, 1, 1),
            legal_basis="x",
            confidence="entered",
            entered_at=AT,
        )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"effective_to": date(2026, 1, 1)}, "legal_ends_after_it_begins|daterange|range lower bound"),
        ({"legal_basis": ""}, "legal_value_has_a_basis"),
        ({"withdrawn_at": AT}, "legal_withdrawn_with_reason"),
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_a_malformed_row(fields: dict[str, Any], name: str) -> None:
    row = {
        "key": "trial",
        "value": 1,
        "effective_from": date(2026, 1, 1),
        "legal_basis": "x",
        "confidence": "entered",
        "entered_at": AT,
    }
    with pytest.raises(IntegrityError, match=name):
        LegalValue.objects.create(**{**row, **fields})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_legalvalue SET value = '9'",
        "UPDATE foundation_legalvalue SET legal_basis = 'x'",
        "UPDATE foundation_legalvalue SET effective_from = effective_from - 1",
        "UPDATE foundation_legalvalue SET effective_to = NULL WHERE effective_to IS NOT NULL",
        "DELETE FROM foundation_legalvalue",
    ],
)
@pytest.mark.usefixtures("law")
def test_the_database_refuses_to_rewrite_history(statement: str) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_shipped_value_is_of_its_kind_and_has_a_basis() -> None:
    found = legal.declarations()
    assert {"public_channel", "extension_max", "intake_answer_hours", "cut_off_time"} <= set(found)
    for declaration in found.values():
        assert declaration.values, declaration.key
        for each in declaration.values:
            declaration.decode(each.value)
            assert each.legal_basis


KINDS = {
    "integer": st.integers(),
    "boolean": st.booleans(),
    "text": st.text(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False).map(str),
    "time": st.times().map(lambda each: each.isoformat()),
    "structure": st.lists(st.integers()),
}


@given(
    st.sampled_from(sorted(KINDS)),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists),
)
def test_any_json_is_decoded_or_refused_by_a_value_error(kind: str, raw: object) -> None:
    text = json.dumps([{"key": "k", "label": "l", "kind": kind, "values": []}])
    (declaration,) = parse(text, origin="x")
    try:
        declaration.decode(raw)
    except ValueError:
        return


@given(st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_a_value_of_its_kind_is_decoded(pair: tuple[str, object]) -> None:
    kind, raw = pair
    (declaration,) = parse(json.dumps([{"key": "k", "label": "l", "kind": kind, "values": []}]), origin="x")
    decoded = declaration.decode(raw)
    assert decoded == raw or isinstance(decoded, (Decimal, time))


def test_a_file_with_a_wrong_value_is_refused() -> None:
    raw = {"value": "1", "effective_from": "2020-01-01", "legal_basis": "x", "confidence": "code"}
    with pytest.raises(ValueError, match="'1'"):
        parse(json.dumps([{"key": "k", "label": "l", "kind": "integer", "values": [raw]}]), origin="x")

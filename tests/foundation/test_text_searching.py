from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foundation.test_text_letters import LETTERS
from tinhso.foundation import text
from tinhso.foundation.legal.models import LegalValue

pytestmark = pytest.mark.django_db
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)


def answer(sql: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def test_the_database_folds_vietnamese_letters_as_we_do() -> None:
    every = LETTERS + LETTERS.upper()
    assert answer("SELECT tinhso_fold(%s::text)", every) == text.fold(every)
    assert answer("SELECT tinhso_fold(%s::text)", text.decomposed(every)) == text.fold(every)


def test_folding_may_stand_in_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE place (name text)")
        cursor.execute("CREATE INDEX ON place USING gin (tinhso_fold(name) gin_trgm_ops)")


def matches(title: str, typed: str) -> bool:
    return bool(
        answer(
            "SELECT to_tsvector('simple', %s::text) @@ to_tsquery('simple', %s::text)",
            text.search_text(title),
            text.prefix_query(typed),
        )
    )


def test_words_are_found_as_typed_without_diacritics() -> None:
    title = "Đăng ký khai sinh có yếu tố nước ngoài"
    assert matches(title, "khai si")
    assert matches(title, "dang ky KHAI SINH")
    assert not matches(title, "khai tu")


def test_a_slip_is_forgiven_by_trigrams() -> None:
    rows = LegalValue.objects.annotate(near=text.similarity("cong bo", "note"))
    assert "near" in str(rows.query)
    near = answer(
        "SELECT word_similarity(%s::text, %s::text)", "khai sihn", text.search_text("Đăng ký khai sinh")
    )
    assert isinstance(near, float)
    assert near > 0.5


def test_the_expressions_run_in_a_query() -> None:
    found = LegalValue.objects.annotate(words=text.search_vector("key"), plain=text.Fold("note")).filter(
        words=text.search_query("public ch")
    )
    assert list(found.values_list("plain", flat=True)) is not None


@FUZZ
@given(st.text(alphabet=st.characters()))
def test_any_typed_text_makes_a_query_the_database_accepts(typed: str) -> None:
    query = text.prefix_query(typed)
    assert answer("SELECT to_tsquery('simple', %s::text)", query) is not None

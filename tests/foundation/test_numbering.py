from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import numbering
from tinhso.foundation.numbering import BadPattern, Reset


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_leave_no_gap_and_no_twin() -> None:
    taken: list[int] = []

    def write() -> None:
        with transaction.atomic():
            taken.append(numbering.take(scope="UBND", period="2026"))
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(taken) == list(range(1, 51))


@pytest.mark.django_db(transaction=True)
def test_a_number_of_a_failed_act_is_given_again() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        assert numbering.take(scope="UBND", period="2025") == 1
        raise RuntimeError

    with transaction.atomic():
        assert numbering.take(scope="UBND", period="2025") == 1


AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)


def put(pattern: str, *, since: date, reset: Reset = Reset.DAY, until: date | None = None) -> None:
    numbering.put(
        key="trial",
        pattern=pattern,
        reset=reset,
        effective_from=since,
        effective_to=until,
        basis="thử nghiệm",
    )


@pytest.mark.django_db
def test_a_dossier_code_counts_per_agency_and_legal_day() -> None:
    put("{agency}-{yymmdd}-{seq:04d}", since=date(2020, 1, 1))

    given = [
        numbering.next("trial", scope, at).text
        for scope, at in (("H01.12", AT), ("H01.12", AT), ("H01.13", AT), ("H01.12", NIGHT))
    ]

    assert given == ["H01.12-261124-0001", "H01.12-261124-0002", "H01.13-261124-0001", "H01.12-261125-0001"]


@pytest.mark.django_db
def test_the_pattern_of_the_day_is_used() -> None:
    put("{agency}-{yymmdd}-{seq:04d}", since=date(2020, 1, 1))
    put("{seq}/{yyyy}/{agency}", since=date(2026, 11, 25), reset=Reset.YEAR)

    assert numbering.next("trial", "H01", AT).text == "H01-261124-0001"
    assert numbering.next("trial", "H01", NIGHT).text == "1/2026/H01"


@pytest.mark.django_db
def test_a_pattern_that_ended_is_not_used() -> None:
    put("{agency}-{yymmdd}-{seq:04d}", since=date(2020, 1, 1), until=date(2026, 11, 23))
    with pytest.raises(LookupError):
        numbering.next("trial", "H01", AT)
    with pytest.raises(LookupError):
        numbering.pattern("trial", on=date(2019, 1, 1))


@pytest.mark.django_db
def test_words_of_the_pattern_are_given_by_the_caller_before_a_number_is_spent() -> None:
    numbering.put(
        key="document",
        pattern="{seq}/{kind}-{organ}",
        reset=Reset.NEVER,
        effective_from=date(2020, 1, 1),
        basis="thử nghiệm",
    )
    with pytest.raises(BadPattern, match="organ"):
        numbering.next("document", "UBND", AT, kind="QĐ")

    number = numbering.next("document", "UBND", AT, kind="QĐ", organ="UBND")
    assert (number.text, number.seq, number.period) == ("1/QĐ-UBND", 1, "-")


@pytest.mark.django_db
def test_setting_a_pattern_again_replaces_that_day() -> None:
    put("{agency}-{yymmdd}-{seq:04d}", since=date(2020, 1, 1))
    put("{agency}.{yymmdd}.{seq:05d}", since=date(2020, 1, 1))

    assert numbering.next("trial", "H01", AT).text == "H01.261124.00001"


@pytest.mark.parametrize(
    ("text", "reset", "why"),
    [
        ("", Reset.NEVER, "dài"),
        ("x" * 61, Reset.NEVER, "dài"),
        ("{agency}", Reset.NEVER, "đúng một"),
        ("{seq}-{seq}", Reset.NEVER, "đúng một"),
        ("{seq", Reset.NEVER, "ngoặc"),
        ("}{seq}", Reset.NEVER, "ngoặc"),
        ("{Seq}", Reset.NEVER, "ngoặc"),
        ("{yy:04d}-{seq}", Reset.NEVER, "độ dài"),
        ("{yymmdd}{seq}", Reset.DAY, "ngăn cách"),
        ("{seq}{agency}", Reset.NEVER, "ngăn cách"),
        ("{yymm}-{seq}", Reset.DAY, "kỳ"),
        ("{mm}-{seq}", Reset.MONTH, "kỳ"),
    ],
)
def test_a_pattern_that_would_give_twins_or_nonsense_is_refused(text: str, reset: Reset, why: str) -> None:
    with pytest.raises(BadPattern, match=why):
        numbering.parse(text, reset=reset)


def test_doubled_braces_stand_for_themselves() -> None:
    pattern = numbering.parse("{{{seq}}}", reset=Reset.NEVER)

    assert pattern.write(seq=7, on=date(2026, 1, 1), words={}) == "{7}"


def test_numbers_longer_than_their_width_are_not_cut() -> None:
    pattern = numbering.parse("{seq:03d}", reset=Reset.NEVER)

    assert pattern.write(seq=12345, on=date(2026, 1, 1), words={}) == "12345"


@given(
    one=st.tuples(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999)),
    two=st.tuples(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999)),
    form=st.sampled_from(
        [
            ("{agency}-{yymmdd}-{seq:04d}", Reset.DAY),
            ("{seq}/{yyyy}", Reset.YEAR),
            ("{yyyymm}.{seq}", Reset.MONTH),
        ]
    ),
)
def test_unlike_numbers_are_never_written_alike(
    one: tuple[date, int], two: tuple[date, int], form: tuple[str, Reset]
) -> None:
    pattern = numbering.parse(form[0], reset=form[1])
    texts = [pattern.write(seq=seq, on=on, words={"agency": "H01"}) for on, seq in (one, two)]
    places = [(form[1].period(on), seq) for on, seq in (one, two)]

    assert (texts[0] == texts[1]) == (places[0] == places[1])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        "'k', '2026-01-02', '2026-01-01', '{seq}', 'never', 'x'",
        "'k', '2026-01-02', NULL, '{seq}', 'weekly', 'x'",
        "'k', '2026-01-02', NULL, '{seq}', 'never', ''",
        "'trial', '2020-01-01', NULL, '{seq}', 'never', 'x'",
    ],
    ids=["ends before it starts", "unknown reset", "without basis", "twin"],
)
def test_the_table_refuses_a_pattern(values: str) -> None:
    put("{agency}-{yymmdd}-{seq:04d}", since=date(2020, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_numberpattern (key, effective_from, effective_to, pattern, reset, basis)"  # noqa: S608 - fixed texts
            f" VALUES ({values})"
        )


@pytest.mark.django_db
def test_the_table_refuses_a_series_that_starts_before_one() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO foundation_numberseries (scope, period, last) VALUES ('A', '-', 0)")

"""Matching: what each movement is, and that neither order nor chance changes the answer."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.payments.tables import at
from tinhso.payments import codes, matching
from tinhso.payments.matching import Expected, Kind, Movement

OPENED = at(2026, 11, 2, 8)
ONE, TWO, THREE = (codes.make(number) for number in (1, 2, 3))


def _order(code: str = ONE, amount: int = 120_000, **more: Any) -> Expected:
    return Expected(
        code, amount, more.pop("opened_at", OPENED), more.pop("due_at", OPENED + timedelta(days=7)), **more
    )


def _line(content: str, amount: int = 120_000, *, hours: float = 1, key: str = "a", **more: Any) -> Movement:
    return Movement(key, amount, OPENED + timedelta(hours=hours), content, **more)


def _kinds(lines: list[Movement], orders: list[Expected]) -> dict[str, tuple[Kind, str]]:
    return {one.key: (one.kind, one.order) for one in matching.match(lines, orders)}


def _slip(code: str, place: int = 5) -> str:
    return code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]


@pytest.mark.parametrize(
    ("line", "order", "kind"),
    [
        (_line(f"MBVCB.327.{ONE.lower()}.CT tu 007"), _order(), Kind.EXACT),
        (_line("", code=ONE), _order(), Kind.EXACT),
        (_line(ONE, 100_000), _order(), Kind.AMOUNT_DIFFERS),
        (_line(ONE, 130_000), _order(), Kind.AMOUNT_DIFFERS),
        (_line(ONE, hours=24 * 8), _order(), Kind.LATE),
        (_line(ONE), _order(found_before=True), Kind.DOUBLE),
        (_line(_slip(ONE)), _order(), Kind.WRONG_CODE),
        (_line(f"NOP {ONE[2:]} phi"), _order(), Kind.WRONG_CODE),
        (_line(f"nop {ONE[:-2]}"), _order(), Kind.WRONG_CODE),
        (_line(f"nop {ONE[:6]}{ONE[7:]} dat dai"), _order(), Kind.WRONG_CODE),
        (_line(f"nop {ONE[:3]}{ONE[4]}{ONE[3]}{ONE[5:]}"), _order(), Kind.WRONG_CODE),
        (_line(_slip(ONE), 130_000), _order(), Kind.ORPHAN),
        (_line(_slip(_slip(_slip(ONE), 7), 9)), _order(), Kind.ORPHAN),
        (_line("NGUYEN VAN A chuyen tien"), _order(), Kind.ORPHAN),
        (_line(TWO), _order(), Kind.ORPHAN),
        (_line(ONE, -120_000), _order(), Kind.OUTGOING),
    ],
)
def test_a_movement_is_told_for_what_it_is(line: Movement, order: Expected, kind: Kind) -> None:
    (said,) = matching.match([line], [order])

    assert said.kind is kind
    assert said.order == ("" if kind in (Kind.ORPHAN, Kind.OUTGOING) else ONE)
    assert said.why.endswith(".")


def test_of_two_full_payments_the_one_in_time_pays_and_the_other_is_double() -> None:
    lines = [
        _line(ONE, hours=24 * 9, key="late"),
        _line(ONE, hours=3, key="first"),
        _line(ONE, hours=2, key="early"),
    ]

    assert _kinds(lines, [_order()]) == {
        "early": (Kind.EXACT, ONE),
        "first": (Kind.DOUBLE, ONE),
        "late": (Kind.DOUBLE, ONE),
    }


def test_a_part_beside_a_full_payment_is_double_and_parts_add_up_in_words() -> None:
    assert _kinds([_line(ONE, 20_000, key="part"), _line(ONE, hours=5)], [_order()]) == {
        "part": (Kind.DOUBLE, ONE),
        "a": (Kind.EXACT, ONE),
    }
    first, second = matching.match([_line(ONE, 20_000), _line(ONE, 100_000, hours=5, key="b")], [_order()])
    assert (first.kind, second.kind) == (Kind.AMOUNT_DIFFERS, Kind.AMOUNT_DIFFERS)
    assert "nộp thiếu" in first.why
    assert "vừa đủ" in second.why


def test_one_transfer_for_two_orders_is_named_with_both() -> None:
    (said,) = matching.match([_line(f"{TWO} va {ONE}", 150_000)], [_order(), _order(TWO, 30_000)])

    assert (said.kind, said.order, said.others) == (Kind.AMOUNT_DIFFERS, TWO, (ONE,))
    assert "vừa đủ" in said.why
    (said,) = matching.match([_line(f"{TWO} va {ONE}", 120_000)], [_order(), _order(TWO, 30_000)])
    assert (said.kind, said.order) == (Kind.EXACT, ONE)


def test_a_day_without_a_time_is_neither_early_nor_late_on_its_own_day() -> None:
    midnight = Movement("a", 120_000, at(2026, 11, 2), ONE, timed=False)
    last_day = Movement("b", 120_000, at(2026, 11, 9), ONE, timed=False)

    assert matching.match([midnight], [_order()])[0].score == 100
    assert matching.match([last_day], [_order()])[0].kind is Kind.EXACT
    before = Movement("c", 120_000, at(2026, 11, 1), ONE, timed=False)
    said = matching.match([before], [_order()])[0]
    assert (said.kind, said.score) == (Kind.EXACT, 80)
    assert "trước khi lập" in said.why


def test_an_orphan_names_open_orders_of_its_amount_when_they_are_few() -> None:
    orders = [_order(), _order(TWO), _order(THREE, 50_000)]
    (said,) = matching.match([_line("LE PHI HO TICH")], orders)
    assert (said.kind, set(said.others)) == (Kind.ORPHAN, {ONE, TWO})

    many = [_order(codes.make(number)) for number in range(10, 20)]
    assert matching.match([_line("LE PHI HO TICH")], many)[0].others == ()
    named = matching.match([_line("LE PHI"), _line(ONE, 1000, key="b")], orders)
    assert named[0].others == (TWO,)


def test_what_is_held_to_be_paid_but_did_not_come_is_missing() -> None:
    said = matching.match([_line(ONE), _line(TWO, 5, key="b")], [_order(), _order(TWO), _order(THREE)])

    assert matching.missing(said, [THREE, ONE, TWO]) == tuple(sorted([TWO, THREE]))


def test_keys_and_codes_are_given_once() -> None:
    with pytest.raises(ValueError, match="own"):
        matching.match([_line(""), _line("")], [])
    with pytest.raises(ValueError, match="own"):
        matching.match([], [_order(), _order()])


orders = st.lists(
    st.builds(
        _order,
        st.integers(0, 40).map(codes.make),
        st.sampled_from([50_000, 120_000]),
        found_before=st.booleans(),
        due_at=st.none() | st.integers(-2, 9).map(lambda day: OPENED + timedelta(days=day)),
    ),
    max_size=12,
    unique_by=lambda one: one.code,
)
contents = st.one_of(
    st.integers(0, 45).map(codes.make),
    st.integers(0, 40).map(lambda number: _slip(codes.make(number))),
    st.integers(0, 40).map(lambda number: codes.make(number)[:-1]),
    st.lists(st.integers(0, 40).map(codes.make), max_size=3).map(" va ".join),
    st.text("TS ABC9", max_size=20),
)
lines = st.lists(
    st.builds(
        Movement,
        key=st.uuids().map(str),
        amount=st.sampled_from([50_000, 120_000, 170_000, 1, -120_000]),
        at=st.integers(-24, 24 * 9).map(lambda hour: OPENED + timedelta(hours=hour)),
        content=contents,
        timed=st.booleans(),
    ),
    max_size=14,
    unique_by=lambda one: one.key,
)


@given(lines, orders, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_in_which_they_come_changes_nothing(
    given_lines: list[Movement], given_orders: list[Expected], chance: random.Random
) -> None:
    said = matching.match(given_lines, given_orders)
    chance.shuffle(given_lines)
    chance.shuffle(given_orders)

    assert matching.match(given_lines, given_orders) == said
    assert sorted(one.key for one in said) == sorted(line.key for line in given_lines)
    by_code = {order.code: order for order in given_orders}
    by_key = {line.key: line for line in given_lines}
    paying = [one for one in said if one.kind in (Kind.EXACT, Kind.LATE)]
    assert len({one.order for one in paying}) == len(paying)
    for one in said:
        line, order = by_key[one.key], by_code.get(one.order)
        assert (order is None) == (one.kind in (Kind.ORPHAN, Kind.OUTGOING))
        assert set(one.others) <= by_code.keys()
        assert 0 <= one.score <= 100
        if order is not None and one.kind in (Kind.EXACT, Kind.LATE, Kind.WRONG_CODE):
            assert line.amount == order.amount
            assert not order.found_before
        if one.kind in (Kind.EXACT, Kind.LATE, Kind.DOUBLE, Kind.AMOUNT_DIFFERS):
            assert one.order in codes.find(line.content)


@given(lines, orders)
@settings(max_examples=25)
def test_a_line_that_names_nothing_changes_no_other(
    given_lines: list[Movement], given_orders: list[Expected]
) -> None:
    stray = Movement("stray", 50_000, OPENED, "khong co gi")

    with_it = {one.key: one for one in matching.match([*given_lines, stray], given_orders)}

    assert with_it.pop("stray").kind is Kind.ORPHAN
    assert tuple(with_it.values()) == matching.match(given_lines, given_orders)


@settings(max_examples=40)
@given(st.integers(1, codes.MOST - 1), st.data())
def test_every_code_with_two_slips_is_found_among_many(number: int, data: st.DataObject) -> None:
    code = codes.make(number)
    others = [_order(codes.make((number + far * 7_919_111) % codes.MOST)) for far in range(1, 60)]
    wrong = list(code)
    for _slipped in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(wrong) - 1))
        how = data.draw(st.sampled_from(["change", "drop", "add"]))
        letter = data.draw(st.sampled_from("ABCDEFGHJKMNPQRSTUVWXYZ0123456789"))
        wrong[place : place + 1] = {"change": [letter], "drop": [], "add": [letter, wrong[place]]}[how]
    said = matching.match([_line(f"nop phi {''.join(wrong)} 000")], [_order(code), *others])[0]

    assert said.order == code
    assert said.kind is (Kind.EXACT if code in codes.find("".join(wrong)) else Kind.WRONG_CODE)


def test_a_day_of_many_is_matched_in_time_that_grows_with_it() -> None:
    chance = random.Random(6)
    made = [_order(codes.make(number), chance.choice([50_000, 120_000])) for number in range(4_000)]
    given_lines = []
    for place, order in enumerate(made):
        code = _slip(order.code) if place % 20 == 0 else order.code if place % 20 > 1 else "khong ma"
        sender = f"{chance.randrange(10**6)} NGUYEN VAN AN toi 101"
        content = f"MBVCB.{chance.randrange(10**9)}.{code}.CT tu 0071000{sender}"
        given_lines.append(Movement(str(place), order.amount, OPENED + timedelta(seconds=place), content))
    started = time.process_time()
    said = matching.match(given_lines, made)

    assert time.process_time() - started < 3
    kinds = [one.kind for one in said]
    assert [kinds.count(kind) for kind in (Kind.EXACT, Kind.WRONG_CODE, Kind.ORPHAN)] == [3600, 200, 200]


def test_days_are_told_on_the_clock_of_the_province() -> None:
    (said,) = matching.match(
        [_line(ONE, hours=24 * 8)], [_order(due_at=datetime.fromisoformat("2026-11-03T10:00:00+00:00"))]
    )

    assert "17:00 03/11/2026" in said.why

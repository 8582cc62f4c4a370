"""A list that goes on: where its page begins, what stands on it, and the address of the next."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tinhso.foundation.ids import new_id
from tinhso.ui.api import paging

PLACE = "/can-bo/so/"


def test_a_page_begins_before_the_row_its_address_names() -> None:
    mark = new_id()
    assert paging.before(RequestFactory().get(PLACE, {"truoc": str(mark)})) == mark
    assert paging.before_number(RequestFactory().get(PLACE, {"truoc": "42"})) == 42


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "²", "9" * 19])
def test_an_address_that_names_no_row_shows_the_first_page(nonsense: str) -> None:
    request = RequestFactory().get(PLACE, {"truoc": nonsense})
    assert paging.before(request) is None
    assert paging.before_number(request) is None


def test_one_row_more_than_fits_says_that_others_follow() -> None:
    assert paging.cut([5, 4, 3], 2) == ([5, 4], 4)
    assert paging.cut([5, 4], 2) == ([5, 4], None)
    assert paging.cut([], 2) == ([], None)


def test_the_next_page_is_narrowed_as_this_one() -> None:
    kept = {"q": "hộ tịch", "xem": ""}
    assert paging.following(PLACE, 7, kept=kept) == f"{PLACE}?q=h%E1%BB%99+t%E1%BB%8Bch&truoc=7"
    assert paging.following(f"{PLACE}?nam=2026", 7, anchor="bang") == f"{PLACE}?nam=2026&truoc=7#bang"
    assert paging.following(PLACE, None, kept=kept) == paging.following(PLACE, "") == ""

"""A share of requests is copied, the same on every node."""

from __future__ import annotations

import pytest

from tinhso.exchange.guards.mirror import Mirror


def test_no_settings_are_no_mirror() -> None:
    assert Mirror.read({}) is None


@pytest.mark.parametrize("ratio", [0.01, 0.3, 1])
def test_about_the_share_that_is_set_is_copied(ratio: float) -> None:
    mirror = Mirror.read({"url": "http://thu.local", "ratio": ratio})
    assert mirror is not None
    taken = sum(mirror.takes(f"id-{n}", 10) for n in range(10_000))
    assert abs(taken - ratio * 10_000) < 200
    assert [mirror.takes(f"id-{n}", 10) for n in range(100)] == [
        mirror.takes(f"id-{n}", 10) for n in range(100)
    ]


def test_a_long_body_is_not_copied() -> None:
    mirror = Mirror("http://thu.local", most_bytes=100)
    assert mirror.takes("x", 100)
    assert not mirror.takes("x", 101)


@pytest.mark.parametrize(
    "said",
    [
        {"ratio": 1},
        {"url": "ftp://a"},
        {"url": "http://a", "ratio": 0},
        {"url": "http://a", "ratio": 1.1},
        {"url": "http://a", "ratio": True},
        {"url": "http://a", "most_bytes": -1},
        {"url": "http://a", "to": 1},
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="mirror"):
        Mirror.read(said)

"""The door of exchange opens."""

from __future__ import annotations

from tinhso.exchange import api


def test_the_door_shows_only_what_it_names() -> None:
    assert all(hasattr(api, name) for name in api.__all__)

"""A wish to stop is heeded once, and never in the middle of a start."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tinhso.config import stopping


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in stopping.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", stopping.SIGNALS)
def test_the_first_signal_stops_and_those_after_it_do_not_disturb(number: signal.Signals) -> None:
    stopping.heed()

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for again in stopping.SIGNALS:
        signal.raise_signal(again)


def test_a_signal_in_the_middle_is_heeded_at_the_end() -> None:
    stopping.heed()
    done = []

    with pytest.raises(KeyboardInterrupt), stopping.unbroken():
        signal.raise_signal(signal.SIGTERM)
        done.append("begun and ended")

    assert done


def test_what_was_to_be_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopping.heed()
    with stopping.unbroken():
        signal.raise_signal(signal.SIGHUP)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

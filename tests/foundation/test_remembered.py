from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tinhso.foundation.numbering import NumberSeries
from tinhso.foundation.remembered import Answers, Remembered


def count() -> int:
    return NumberSeries.objects.count()


def add(memory: Remembered[int], scope: str) -> None:
    NumberSeries.objects.create(scope=scope, period="2026", last=1)
    memory.changed()


def elsewhere(memory: Remembered[int]) -> int:
    found: list[int] = []

    def ask() -> None:
        found.append(memory())
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_here_at_once_and_elsewhere_after_commit() -> None:
    memory = Remembered(count)
    assert memory() == 0
    with transaction.atomic():
        add(memory, "a")
        assert memory() == 1
        assert elsewhere(memory) == 0
        add(memory, "b")
        assert memory() == 2
    assert memory() == 2
    assert elsewhere(memory) == 2


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_leaves_nothing_in_memory() -> None:
    memory = Remembered(count)
    with pytest.raises(RuntimeError), transaction.atomic():
        add(memory, "a")
        assert memory() == 1
        raise RuntimeError
    assert memory() == 0
    with transaction.atomic():
        assert memory() == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_from_outside_is_seen_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Remembered(count)
    assert memory() == 0
    NumberSeries.objects.create(scope="a", period="2026", last=1)
    assert memory() == 0
    monkeypatch.setattr(Remembered, "seconds", 0.0)
    assert memory() == 1


@pytest.mark.django_db
def test_asking_often_reads_once(django_assert_num_queries: object) -> None:
    memory = Remembered(count)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django gives a context manager
        for _ in range(10):
            memory()


def last(scope: str) -> int:
    return NumberSeries.objects.filter(scope=scope).values_list("last", flat=True).first() or 0


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_remembered_until_a_change_is_told_and_nothing_there_is_not() -> None:
    known = Answers()
    ask = known.of(last)
    assert ask("a") == 0
    NumberSeries.objects.create(scope="a", period="2026", last=7)
    assert ask("a") == 7
    NumberSeries.objects.update(last=8)
    assert ask("a") == 7
    known.changed()
    assert ask("a") == 8


@pytest.mark.django_db(transaction=True)
def test_an_answer_from_inside_a_change_rolled_back_is_not_remembered() -> None:
    known = Answers()
    ask = known.of(last)
    NumberSeries.objects.create(scope="a", period="2026", last=7)

    class Undo(Exception):
        pass

    with pytest.raises(Undo), transaction.atomic():
        NumberSeries.objects.update(last=9)
        known.changed()
        assert ask("a") == 9
        raise Undo
    assert ask("a") == 7


@pytest.mark.django_db(transaction=True)
def test_of_several_only_the_unknown_are_read() -> None:
    known, read = Answers(), list[list[str]]()

    @known.each
    def lasts(wanted: list[str]) -> dict[str, int]:
        read.append(sorted(wanted))
        return dict(NumberSeries.objects.filter(scope__in=wanted).values_list("scope", "last"))

    for scope in "ab":
        NumberSeries.objects.create(scope=scope, period="2026", last=1)
    assert lasts(["a"]) == {"a": 1}
    assert lasts(["a", "b", "c"]) == {"a": 1, "b": 1}
    assert lasts(["a", "b"]) == {"a": 1, "b": 1}
    assert read == [["a"], ["b", "c"]]

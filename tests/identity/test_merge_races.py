"""A merge while somebody files, and two merges at once: everybody's turn comes, nobody is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.support import people
from tests.support.people import AT
from tests.support.two_accounts import World
from tinhso.dossiers import contact
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.identity.merge_contracts import MergeStopped
from tinhso.identity.models import Person
from tinhso.identity.operations import merges


@pytest.mark.django_db(transaction=True)
def test_a_filing_in_flight_is_the_survivors() -> None:
    world = World()
    id = world.propose()
    sent, decided = threading.Event(), threading.Event()

    def approve() -> None:
        merges.approve(merge_id=id, by=world.other, at=AT)
        decided.set()

    with transaction.atomic():
        before = world.filed(world.loser)
        thread = threading.Thread(target=_apart(approve))
        thread.start()
        assert not decided.wait(0.7), "the merge waits for the filing"
        sent.set()
    thread.join(10)
    after = world.filed(world.loser)

    assert decided.is_set()
    for dossier in (before, after):
        dossier.refresh_from_db()
        assert dossier.owner_id == world.ids[1]
        assert contact.opened(dossier).email == "kha@example.vn"


@pytest.mark.django_db(transaction=True)
def test_an_erasure_during_a_merge_takes_what_the_merge_brings() -> None:
    world = World()
    loser, survivor = world.ids
    id, begun = world.propose(), threading.Event()

    def erase() -> None:
        begun.set()
        identity.erase(person_id=survivor, by=SYSTEM, at=AT)

    thread = threading.Thread(target=_apart(erase))
    with transaction.atomic():
        merges.approve(merge_id=id, by=world.other, at=AT)
        thread.start()
        assert begun.wait(5)
        thread.join(0.7)
    thread.join(10)

    gone = Person.objects.filter(id__in=[loser, survivor], full_name="Đã xóa", personal_id_hash=None)
    assert gone.exclude(erased_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_would_make_a_circle_at_once_leave_one() -> None:
    world = World()
    loser, survivor = world.ids
    first = world.propose()
    third = people.person()
    world.loser, world.survivor = world.survivor, third
    second = world.propose()
    refusals: list[str] = []

    def approve(id: UUID) -> Callable[[], None]:
        def run() -> None:
            try:
                merges.approve(merge_id=id, by=world.other, at=AT)
            except MergeStopped as stopped:
                refusals.append(stopped.code)

        return run

    threads = [threading.Thread(target=_apart(approve(id))) for id in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    ends = set(Person.objects.exclude(merged_into=None).values_list("merged_into_id", flat=True))
    tombs = set(Person.objects.exclude(merged_into=None).values_list("id", flat=True))
    assert not ends & tombs
    assert refusals in ([], ["merge-stopped"])
    assert loser in tombs or survivor in tombs


def _apart(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run

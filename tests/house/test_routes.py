"""Every address says whom it lets in, and every act, grant and queue is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.foundation import access
from tinhso.foundation.access import Access, Door
from tinhso.foundation.acts import acts
from tinhso.foundation.jobs import CONSUMERS, consumed, jobs, queues
from tinhso.identity import api as identity
from tinhso.identity.api import Role

# Acts that only commands of the operator and jobs do, as the system: nobody holds them by a role.
SYSTEM_ONLY = frozenset(
    {
        "counter.ask_code",
        "counter.displace",
        "counter.forget_bookers",
        "counter.mark_absent",
        "counter.restore",
        "dossiers.deem_approved",
        "dossiers.deem_refused",
        "dossiers.time_over",
        "dossiers.wait_over",
        "dossiers.erase",
        "dossiers.bill",
        "dossiers.pay",
        "dossiers.refund",
        "dossiers.unpay",
        "dossiers.transfer",
        "dossiers.replace_result",
        "exchange.end_agreement",
        "exchange.move_dispute",
        "exchange.warn_of_quota",
        "exchange.read_events",
        "foundation.keep_calendar",
        "payments.end",
        "payments.receive",
        "foundation.load_legal_values",
        "payments.seal_day",
        "payments.miss_series",
        "payments.issue_receipts",
        "payments.seal_receipt",
        "payments.void_receipt",
        "payments.replace_receipt",
        "payments.pay_out",
        "supervision.seal_report",
    }
)


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        else:
            yield route, entry


def doors() -> Iterator[tuple[str, str, Access | None]]:
    """Every address with its method (`*` for pages) and whom it lets in."""
    for route, pattern in _walk(get_resolver()):
        operations: tuple[Any, ...] = access.operations(pattern.callback)
        if not operations:
            yield route, "*", access.declared(pattern.callback)
        for operation in operations:
            for method in operation.methods:
                yield route, method, access.declared(operation.view_func)


def test_every_address_declares_whom_it_lets_in() -> None:
    found = list(doors())
    assert len(found) > 40

    assert not [f"{method} {route}" for route, method, asked in found if asked is None]


def test_an_address_open_to_anyone_says_why() -> None:
    silent = [
        route
        for route, _method, asked in doors()
        if asked and asked.door is Door.ANYONE and len(asked.reason) < 10
    ]

    assert not silent


def test_the_acts_that_addresses_ask_for_are_declared() -> None:
    unknown = [
        f"{route}: {asked.act}"
        for route, _method, asked in doors()
        if asked and asked.act and asked.act not in acts
    ]

    assert not unknown


def test_officers_addresses_lie_under_their_door_and_persons_do_not() -> None:
    for route, _method, asked in doors():
        if asked and asked.door is Door.OFFICER:
            assert route.startswith("can-bo/"), route
        if asked and asked.door is Door.PERSON:
            assert not route.startswith("can-bo/"), route
        if asked and asked.door is Door.MACHINE:
            assert route.startswith("api/"), route


def test_an_address_without_a_declaration_would_be_shut(client: Client) -> None:
    assert access.declared(lambda request: None) is None


def test_every_act_is_granted_to_somebody_or_is_the_systems() -> None:
    granted = identity.grants()
    ours = {name for name, _act in acts if not name.startswith(("test.", "trial."))}
    ungranted = {name for name in ours if not granted.get(name)}

    assert ungranted <= SYSTEM_ONLY, "grant it, or say that only the operator's commands do it"
    assert ungranted >= SYSTEM_ONLY, "these are granted now: take them off the list"


def test_every_grant_is_of_a_declared_act() -> None:
    assert not [name for name in identity.grants() if name not in acts]


def test_every_act_is_called_by_words_that_people_read() -> None:
    assert not [name for name, act in acts if not act.label or act.label == name]
    assert not [name for name, _act in acts if name.count(".") != 1]


def test_every_role_may_do_something() -> None:
    used = {role for lines in identity.grants().values() for line in lines for role in line.roles}

    assert used >= set(Role)


def test_every_queue_has_a_consumer_and_every_job_an_owner() -> None:
    served = {name for consumer in CONSUMERS for name in consumed(consumer)}
    roles = {role.value for role in Role}

    assert {queue.name for queue in queues} == served
    assert [name for name, _job in jobs]
    for name, job in jobs:
        assert job.queue in served, f"nobody takes {name} from {job.queue}"
        assert job.owner in roles, f"nobody looks after the dead letters of {name}"

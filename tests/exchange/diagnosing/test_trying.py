"""What exchange stands on is tried by the real way, and each trouble is named."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.exchange.gateway.world import AG1, QG1, Side, World, now
from tests.support.constraints import refused
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange import jobs
from tinhso.exchange.contracts import Cause, DependencyKind
from tinhso.exchange.diagnosing import remedies, trying
from tinhso.exchange.models import Dependency, ServerKey, State
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def found(kind: DependencyKind) -> Dependency:
    return Dependency.objects.get(kind=kind.value)


def served(joined: World) -> datetime:
    """When all was tried and served; our own certificates must have been asked about first."""
    until = now() + timedelta(seconds=WITHIN_SECONDS)
    while now() < until:
        at = now()
        trying.try_all(at=at)
        if not Dependency.objects.exclude(cause="").exists():
            return at
    raise AssertionError(list(Dependency.objects.exclude(cause="").values_list("kind", "cause", "said")))


def test_all_that_serves_is_green_with_the_moment_of_its_last_success(joined: World) -> None:
    at = served(joined)

    for kind in (DependencyKind.DIRECTORY, DependencyKind.OCSP, DependencyKind.PEER, DependencyKind.GATEWAY):
        row = found(kind)
        assert row.succeeded_at == row.tried_at == at
        assert row.took_ms is not None
    assert found(DependencyKind.PEER).name == QG1
    assert found(DependencyKind.OCSP).certificate["subject"]


def test_the_clock_tries_warns_and_keeps(joined: World) -> None:
    jobs.try_dependencies()
    jobs.warn_of_endings()
    jobs.keep_agreements()
    jobs.queue_lost_messages()
    jobs.forget_messages()

    assert found(DependencyKind.DIRECTORY).tried_at is not None


def test_a_silent_responder_is_red_keeps_its_last_success_and_heals(joined: World) -> None:
    first = served(joined)
    joined.authority.silent = True

    trying.try_all(at=first + timedelta(minutes=5))

    row = found(DependencyKind.OCSP)
    assert (row.cause, row.succeeded_at) == (Cause.ANSWERED_WRONG, first)
    assert "503" in row.said
    joined.authority.silent = False
    assert trying.try_one(row.id, by=SYSTEM, at=first + timedelta(minutes=6)).cause == ""


def test_a_gateway_that_cannot_carry_messages_says_what_it_lacks(joined: World) -> None:
    served(joined)
    ServerKey.objects.filter(use="tls").update(active=False)
    joined.caught_up(joined.sides[AG1])

    trying.try_all(at=now())

    row = found(DependencyKind.GATEWAY)
    assert (row.cause, row.said) == (Cause.ANSWERED_WRONG, "no valid authentication certificate")


def test_answers_of_yesterday_are_too_old(joined: World) -> None:
    joined.authority.answered_at = now() - timedelta(days=1)

    trying.try_all(at=now())

    assert found(DependencyKind.OCSP).cause == Cause.STALE


def test_our_own_revoked_certificate_is_said_to_be_so(joined: World, province: Side) -> None:
    joined.authority.revoke(province.tls)
    ServerKey.objects.exclude(use="tls").update(active=False)

    trying.try_all(at=now())

    row = found(DependencyKind.OCSP)
    assert row.cause == Cause.REVOKED
    assert row.certificate["serial"] == f"{province.tls.certificate.serial_number:x}"


def test_a_peer_that_is_down_is_unreachable(joined: World, nation: Side) -> None:
    joined.loop.do(nation.gateway.peer_servers.stop())

    trying.try_all(at=now())

    assert found(DependencyKind.PEER).cause == Cause.UNREACHABLE


def test_a_configuration_signed_by_another_is_not_trusted(joined: World) -> None:
    good = joined.signed()
    joined.document = good[:-6] + "AAAAAA"

    trying.try_all(at=now())

    assert found(DependencyKind.DIRECTORY).cause == Cause.UNTRUSTED


def test_a_configuration_that_is_over_is_said_to_be(joined: World) -> None:
    joined.document = joined.signed(expires="2020-01-01T00:00:00Z")

    trying.try_all(at=now())

    assert found(DependencyKind.DIRECTORY).cause == Cause.EXPIRED


def test_what_is_no_longer_named_is_put_aside_and_not_tried(joined: World) -> None:
    trying.try_all(at=now())
    row = found(DependencyKind.DIRECTORY)
    State.objects.update(anchor={}, global_configuration="")

    trying.try_all(at=now())

    assert Dependency.objects.get(id=row.id).gone_at is not None
    assert [each.kind for each in Dependency.objects.filter(gone_at=None)] == ["gateway"]
    with pytest.raises(NotFound):
        trying.try_one(row.id, by=SYSTEM, at=now())


def test_every_cause_has_a_remedy_and_a_name() -> None:
    for kind in DependencyKind:
        assert str(remedies.KINDS[kind])
        for cause in Cause:
            assert remedies.remedy(kind, cause)
            assert str(remedies.CAUSES[cause])


def test_the_database_refuses_dependencies_that_cannot_be() -> None:
    whole = {"kind": "ocsp", "name": "x", "address": "http://a"}
    for name, wrong in (
        ("dependency_known_kind", {"kind": "x"}),
        ("dependency_known_cause", {"cause": "x"}),
        ("dependency_succeeds_when_tried", {"succeeded_at": now()}),
    ):
        refused(name, lambda wrong=wrong: Dependency.objects.create(**(whole | wrong)))
    Dependency.objects.create(**whole)
    refused("dependency_once", lambda: Dependency.objects.create(**whole))

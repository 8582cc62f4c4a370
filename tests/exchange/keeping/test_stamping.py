"""Stamps: one, two, many; authorities that fail; the clock of failure; nothing waits, nothing twice."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection

from tests.exchange.evidence.stamping import Stamper, stamping_identity
from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping.laid import conninfo
from tests.exchange.keeping.stamped import MONTH, Played, many_wait, real_signature, wait_for_stamp
from tinhso.exchange.evidence import chains, reading, stamps
from tinhso.exchange.evidence.chains import SIGNATURES, STAMP_CHAIN
from tinhso.exchange.keeping import condition, packing, stamper, stamping
from tinhso.exchange.keeping.authorities import Stampers
from tinhso.exchange.keeping.stamping import NotStamped, Round, stamp_now, stamp_round
from tinhso.exchange.models import Stamp, Stamped, Stamping, Unstamped

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
WRONG = {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": bytes(64)}
PERIOD = timedelta(seconds=172_800)


def proven(digest: bytes, authority: Played) -> datetime:
    """The time that the kept stamp proves for this signature."""
    row = Stamped.objects.select_related("stamp").get(month=MONTH, digest=digest)
    result = bytes(row.stamp.chain_result)
    parts = [(SIGNATURES, digest)]
    chain = packing.unpacked(bytes(row.chain), parts)
    chains.verify_chain(result, {STAMP_CHAIN: chain}, dict(parts))
    imprint = hashlib.sha512(result).digest()
    return stamps.check_token(bytes(row.stamp.token), imprint, authority.trusted).at


def test_one_signature_is_stamped_over_its_value_without_a_chain(law: None) -> None:
    xml = real_signature()
    (digest,) = wait_for_stamp(xml)
    authority = Played()

    assert stamp_round([authority], at=LATER) == Round(1, again=False)

    row = Stamped.objects.select_related("stamp").get(digest=digest)
    assert (row.chain, row.stamp.chain_result, row.stamp.count) == (None, None, 1)
    token = bytes(row.stamp.token)
    assert (
        stamps.check_token(token, hashlib.sha512(reading.read(xml).value).digest(), authority.trusted).at
        == NOW
    )
    assert not Unstamped.objects.exists()


@pytest.mark.parametrize("count", [2, 3])
def test_several_signatures_share_a_stamp_by_a_tree(law: None, count: int) -> None:
    """T50."""
    authority = Played()
    digests = wait_for_stamp(*[b"%d" % number for number in range(count)])

    assert stamp_round([authority], at=LATER) == Round(count, again=False)

    assert [proven(one, authority) for one in digests] == [NOW] * count
    assert Stamp.objects.get().count == count


def test_ten_thousand_go_in_one_round_and_one_more_in_a_second_at_once(law: None) -> None:
    """T50."""
    authority = Played()
    many_wait(10_001)
    alone = real_signature()
    Unstamped.objects.order_by("-id")[:1].get().delete()
    (last,) = wait_for_stamp(alone)

    assert stamp_round([authority], at=LATER) == Round(10_000, again=True)
    assert proven(hashlib.sha512(b"4711").digest(), authority) == NOW
    assert stamp_round([authority], at=LATER) == Round(1, again=False)

    assert Stamped.objects.count() == 10_001
    assert Stamped.objects.get(digest=last).chain is None
    assert sorted(Stamp.objects.values_list("count", flat=True)) == [1, 10_000]


def test_nothing_waits_nothing_is_asked(law: None) -> None:
    authority = Played()
    assert stamp_round([authority], at=LATER) == Round(0, again=False)
    assert authority.asked == 0
    assert condition.read().looked_at == LATER


def test_authorities_are_asked_in_order_until_one_answers(law: None) -> None:
    first, second, third = Played(name="first", down="no"), Played(name="second"), Played(name="third")
    wait_for_stamp(b"1", b"2")

    stamp_round([first, second, third], at=LATER)

    assert Stamp.objects.get().authority == "second"
    assert (first.asked, second.asked, third.asked) == (1, 1, 0)
    assert condition.read().authority == "second"


@pytest.mark.parametrize(
    ("authority", "code"),
    [
        (Stamper(changes={"message_imprint": WRONG}), "timestamp_response_validation_failed"),
        (Stamper(status="rejection"), "timestamp_non_granted_response"),
        (Stamper(spoilt=True), "timestamp_signer_verification_failed"),
    ],
    ids=["wrong imprint", "not granted", "bad signature"],
)
def test_an_answer_that_does_not_hold_is_no_stamp(law: None, authority: Stamper, code: str) -> None:
    """T53."""
    wait_for_stamp(b"1", b"2")

    assert stamp_round([Played(stamper=authority)], at=LATER).failed

    assert f"mlog.{code}" in condition.read().error
    assert not Stamp.objects.exists()
    assert Unstamped.objects.count() == 2


def test_an_authority_that_nobody_named_is_no_stamp(law: None) -> None:
    """T53."""

    class Stranger(Played):
        trusted = Played(stamper=Stamper(stamping_identity("rsa"))).trusted

    wait_for_stamp(b"1", b"2")
    assert stamp_round([Stranger()], at=LATER).failed
    assert "mlog.tsp_certificate_not_found" in condition.read().error


def test_two_days_without_an_authority_stop_nothing_and_are_loud(
    law: None, caplog: pytest.LogCaptureFixture
) -> None:
    """T51: within the acceptable period; the protocol's own default would stop after four hours."""
    down = Played(down="connection refused")
    wait_for_stamp(b"1", b"2", b"3")

    with caplog.at_level(logging.ERROR):
        for minutes in range(0, 48 * 60, 60):
            assert stamp_round([down], at=NOW + timedelta(minutes=minutes)).failed

    found = condition.read()
    assert found.failing_since == NOW
    assert found.refuses_after == NOW + PERIOD
    assert not found.refuses(NOW + PERIOD)
    assert found.refuses(NOW + PERIOD + timedelta(seconds=1))
    assert (found.tries, found.waiting, found.oldest) == (48, 3, NOW)
    assert "connection refused" in found.error
    assert "3 signatures wait" in caplog.text


def test_after_failures_one_is_tried_and_success_clears_the_backlog_at_once(law: None) -> None:
    """§12, T51."""
    authority = Played(down="no")
    first = real_signature(1)
    wait_for_stamp(first, *[b"%d" % number for number in range(30)])
    stamp_round([authority], at=LATER)
    stamp_round([authority], at=LATER + PERIOD + PERIOD)
    assert condition.read().refuses(LATER + PERIOD + PERIOD)

    authority.down = ""
    assert stamp_round([authority], at=LATER + PERIOD + PERIOD) == Round(1, again=True)
    found = condition.read()
    assert (found.failing_since, found.refuses_after, found.tries, found.error) == (None, None, 0, "")
    assert stamp_round([authority], at=LATER + PERIOD + PERIOD) == Round(30, again=False)
    assert not Unstamped.objects.exists()


def test_the_clock_of_failure_runs_only_while_something_waits(law: None) -> None:
    authority = Played(down="no")
    wait_for_stamp(b"1", b"2")
    stamp_round([authority], at=NOW)
    Unstamped.objects.all().delete()
    stamp_round([authority], at=NOW + timedelta(hours=1))
    assert condition.read().failing_since is None

    wait_for_stamp(b"3", b"4")
    stamp_round([authority], at=NOW + timedelta(hours=2))
    assert condition.read().failing_since == NOW + timedelta(hours=2)


def test_without_any_authority_logging_refuses_at_once(law: None) -> None:
    """§12."""
    wait_for_stamp(b"1", b"2")
    stamp_round([], at=NOW)
    found = condition.read()
    assert found.refuses(NOW + timedelta(seconds=1))
    assert "no_timestamping_provider_found" in found.error
    stamp_round([], at=NOW + timedelta(hours=1))
    assert condition.read().refuses_after == NOW


def test_a_round_that_another_stamper_overtook_writes_nothing(law: None) -> None:
    """T60: nothing is stamped twice."""
    wait_for_stamp(b"1", b"2", b"3")

    class Slow(Played):
        def stamp(self, content: bytes) -> stamping.Token:
            token = super().stamp(content)
            if self.asked == 1:
                stamp_round([Played(name="other")], at=LATER)
            return token

    assert stamp_round([Slow()], at=LATER) == Round(0, again=True)
    assert Stamp.objects.get().authority == "other"
    assert Stamped.objects.count() == 3


def test_one_signature_is_stamped_out_of_turn(law: None) -> None:
    """/asic?force (§13.2)."""
    (_first, wanted) = wait_for_stamp(b"1", real_signature(2))
    assert stamp_now(MONTH, wanted, [Played()], at=LATER)
    assert stamp_now(MONTH, wanted, [], at=LATER), "it is stamped already"
    assert not stamp_now(MONTH, bytes(64), [Played()], at=LATER), "nobody knows it"
    assert Unstamped.objects.count() == 1
    (third,) = wait_for_stamp(real_signature(3))
    with pytest.raises(NotStamped):
        stamp_now(MONTH, third, [Played(down="no")], at=LATER)


def test_a_signature_that_cannot_be_read_does_not_hold_up_the_rest(law: None) -> None:
    authority = Played(down="no")
    wait_for_stamp(b"not a signature")
    assert stamp_round([authority], at=LATER) == Round(0, again=False)
    wait_for_stamp(b"2", b"3")
    stamp_round([authority], at=LATER)
    authority.down = ""
    assert stamp_round([authority], at=LATER) == Round(2, again=True)


@pytest.mark.django_db(transaction=True)
def test_one_stamper_works_at_a_time(law: None) -> None:
    with psycopg.connect(conninfo(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtext(%s))", [stamping.LOCK])
        wait_for_stamp(b"1", b"2")
        waits: list[float] = []

        def pause(seconds: float) -> bool:
            waits.append(seconds)
            if len(waits) == 1:
                other.execute("SELECT pg_advisory_unlock_all()")
            return len(waits) == 3

        authority = Played()
        stamper.run(
            configured=lambda: Stampers((authority,), 77),  # type: ignore[arg-type]  # played
            clock=lambda: LATER,
            pause=pause,
        )
    assert waits == [stamper.TURN_SECONDS, 77, 77]
    assert authority.asked == 1
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_stamper_outlives_a_configuration_it_cannot_read(law: None) -> None:
    waits: list[float] = []

    def broken() -> Stampers:
        raise ValueError("not a signed document")

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        return True

    stamper.run(configured=broken, clock=lambda: LATER, pause=pause)
    assert waits == [stamper.TURN_SECONDS]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_stamper_waits_for_no_writer_and_no_writer_for_it(law: None) -> None:
    """T52: writers hold rows of the queue and of the shared signature open while stamps are written."""
    wait_for_stamp(b"1", b"2")
    with psycopg.connect(conninfo()) as writer:
        writer.execute("SET lock_timeout = '1s'")
        writer.execute(
            "INSERT INTO exchange_signature (month, digest, xml, kept_at)"
            " VALUES (%s, sha512('3'), '3', now())",
            [MONTH],
        )
        writer.execute(
            "INSERT INTO exchange_unstamped (month, digest, since) VALUES (%s, sha512('3'), now())", [MONTH]
        )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        assert stamp_round([Played()], at=LATER).stamped == 2
        writer.execute(
            "INSERT INTO exchange_signature (month, digest, xml, kept_at)"
            " VALUES (%s, sha512('1'), '1', now()) ON CONFLICT DO NOTHING",
            [MONTH],
        )
    assert Unstamped.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def test_the_row_of_the_stamper_is_one(law: None) -> None:
    condition.succeeded(at=NOW, authority="TSA")
    condition.succeeded(at=LATER, authority="TSA")
    assert Stamping.objects.get().stamped_at == LATER

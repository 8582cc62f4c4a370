"""Containers verified, and failing after one changed byte anywhere (exchange protocol §13.1, T54, T55)."""

from __future__ import annotations

import copy
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.evidence.kept import SERVICE, Log, hashed, request, response, soap
from tests.exchange.evidence.stamping import Stamper, stamping_identity
from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence import containers, signatures, zips
from tinhso.exchange.evidence.containers import BatchStamp, Evidence
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.reports import SENTENCES, Report
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.verifying import Examiner, verify_container
from tinhso.exchange.keeping import modes

LOG = Log()
OWNER = Log(World(member="VN-DEMO/GOV/BTP"))
BATCH = LOG.batches(5)
ALONE, BODY = LOG.alone(), LOG.with_body()


def verified(evidence: Evidence, log: Log = LOG) -> Report:
    report = verify_container(containers.build(evidence), log.trust)
    assert report.failure is None, report.failure
    return report


def failed(evidence: Evidence, log: Log = LOG) -> str:
    report = verify_container(containers.build(evidence), log.trust)
    assert report.failure is not None
    assert not report.holds
    return report.failure.code


def changed(
    evidence: Evidence,
    *,
    message: bytes | None = None,
    signed: Signed | None = None,
    stamp: BatchStamp | None = None,
    attachments: tuple[bytes, ...] | None = None,
) -> Evidence:
    return Evidence(
        evidence.message if message is None else message,
        signed or evidence.signed,
        evidence.at,
        evidence.attachments if attachments is None else attachments,
        stamp or evidence.stamp,
    )


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("stamping", ["ec", "rsa"])
def test_every_kind_of_container_verifies_with_keys_of_both_kinds(kind: str, stamping: str) -> None:
    log = Log(World(kind), Stamper(stamping_identity(stamping), now=NOW + timedelta(seconds=40)))
    for evidence in (log.alone(), log.with_body(), *log.batches(3), *log.batches(9)):
        report = verified(evidence, log)
        assert (report.member, report.client) == ("VN-DEMO/GOV/H01", "VN-DEMO/GOV/H01/TINHSO")
        assert (report.signed_at, report.stamped_at) == (NOW, NOW + timedelta(seconds=40))


def test_a_report_says_who_asked_what_and_when() -> None:
    report = verified(BODY)
    assert (report.service, report.message_id) == (SERVICE, "VN-DEMO-0")
    assert not report.response
    assert [one.kind for one in report.verified] == [
        "signature",
        "certificate",
        "sender",
        "stamp",
        "attachments",
    ]
    assert [one.kind for one in report.unverified] == ["stamping_revocation"]
    assert report.sentences[0] == (
        "Chữ ký của VN-DEMO/GOV/H01 trên thông điệp đúng, lập lúc 2026-11-24T03:00:00+00:00."
    )


def test_a_response_is_signed_by_the_owner_of_the_service() -> None:
    answer = OWNER.with_body(b"{}", response())
    assert verified(answer, OWNER).response
    assert failed(LOG.with_body(b"{}", response())) == "incorrect_certificate"
    assert failed(OWNER.alone(), OWNER) == "incorrect_certificate"


def test_soap_messages_are_verified_by_who_sent_them() -> None:
    assert verified(LOG.alone(soap())).message_id == "VN-DEMO-7"
    assert verified(OWNER.alone(soap("TraCuuHoTichResponse")), OWNER).response
    assert failed(LOG.alone(soap("TraCuuHoTichResponse"))) == "incorrect_certificate"
    assert failed(LOG.alone(soap("KhacHan"))) == "invalid_message"


def flips(data: bytes) -> list[bytes]:
    """The data with a byte changed at several places."""
    return [
        data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        for at in sorted({0, len(data) // 3, len(data) // 2, len(data) - 1})
    ]


@pytest.mark.parametrize("evidence", [ALONE, BODY, BATCH[0], BATCH[3]])
def test_one_changed_byte_in_the_message_fails(evidence: Evidence) -> None:
    for message in flips(evidence.message):
        assert failed(changed(evidence, message=message)) in (
            "invalid_signature_value",
            "invalid_hash_chain_ref",
        )


@pytest.mark.parametrize("evidence", [BODY, BATCH[0]])
def test_one_changed_byte_in_an_attachment_fails(evidence: Evidence) -> None:
    for body in flips(b"{}"):
        assert failed(changed(evidence, attachments=(body,))) == "invalid_hash_chain_ref"


def test_an_attachment_more_or_exchanged_fails() -> None:
    assert failed(changed(BODY, attachments=(b"{}", b"x"))) == "hashchain_unused_inputs"
    assert failed(changed(ALONE, attachments=(b"{}",))) == "invalid_reference"


def test_an_attachment_less_is_named_as_not_verified() -> None:
    report = verified(changed(BODY, attachments=()))
    (missing,) = [one for one in report.unverified if one.kind == "attachment_missing"]
    assert hashed(b"{}").hex() in str(missing)


def first_digest(xml: bytes) -> bytes:
    """Another digit in the first digest of a chain or result."""
    at = xml.index(b"DigestValue>") + len(b"DigestValue>") + 3
    return xml[:at] + (b"A" if xml[at : at + 1] != b"A" else b"B") + xml[at + 1 :]


def test_one_changed_byte_in_a_chain_or_its_result_fails() -> None:
    for evidence in (BODY, BATCH[0], BATCH[3]):
        signed, stamp = evidence.signed, evidence.stamp
        assert signed.chain is not None
        assert signed.chain_result is not None
        chain = Signed(signed.signature, signed.chain_result, first_digest(signed.chain))
        assert failed(changed(evidence, signed=chain)) in ("invalid_hash_chain", "invalid_hash_chain_ref")
        result = Signed(signed.signature, first_digest(signed.chain_result), signed.chain)
        assert failed(changed(evidence, signed=result)) == "invalid_signature_value"
        if stamp is not None:
            other = BatchStamp(stamp.token, stamp.chain_result, first_digest(stamp.chain))
            assert failed(changed(evidence, stamp=other)) in ("invalid_hash_chain", "invalid_hash_chain_ref")
            other = BatchStamp(stamp.token, first_digest(stamp.chain_result), stamp.chain)
            assert failed(changed(evidence, stamp=other)) == "timestamp_response_validation_failed"


def test_one_changed_byte_in_a_stamp_fails() -> None:
    stamp = BATCH[0].stamp
    assert stamp is not None
    spoilt = stamp.token[:-1] + bytes([stamp.token[-1] ^ 1])
    broken = changed(BATCH[0], stamp=BatchStamp(spoilt, stamp.chain_result, stamp.chain))
    assert failed(broken) == "timestamp_signer_verification_failed"
    log = Log(stamper=Stamper(now=NOW, spoilt=True))
    assert failed(log.alone(), log) == "timestamp_signer_verification_failed"


@given(st.data())
def test_one_changed_byte_anywhere_fails_or_changes_nothing_that_was_verified(data: st.DataObject) -> None:
    evidence = data.draw(st.sampled_from([ALONE, BODY, BATCH[0]]))
    whole = bytearray(containers.build(evidence))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    report = verify_container(bytes(whole), LOG.trust)
    if report.holds:
        kept = containers.open_container(bytes(whole))
        assert kept.message == evidence.message
        assert [one.read(99) for one in kept.attachments.values()] == list(evidence.attachments)


def test_the_chain_or_stamp_of_another_message_fails() -> None:
    signed = Signed(BATCH[0].signed.signature, BATCH[0].signed.chain_result, BATCH[1].signed.chain)
    assert failed(changed(BATCH[0], signed=signed)) == "invalid_hash_chain_ref"
    assert failed(changed(BATCH[0], stamp=BATCH[4].stamp)) == "invalid_hash_chain_ref"
    foreign = LOG.batches(9)[0].stamp
    assert foreign is not None
    assert failed(changed(BATCH[0], stamp=foreign)) in ("invalid_hash_chain", "invalid_hash_chain_ref")


def test_the_result_of_a_signature_is_no_result_of_a_stamp() -> None:
    signed, stamp = BATCH[0].signed, BATCH[0].stamp
    assert stamp is not None
    assert signed.chain_result is not None
    assert signed.chain is not None
    mixed = BatchStamp(LOG.stamper.over(signed.chain_result), signed.chain_result, signed.chain)
    assert failed(changed(BATCH[0], stamp=mixed)) == "invalid_reference"


def test_without_a_stamp_nothing_holds() -> None:
    signed = signatures.sign_one(LOG.world.seal(), hashed(request()), at=NOW)
    assert failed(Evidence(request(), signed, NOW)) == "asic_timestamp_not_found"


def test_a_message_of_which_only_metadata_is_kept_never_verifies() -> None:
    """§11.2: such a record shows that something was exchanged, and proves nothing."""
    bare = modes.kept_head(ALONE.message, BodyLog.METADATA)
    assert failed(changed(ALONE, message=bare)) == "invalid_signature_value"


def stamped_after(delay: timedelta) -> tuple[Log, Evidence]:
    log = Log(stamper=Stamper(now=NOW + delay))
    return log, log.alone()


def test_a_stamp_that_comes_a_day_late_holds_and_is_said() -> None:
    log, evidence = stamped_after(timedelta(hours=30))
    report = verified(evidence, log)
    (late,) = [one for one in report.unverified if one.kind == "late_stamp"]
    assert "30 giờ" in str(late)


@pytest.mark.parametrize("delay", [timedelta(hours=49), -timedelta(minutes=10)])
def test_a_stamp_that_comes_after_two_days_or_before_the_signature_does_not_hold(delay: timedelta) -> None:
    log, evidence = stamped_after(delay)
    assert failed(evidence, log) == "incorrect_validation_info"


def test_certificates_are_judged_when_the_stamp_was_given() -> None:
    log = Log()
    log.world.signer = log.world.signing(days=400)
    evidence = log.alone()
    assert verified(evidence, log).holds
    late = Log(stamper=Stamper(now=NOW + timedelta(hours=5)))
    late.world.signer = late.world.signing(begins=NOW - timedelta(days=10), days=10)
    assert failed(late.alone(), late) == "cert_validation"
    revoked = Log()
    seal = Seal(revoked.world.key(), [revoked.world.answer(revoked_at=NOW - timedelta(days=1))])
    signed = signatures.sign_one(seal, hashed(request()), at=NOW)
    assert failed(Evidence(request(), revoked.stamped(signed), NOW), revoked) == "cert_validation"


def test_a_message_in_a_batch_without_attachments_says_what_a_chain_cannot_tell() -> None:
    assert "lone_message" in [one.kind for one in verified(BATCH[3]).unverified]
    assert "lone_message" not in [one.kind for one in verified(ALONE).unverified]


def test_a_stranger_in_the_container_is_named() -> None:
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    for name, entry in zips.entries(containers.build(ALONE)).items():
        writer.add(name, entry.read(1 << 20), at=NOW)
    writer.add("ghi-chu.txt", b"xin chao", at=NOW)
    writer.close()
    report = verify_container(sink.getvalue(), LOG.trust)
    assert report.holds
    assert "ghi-chu.txt" in " ".join(report.sentences)


def test_what_many_share_is_verified_once_and_forgotten_in_time() -> None:
    examiner = Examiner(LOG.trust)
    for evidence in (*BATCH, *BATCH):
        assert examiner.examine(containers.build(evidence)).holds
    assert len(examiner._stamps) == 1
    for number in range(300):
        examiner._stamps[b"%d" % number, b"", None] = next(iter(examiner._stamps.values()))
    assert examiner.examine(containers.build(LOG.batches(2)[0])).holds
    assert len(examiner._stamps) <= 256


@given(st.binary(max_size=300))
def test_any_bytes_get_a_report(data: bytes) -> None:
    report = verify_container(data, LOG.trust)
    assert report.failure is not None
    assert report.failure.code == "asic_invalid_container"
    assert report.sentences == (SENTENCES["container"],)


def test_trust_travels_to_another_process() -> None:
    assert copy.deepcopy(LOG.trust) == LOG.trust

"""The nightly stamp: a trusted authority's, with proof that holds for years without asking anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from asn1crypto import cms

from tests.foundation.audit.support import AT, broken, run, write
from tests.foundation.signing import national
from tests.support.pki import Authority
from tinhso.foundation import audit, http, stamping
from tinhso.foundation.audit.models import AuditStamp
from tinhso.foundation.signing import HttpStamps, Trust, errors, ports

pytestmark = pytest.mark.django_db
STAMPS = stamping.SigningStamps()


@pytest.fixture(params=["ec", "rsa"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[national.National]:
    """A national side whose stamps we take and whose root we trust."""
    monkeypatch.setattr(audit.stamp_authority, "_bound", STAMPS)
    with national.serving(request.param) as served:
        monkeypatch.setattr(ports.stamp_authority, "_bound", HttpStamps(f"{served.address}/tsa"))
        trust_only(served.authority, monkeypatch)
        write()
        yield served
        http.close()


def trust_only(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports.trusted, "_bound", Trust(authority.roots, revocations=authority))


def kept() -> tuple[audit.Stamped, bytes]:
    row = AuditStamp.objects.get()
    return audit.Stamped(bytes(row.token), bytes(row.proof)), bytes(row.digest)


def first_break() -> str:
    return str(audit.verify(at=AT, authority=STAMPS).first or "")


def test_a_stamp_is_kept_with_proof_and_checked_without_asking_anybody(
    side: national.National, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit.stamp(at=AT) == 2

    side.broken.add("/tsa")
    side.authority.silent = True
    trust_only(side.authority, monkeypatch)
    stamped, digest = kept()
    assert STAMPS.stamped_at(stamped, digest).tzinfo is not None
    assert audit.verify(at=AT + timedelta(days=3650), authority=STAMPS).intact
    assert broken() == ""


def test_a_stamp_of_something_else_or_a_changed_one_is_refused(side: national.National) -> None:
    audit.stamp(at=AT)
    stamped, digest = kept()

    with pytest.raises(ValueError, match=r"\w"):
        STAMPS.stamped_at(stamped, bytes(32))
    for place in range(-60, -10, 7):
        forged = bytearray(stamped.token)
        forged[place] ^= 1
        with pytest.raises(ValueError, match=r"\w"):
            STAMPS.stamped_at(audit.Stamped(bytes(forged), stamped.proof), digest)
    moved = cms.ContentInfo.load(stamped.token)
    moved["content"]["encap_content_info"]["content"].parsed["serial_number"] = 99
    with pytest.raises(ValueError, match=r"\w"):
        STAMPS.stamped_at(audit.Stamped(moved.dump(force=True), stamped.proof), digest)


def test_a_stamp_by_one_whom_we_do_not_trust_is_not_kept(
    side: national.National, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust_only(Authority("ec"), monkeypatch)

    with pytest.raises(errors.CertificateUntrusted):
        audit.stamp(at=AT)
    assert not AuditStamp.objects.exists()


def test_a_stamp_whose_certificate_was_revoked_is_not_kept(side: national.National) -> None:
    side.authority.revoked[side.stamps.identity.asn1.serial_number] = side.stamps.moment - timedelta(days=1)

    with pytest.raises(errors.CertificateProblem):
        audit.stamp(at=AT)
    assert not AuditStamp.objects.exists()


def test_a_stamp_forged_with_a_root_of_ones_own_is_named(
    side: national.National, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the server can make a root, a stamper, proof and all; our roots do not know it."""
    audit.stamp(at=AT)
    trust_only(Authority("ec"), monkeypatch)

    assert "dấu không hợp lệ (Chứng thư không do tổ chức được tỉnh tin cậy cấp" in first_break()


def test_a_stamp_without_proof_is_named(side: national.National) -> None:
    audit.stamp(at=AT)
    run("UPDATE foundation_auditstamp SET proof = ''::bytea")

    assert "không có bằng chứng" in first_break()

"""A certificate is checked before it signs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.foundation.signing.conftest import Office
from tests.support.pki import NOW, Authority
from tinhso.foundation import signing
from tinhso.foundation.signing import errors


def _begin_with(office: Office, draft: signing.Draft, **options: object) -> signing.Begun:
    identity = office.authority.person("Lê Thị Hoa", **options)  # type: ignore[arg-type]  # test options
    return office.begin(draft, chain=office.authority.chain(identity))


def test_an_expired_certificate_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    with pytest.raises(errors.CertificateExpired, match="hết hạn ngày"):
        _begin_with(office, paper_draft, days=30)


def test_a_certificate_of_tomorrow_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    with pytest.raises(errors.CertificateNotYetValid):
        _begin_with(office, paper_draft, begins=NOW + timedelta(days=1))


def test_a_certificate_not_for_signing_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    with pytest.raises(errors.CertificateUnfit):
        _begin_with(office, paper_draft, uses="enciphering")


def test_an_authority_does_not_sign_documents(office: Office, paper_draft: signing.Draft) -> None:
    with pytest.raises(errors.CertificateUnfit):
        office.begin(paper_draft, chain=signing.Chain(office.authority.issuer.asn1))


def test_a_revoked_certificate_is_refused_by_ocsp_and_by_crl(
    fresh_office: Office, paper_draft: signing.Draft
) -> None:
    fresh_office.authority.revoke(fresh_office.leader, NOW - timedelta(days=2))

    for by_crl in (False, True):
        fresh_office.authority.use_crl = by_crl
        with pytest.raises(errors.CertificateRevoked, match="thu hồi"):
            fresh_office.begin(paper_draft)


def test_a_certificate_of_a_stranger_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    stranger = Authority("ec")
    identity = stranger.person("Người lạ")

    with pytest.raises(errors.CertificateUntrusted):
        office.begin(paper_draft, chain=stranger.chain(identity))


def test_a_stranger_with_the_same_names_is_refused(office: Office, paper_draft: signing.Draft) -> None:
    stranger = Authority("ec")
    identity = stranger.person("Trần Văn Dũng")

    with pytest.raises(errors.CertificateProblem):
        office.begin(paper_draft, chain=signing.Chain(identity.asn1, (office.authority.issuer.asn1,)))


def test_silence_about_revocation_refuses(fresh_office: Office, paper_draft: signing.Draft) -> None:
    fresh_office.authority.silent = True

    with pytest.raises(errors.RevocationUnknown):
        fresh_office.begin(paper_draft)


def test_proof_is_asked_once_a_minute(fresh_office: Office, paper_draft: signing.Draft) -> None:
    fresh_office.begin(paper_draft)
    asked = fresh_office.authority.asked

    fresh_office.begin(paper_draft, at=NOW + timedelta(seconds=59))
    assert fresh_office.authority.asked == asked

    fresh_office.begin(paper_draft, at=NOW + timedelta(seconds=61))
    assert fresh_office.authority.asked > asked


def test_a_kept_proof_does_not_outlive_the_certificate(
    fresh_office: Office, paper_draft: signing.Draft
) -> None:
    authority = fresh_office.authority
    short = authority.person("Phạm Văn Hòa", begins=NOW - timedelta(days=1) + timedelta(seconds=30), days=1)
    fresh_office.begin(paper_draft, chain=authority.chain(short))

    with pytest.raises(errors.CertificateExpired):
        fresh_office.begin(paper_draft, chain=authority.chain(short), at=NOW + timedelta(seconds=45))


def test_a_stamp_by_a_certificate_not_for_stamps_is_refused(
    fresh_office: Office, paper_draft: signing.Draft
) -> None:
    fresh_office.stamps.identity = fresh_office.authority.person("Không phải nơi cấp dấu thời gian")

    with pytest.raises(errors.CertificateUnfit):
        fresh_office.complete(fresh_office.begin(paper_draft))


def test_rubbish_is_no_certificate() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        signing.Chain.from_der(b"rubbish")

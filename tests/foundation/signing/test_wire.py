"""Stamps, revocation answers and remote signatures over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.foundation.signing.conftest import certificate_on_paper, draft_of
from tests.foundation.signing.national import National, serving
from tests.support.pki import NOW
from tinhso.foundation import signing
from tinhso.foundation.signing import errors


@pytest.fixture(params=["ec", "rsa"])
def national(request: pytest.FixtureRequest) -> Iterator[National]:
    with serving(request.param) as found:
        yield found


def _remote(national: National) -> signing.CscSigner:
    return signing.CscSigner(
        f"{national.address}/csc", token=lambda: "token", credential_of=lambda person: "chung-thu-1"
    )


def _trust(national: National) -> signing.Trust:
    """Trust in the issuing authority itself, so that every answer comes over the wire."""
    return signing.Trust([national.authority.issuer.asn1], revocations=signing.HttpRevocations())


def test_a_person_confirms_on_the_phone_and_the_document_is_signed(national: National) -> None:
    remote, trust = _remote(national), _trust(national)
    stamps = signing.HttpStamps(f"{national.address}/tsa")
    draft = draft_of(certificate_on_paper())
    begun = signing.begin(draft, field="signature", chain=remote.chain(person="dung"), trust=trust, at=NOW)

    asked = remote.ask(person="dung", digest=begun.digest, document="Giấy xác nhận")
    assert remote.collect(asked=asked) is None

    national.confirmed = True
    signature = remote.collect(asked=asked)
    assert signature is not None
    signed = signing.complete(begun.state, signature=signature, trust=trust, at=NOW, stamps=stamps)
    report = signing.verify(signed.pdf, roots=[national.authority.issuer.asn1], at=NOW)
    assert report.sound
    assert report.signatures[0].level is signing.Level.B_LT


def test_a_person_who_declines_is_told(national: National) -> None:
    remote = _remote(national)
    asked = remote.ask(person="dung", digest=bytes(32), document="Giấy xác nhận")
    national.confirmed = False

    with pytest.raises(errors.SignatureRefused, match="không xác nhận"):
        remote.collect(asked=asked)


def test_a_provider_that_fails_is_told(national: National) -> None:
    national.broken.add("/csc/credentials/authorize")

    with pytest.raises(errors.SignerUnavailable):
        _remote(national).ask(person="dung", digest=bytes(32), document="Giấy xác nhận")


def test_a_foreign_reference_is_refused(national: National) -> None:
    with pytest.raises(errors.SignerUnavailable):
        _remote(national).collect(asked=signing.Asked("not ours"))


@pytest.mark.parametrize("fault", ["broken", "nonce", "nobody"])
def test_a_useless_stamp_is_refused(fault: str, national: National) -> None:
    url = f"{national.address}/tsa"
    if fault == "broken":
        national.broken.add("/tsa")
    if fault == "nonce":
        national.other_nonce = True
    if fault == "nobody":
        url = "http://127.0.0.1:9/tsa"

    with pytest.raises(errors.StampUnavailable, match="dấu thời gian"):
        signing.HttpStamps(url).stamp(bytes(32))


def _ask(national: National, source: signing.HttpRevocations, *, at_minutes: int = 0) -> signing.Answers:
    return source.ask(
        certificate=national.signer.asn1,
        issuer=national.authority.issuer.asn1,
        at=NOW + timedelta(minutes=at_minutes),
    )


def test_an_answer_is_asked_anew_only_after_minutes(national: National) -> None:
    source = signing.HttpRevocations()

    _ask(national, source)
    _ask(national, source, at_minutes=4)
    assert national.asked["/ocsp"] == 1
    _ask(national, source, at_minutes=6)
    assert national.asked["/ocsp"] == 2


def test_the_list_is_read_when_ocsp_fails(national: National) -> None:
    national.broken.add("/ocsp")

    answers = _ask(national, signing.HttpRevocations())

    assert len(answers.crls) == 1
    assert answers.ocsps == ()


def test_nobody_answering_about_revocation_is_told(national: National) -> None:
    national.broken.update({"/ocsp", "/crl"})

    with pytest.raises(errors.RevocationUnknown):
        _ask(national, signing.HttpRevocations())


def test_an_answer_about_another_certificate_proves_nothing(national: National) -> None:
    class Mistaken:
        def ask(self, **_question: object) -> signing.Answers:
            return signing.Answers(ocsps=(national.authority.ocsp(national.stamps.identity.asn1),))

    trust = signing.Trust([national.authority.issuer.asn1], revocations=Mistaken())

    with pytest.raises(errors.RevocationUnknown):
        trust.evidence(national.authority.chain(national.signer), at=NOW)

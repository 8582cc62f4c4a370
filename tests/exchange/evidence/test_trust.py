"""Whose certificates count: a path to an authority and a fresh OCSP answer (exchange protocol §2, §9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.exchange.evidence.trusted import (
    BORN,
    NOW,
    Identity,
    World,
    authority,
    certificate,
    key_of,
    named,
    usage,
)
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Trust, Use

HOUR = timedelta(hours=1)


def code(trust: Trust, subject: Identity, answers: list[bytes], *, chain: tuple[Identity, ...] = ()) -> str:
    with pytest.raises(BadEvidence) as caught:
        trust.standing(subject.der, [one.der for one in chain], answers, Use.SIGNING).require(NOW)
    return caught.value.code


def test_a_signing_certificate_of_a_named_authority_stands_for_its_member() -> None:
    world = World()
    standing = world.trust().standing(world.signer.der, [], [world.answer()], Use.SIGNING)
    standing.require(NOW)
    assert standing.member == world.member


def test_without_an_answer_or_with_one_about_another_nobody_is_trusted() -> None:
    world = World()
    other = world.signing()
    assert code(world.trust(), world.signer, []) == "incorrect_validation_info"
    assert code(world.trust(), world.signer, [world.answer(other)]) == "incorrect_validation_info"


def test_a_revoked_certificate_is_refused() -> None:
    world = World()
    assert code(world.trust(), world.signer, [world.answer(revoked_at=NOW - HOUR)]) == "cert_validation"


@pytest.mark.parametrize("age", [timedelta(hours=2), -timedelta(minutes=10)])
def test_an_answer_too_old_or_from_the_future_is_refused(age: timedelta) -> None:
    world = World()
    old = world.answer(at=NOW - age, serves=None)
    assert code(world.trust(), world.signer, [old]) == "incorrect_validation_info"


def test_an_answer_serves_no_longer_than_it_says_itself() -> None:
    world = World()
    short = world.answer(at=NOW - timedelta(minutes=30), serves=timedelta(minutes=10))
    assert code(world.trust(), world.signer, [short]) == "incorrect_validation_info"


def test_an_answer_signed_by_another_key_is_refused() -> None:
    world = World()
    answer = world.answer()
    forged = answer[:-1] + bytes([answer[-1] ^ 1])
    assert code(world.trust(), world.signer, [forged]) == "ocsp_response_verification_failure"


def test_a_responder_answers_only_with_a_certificate_of_the_issuer_for_it() -> None:
    world = World()
    good = world.answer(responder=world.responder())
    world.trust().standing(world.signer.der, [], [good], Use.SIGNING).require(NOW)
    plain = world.answer(responder=world.responder(extended=False))
    assert code(world.trust(), world.signer, [plain]) == "ocsp_response_verification_failure"
    foreign = world.responder(issuer=authority("Nơi khác"))
    told = world.answer(responder=foreign)
    assert code(world.trust(), world.signer, [told]) == "ocsp_response_verification_failure"
    named_one = Trust.of([world.authority.der], responders=[foreign.der])
    named_one.standing(world.signer.der, [], [told], Use.SIGNING).require(NOW)


def test_an_answer_that_says_nothing_is_no_answer() -> None:
    world = World()
    unable = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    for answer in (unable.public_bytes(Encoding.DER), b"nonsense", b""):
        assert code(world.trust(), world.signer, [answer]) == "ocsp_response_parsing_failure"


def test_a_certificate_of_an_authority_that_nobody_named_is_refused() -> None:
    world, other = World(), World(authority=authority("Nơi khác"))
    assert code(world.trust(), other.signer, [other.answer()]) == "cannot_create_cert_path"


def test_an_authority_of_the_same_name_with_another_key_is_refused() -> None:
    world = World()
    twin = certificate(
        world.authority.certificate.subject,
        key_of("ec", "nobody"),
        None,
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage(certifies=True), True),
    )
    other = World(authority=twin)
    assert code(world.trust(), other.signer, [other.answer()]) == "cannot_create_cert_path"


def test_intermediates_lead_to_the_authority_and_need_answers_too() -> None:
    world = World()
    between = authority("Nơi cấp bên dưới", world.authority)
    signer = world.signing(issuer=between)
    own = world.answer(signer, issuer=between)
    above = world.answer(between)
    trust = world.trust()
    trust.standing(signer.der, [between.der], [own, above], Use.SIGNING).require(NOW)
    assert code(trust, signer, [own, above]) == "cannot_create_cert_path"
    assert code(trust, signer, [own], chain=(between,)) == "incorrect_validation_info"
    revoked = world.answer(between, revoked_at=NOW - HOUR)
    assert code(trust, signer, [own, revoked], chain=(between,)) == "cert_validation"


def test_a_member_cannot_certify_another() -> None:
    world = World()
    forged = world.signing(issuer=world.signer, member="VN-DEMO/GOV/BCA")
    answers = [world.answer(forged, issuer=world.signer), world.answer()]
    assert code(world.trust(), forged, answers, chain=(world.signer,)) == "cannot_create_cert_path"


def test_an_authority_that_may_not_have_others_below_it_has_none() -> None:
    world = World(authority=authority("Nơi cấp hẹp", length=0))
    between = authority("Nơi cấp bên dưới", world.authority)
    signer = world.signing(issuer=between)
    answers = [world.answer(signer, issuer=between), world.answer(between)]
    assert code(world.trust(), signer, answers, chain=(between,)) == "invalid_cert_path"


def test_a_circle_of_certificates_ends() -> None:
    world = World()
    one = authority("Vòng")
    signer = world.signing(issuer=one)
    assert (
        code(world.trust(), signer, [world.answer(signer, issuer=one)], chain=(one,) * 9)
        == "cannot_create_cert_path"
    )


@pytest.mark.parametrize("begins", [NOW + HOUR, BORN - timedelta(days=800)])
def test_a_certificate_before_or_after_its_time_is_refused(begins: object) -> None:
    world = World()
    signer = world.signing(begins=begins, days=365)
    assert code(world.trust(), signer, [world.answer(signer)]) == "cert_validation"


def test_a_certificate_for_something_else_is_refused() -> None:
    world = World()
    for uses in (usage(signs=True), usage(commits=True, certifies=True)):
        signer = world.signing(uses=uses)
        assert code(world.trust(), signer, [world.answer(signer)]) == "incorrect_certificate"


def test_a_certificate_without_member_signs_nothing() -> None:
    world = World()
    nameless = world.signing(member="")
    assert code(world.trust(), nameless, [world.answer(nameless)]) == "incorrect_certificate"


def test_an_unknown_critical_extension_is_refused() -> None:
    world = World()
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.9"), b"\x05\x00")
    signer = certificate(
        named("Ký", member=world.member),
        key_of("ec", "member"),
        world.authority,
        (usage(commits=True), True),
        (strange, True),
    )
    assert code(world.trust(), signer, [world.answer(signer)]) == "incorrect_certificate"


def test_a_certificate_between_servers_serves_both_ends_and_signs_no_message() -> None:
    world = World()
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    server = certificate(
        named("VN-DEMO/GOV/H01/AG1"),
        key_of("ec", "server"),
        world.authority,
        (usage(signs=True), True),
        (both, False),
    )
    answers = [world.answer(server)]
    assert world.trust().standing(server.der, [], answers, Use.TLS).member == ""
    assert code(world.trust(), server, answers) == "incorrect_certificate"
    with pytest.raises(BadEvidence):
        world.trust().standing(world.signer.der, [], [world.answer()], Use.TLS)


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(BadEvidence) as caught:
        Trust.of([b"nonsense"])
    assert caught.value.code == "incorrect_certificate"
    with pytest.raises(BadEvidence):
        World().trust().standing(b"nonsense", [], [], Use.SIGNING)


def test_what_is_remembered_is_bounded_and_judged_by_the_time_asked() -> None:
    world = World()
    trust = world.trust()
    standing = trust.standing(world.signer.der, [], [world.answer()], Use.SIGNING)
    with pytest.raises(BadEvidence):
        standing.require(NOW + 2 * HOUR)
    standing.require(NOW + 2 * HOUR, status_at=NOW)

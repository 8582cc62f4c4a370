"""Whom to believe: certificates with their OCSP answers, and time stamps, by the directory's content.

A stamp's time may lie later than the OCSP answer's end by the longest time for which stamping may fail (§12).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, ocsp, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as answers
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from national.exchange.failures import Failure

LEEWAY = timedelta(minutes=5)
STAMP_LATE = timedelta(hours=4)
DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def verify_signature(
    key: Any, signature: bytes, data: bytes, digest: hashes.HashAlgorithm, wrong: str = "cert_validation"
) -> None:
    """RSA (PKCS #1 v1.5) or ECDSA (DER) over data; raises Failure `wrong`."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            raise Failure(wrong, "a key of an unknown kind")
    except InvalidSignature as fault:
        raise Failure(wrong, "a signature does not verify") from fault


class Trust:
    """The authorities and stamping services of one document of the directory."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.instance: str = content["instance"]
        self.authorities = [_der(one["certificate"]) for one in content["authorities"]]
        self.stamping = [_der(one["certificate"]) for one in content["stamping"]]

    def issuer(self, certificate: x509.Certificate) -> x509.Certificate:
        """The authority that gave a certificate; raises Failure."""
        for authority in self.authorities:
            if authority.subject == certificate.issuer:
                try:
                    certificate.verify_directly_issued_by(authority)
                except (InvalidSignature, ValueError, TypeError):
                    continue
                return authority
        raise Failure("cannot_create_cert_path", f"no known authority gave {_name(certificate)}")

    def path(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """The certificate and the authorities above it, without one that vouches for itself."""
        found = [certificate]
        while found[-1].issuer != found[-1].subject:
            try:
                above = self.issuer(found[-1])
            except Failure:
                if len(found) == 1:
                    raise
                return found
            if above.issuer == above.subject:
                return found
            found.append(above)
        return found

    def check(
        self,
        certificate: x509.Certificate,
        ocsp_answers: Sequence[bytes],
        at: datetime,
        *,
        stamped: bool = False,
    ) -> None:
        """Given by a known authority, in force at that time, and an OCSP answer says good; raises Failure."""
        for one in self.path(certificate):
            if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
                raise Failure("cert_validation", f"{_name(one)} is not in force")
        late = STAMP_LATE if stamped else timedelta(0)
        self._check_ocsp(certificate, ocsp_answers, at, late)

    def _check_ocsp(
        self, certificate: x509.Certificate, given: Sequence[bytes], at: datetime, late: timedelta
    ) -> None:
        issuer = self.issuer(certificate)
        why = "no OCSP answer about it"
        for data in given:
            try:
                answer = _ocsp(data, certificate, issuer)
            except Failure as fault:
                why = fault.message
                continue
            if answer is None:
                continue
            end = answer.next_update_utc
            if answer.certificate_status is not answers.OCSPCertStatus.GOOD:
                raise Failure("cert_validation", f"{_name(certificate)}: {answer.certificate_status.name}")
            if end and answer.this_update_utc - LEEWAY <= at <= end + late:
                return
            why = f"the OCSP answer is of {answer.this_update_utc} and holds until {end}"
        raise Failure("cert_validation", f"{_name(certificate)}: {why}")

    def stamp_time(self, token: bytes, data: bytes) -> datetime:
        """The time a stamp over these bytes tells, by an approved service; raises Failure."""
        try:
            signed = cms.ContentInfo.load(token, strict=True)["content"]
            content = signed["encap_content_info"]["content"]
            info: tsp.TSTInfo = content.parsed
            (signer,) = signed["signer_infos"]
            imprint = info["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            right = hashlib.new(algorithm, data).digest()
            if not isinstance(info, tsp.TSTInfo) or imprint["hashed_message"].native != right:
                raise Failure("timestamp_validation", "the stamp is of other data")
            self._check_stamp_signer(signed, signer, content.contents)
            told: datetime = info["gen_time"].native
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise Failure("timestamp_validation", f"the stamp cannot be read: {fault}") from fault
        return told

    def _check_stamp_signer(self, signed: Any, signer: Any, content: bytes) -> None:
        sid = signer["sid"].chosen
        found = [
            one
            for one in self.stamping
            if one.serial_number == sid["serial_number"].native
            and asn1.Certificate.load(one.public_bytes(Encoding.DER)).issuer == sid["issuer"]
        ]
        if not found:
            raise Failure("timestamp_validation", "the stamp is of no approved service")
        attributes = signer["signed_attrs"]
        told = {one["type"].native: one["values"][0] for one in attributes}
        digest = DIGESTS[signer["digest_algorithm"]["algorithm"].native]
        if told["message_digest"].native != hashlib.new(digest.name, content).digest():
            raise Failure("timestamp_validation", "the stamp's content is not what was signed")
        if told["content_type"].native != "tst_info":
            raise Failure("timestamp_validation", "the stamp is no stamp")
        data = attributes.untag().dump()
        algorithm = DIGESTS.get(signer["signature_algorithm"].hash_algo, digest)
        key = found[0].public_key()
        verify_signature(key, signer["signature"].native, data, algorithm, "timestamp_validation")
        self.issuer(found[0])


def _der(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def _ocsp(data: bytes, about: x509.Certificate, issuer: x509.Certificate) -> answers.OCSPResponse | None:
    """The answer when it is about that certificate and rightly signed, None for another; raises Failure."""
    try:
        answer = answers.load_der_ocsp_response(data)
        if answer.response_status is not answers.OCSPResponseStatus.SUCCESSFUL:
            raise Failure("cert_validation", f"OCSP answered {answer.response_status.name}")
        if answer.serial_number != about.serial_number:
            return None
        held = asn1.Certificate.load(issuer.public_bytes(Encoding.DER))
        algorithm = answer.hash_algorithm.name
        right = (
            hashlib.new(algorithm, held.subject.dump()).digest(),
            hashlib.new(algorithm, bytes(held.public_key["public_key"])).digest(),
        )
        if (answer.issuer_name_hash, answer.issuer_key_hash) != right:
            return None
        responder = _responder(answer, issuer)
        digest = answer.signature_hash_algorithm or hashes.SHA256()
        tbs = bytes(answer.tbs_response_bytes)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise Failure("cert_validation", f"an OCSP answer cannot be read: {fault}") from fault
    verify_signature(responder.public_key(), answer.signature, tbs, digest)
    return answer


def _responder(answer: answers.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    """The issuer itself, or whom it lets answer (RFC 6960 §4.2.2.2); raises Failure."""
    for one in answer.certificates:
        if one == issuer:
            return issuer
        try:
            one.verify_directly_issued_by(issuer)
            usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
            return one
    return issuer


def member_of(certificate: x509.Certificate) -> str:
    """The member a signing certificate is of, `instance/class/member`; raises Failure."""
    found = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as fault:
        raise Failure("incorrect_certificate", "the certificate says not what it is for") from fault
    if len(found) != 1 or not usage.content_commitment:
        raise Failure("incorrect_certificate", f"{_name(certificate)} is no signing certificate")
    return str(found[0].value)


def serial_of(data: bytes) -> int | None:
    """The serial number an OCSP answer is about; None when it is no good answer."""
    try:
        parsed = ocsp.OCSPResponse.load(data, strict=True)
        single = parsed.response_data["responses"][0]
        return int(single["cert_id"]["serial_number"].native)
    except (ValueError, TypeError, KeyError, IndexError):
        return None

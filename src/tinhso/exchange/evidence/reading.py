"""Reads a signature of the profile and of no other: what is read is what was signed (§10.1).

Against signature wrapping nothing is searched for by name or id. Every element is reached from the root by
its one place; the id that a reference names must be that of the element in that place, and no id may stand
in the document twice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from tinhso.exchange.evidence import keys, xml
from tinhso.exchange.evidence.digests import ALGORITHMS, SIZES
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.profile import (
    ASIC,
    EXCLUSIVE,
    FORMATS,
    INCLUSIVE,
    METHODS,
    SIGNED_PROPERTIES_TYPE,
    XADES,
)

_BAD = "malformed_signature"
MOST_CERTIFICATES = 8

_IDS = etree.XPath('//@*[translate(local-name(), "ID", "id") = "id"]', smart_strings=False)
"""Values of every attribute that somebody could take for an id, in any name space."""


@dataclass(frozen=True, slots=True)
class Read:
    """A signature whose value and own parts are right; certificate and reference are not yet judged."""

    reference: str
    """`/message.xml` or `/sig-hashchainresult.xml`."""
    method: str
    digest: bytes
    certificate: bytes
    chain: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    signed_at: datetime
    value: bytes
    """The decoded SignatureValue, which a stamp for one message is about."""
    stamps: tuple[bytes, ...]

    def covers(self, data: bytes) -> bool:
        """Whether the signature's reference is to these bytes."""
        return hmac.compare_digest(self.digest, hashlib.new(ALGORITHMS[self.method], data).digest())


_ROOTS = tuple(f"{{{ASIC}}}{name}" for name in ("XAdESSignatures", "XadesSignatures"))
"""ETSI's schema and the protocol (§10.1) spell it differently: both are read."""


def read(signature: bytes) -> Read:
    """Reads and checks the signature by its own certificate.

    Raises BadEvidence: malformed_signature, invalid_reference, incorrect_certificate,
    invalid_signature_value.
    """
    root = xml.read(signature, malformed=_BAD)
    _no_id_twice(root)
    _require(root.tag in _ROOTS, "no XAdESSignatures")
    (element,) = _children(root, f"{{{xml.DS}}}Signature")
    info, value, key_info, held = _children(
        element, *(f"{{{xml.DS}}}{one}" for one in ("SignedInfo", "SignatureValue", "KeyInfo", "Object"))
    )
    (data,) = _children(key_info, f"{{{xml.DS}}}X509Data")
    (shown,) = _children(data, f"{{{xml.DS}}}X509Certificate")
    certificate = _bytes(shown)
    signed, unsigned = _properties(held, element)
    canonical, method, references = _signed_info(info)
    reference, kind, digest = _data_reference(references, signed, canonical)
    signed_at = _signed_properties(signed, certificate)
    key = keys.public_key(certificate)
    _require(METHODS[keys.algorithm_of(key)] == method, "the method does not fit the certificate's key")
    signature_value = _bytes(value)
    if not keys.is_signed(key, signature_value, _canonical(info, canonical)):
        raise BadEvidence("invalid_signature_value", "the signature is not by the key of its certificate")
    return Read(
        reference,
        kind,
        digest,
        certificate,
        _encapsulated(unsigned, "CertificateValues", "EncapsulatedX509Certificate"),
        _encapsulated(unsigned, "RevocationValues/OCSPValues", "EncapsulatedOCSPValue"),
        signed_at,
        signature_value,
        _encapsulated(unsigned, "SignatureTimeStamp", "EncapsulatedTimeStamp"),
    )


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise BadEvidence(_BAD, otherwise)


def _no_id_twice(root: Any) -> None:
    values = _IDS(root)
    _require(len(set(values)) == len(values), "an id stands twice")


def _children(element: Any, *tags: str) -> list[Any]:
    found = list(element)
    if [one.tag for one in found] != list(tags):
        names = ", ".join(etree.QName(tag).localname for tag in tags)
        raise BadEvidence(_BAD, f"{etree.QName(element).localname} must hold {names}")
    return found


def _bytes(element: Any) -> bytes:
    _require(not len(element), "an element holds others instead of bytes")
    return xml.decoded(element.text, malformed=_BAD)


def _canonical(element: Any, algorithm: str) -> bytes:
    return bytes(
        etree.tostring(
            element, method="c14n", exclusive=algorithm == EXCLUSIVE, with_comments=False, with_tail=False
        )
    )


def _method(element: Any, allowed: Sequence[str]) -> str:
    algorithm = str(element.get("Algorithm", ""))
    _require(algorithm in allowed and not len(element), f"{algorithm} is not allowed")
    return algorithm


def _properties(held: Any, signature: Any) -> tuple[Any, Any | None]:
    (qualifying,) = _children(held, f"{{{XADES}}}QualifyingProperties")
    _require(
        bool(signature.get("Id")) and qualifying.get("Target") == f"#{signature.get('Id')}",
        "the properties are not about this signature",
    )
    found = list(qualifying)
    _require(
        [one.tag for one in found]
        in (
            [f"{{{XADES}}}SignedProperties"],
            [f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"],
        ),
        "the properties are not as the profile has them",
    )
    if len(found) == 1:
        return found[0], None
    (unsigned,) = _children(found[1], f"{{{XADES}}}UnsignedSignatureProperties")
    return found[0], unsigned


def _signed_info(info: Any) -> tuple[str, str, list[Any]]:
    names = ("CanonicalizationMethod", "SignatureMethod", "Reference", "Reference")
    found = _children(info, *(f"{{{xml.DS}}}{name}" for name in names))
    return (
        _method(found[0], (INCLUSIVE, EXCLUSIVE)),
        _method(found[1], tuple(METHODS.values())),
        found[2:],
    )


def _data_reference(references: list[Any], properties: Any, canonical: str) -> tuple[str, str, bytes]:
    data = [one for one in references if one.get("Type") != SIGNED_PROPERTIES_TYPE]
    own = [one for one in references if one.get("Type") == SIGNED_PROPERTIES_TYPE]
    if len(data) != 1 or len(own) != 1:
        raise BadEvidence(
            "invalid_reference", "a signature references the data and its own properties, once each"
        )
    name = properties.get("Id")
    if not name or own[0].get("URI") != f"#{name}":
        raise BadEvidence("invalid_reference", "the properties in their place are not those that are signed")
    reference = str(data[0].get("URI", ""))
    if reference not in FORMATS or data[0].get("Type") is not None:
        raise BadEvidence("invalid_reference", f"a signature may not be about {reference}")
    _, method, digest = _reference(data[0])
    transform, own_method, own_digest = _reference(own[0])
    actual = hashlib.new(ALGORITHMS[own_method], _canonical(properties, transform or INCLUSIVE)).digest()
    if not hmac.compare_digest(actual, own_digest):
        raise BadEvidence("invalid_signature_value", "the signed properties were changed")
    return reference, method, digest


def _reference(element: Any) -> tuple[str, str, bytes]:
    """Canonical form (own properties only; empty when not stated), digest method, digest."""
    children = list(element)
    transform = ""
    if children and children[0].tag == f"{{{xml.DS}}}Transforms":
        same_document = element.get("URI", "").startswith("#")
        _require(same_document, "data is signed as it is")
        (one,) = _children(children.pop(0), f"{{{xml.DS}}}Transform")
        transform = _method(one, (INCLUSIVE, EXCLUSIVE))
    tags = [one.tag for one in children]
    _require(tags == [f"{{{xml.DS}}}DigestMethod", f"{{{xml.DS}}}DigestValue"], "a reference has a digest")
    method = _method(children[0], tuple(ALGORITHMS))
    digest = _bytes(children[1])
    _require(len(digest) == SIZES[ALGORITHMS[method]], "a digest of the wrong length")
    return transform, method, digest


def _signed_properties(properties: Any, certificate: bytes) -> datetime:
    signature = properties.find(f"{{{XADES}}}SignedSignatureProperties")
    _require(signature is not None, "no signed signature properties")
    time = signature.findall(f"{{{XADES}}}SigningTime")
    first = signature.find(f"{{{XADES}}}SigningCertificate/{{{XADES}}}Cert/{{{XADES}}}CertDigest")
    _require(len(time) == 1 and first is not None, "signing time or certificate is missing")
    method, value = _children(first, f"{{{xml.DS}}}DigestMethod", f"{{{xml.DS}}}DigestValue")
    algorithm = ALGORITHMS[_method(method, tuple(ALGORITHMS))]
    if not hmac.compare_digest(hashlib.new(algorithm, certificate).digest(), _bytes(value)):
        raise BadEvidence("incorrect_certificate", "the certificate shown is not the one that was signed")
    try:
        signed_at = datetime.fromisoformat((time[0].text or "").strip())
        _require(signed_at.tzinfo is not None, "the signing time has no time zone")
        return signed_at.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise BadEvidence(_BAD, "the signing time cannot be read") from fault


def _encapsulated(unsigned: Any | None, path: str, name: str) -> tuple[bytes, ...]:
    if unsigned is None:
        return ()
    steps = "/".join(f"{{{XADES}}}{one}" for one in [*path.split("/"), name])
    found = unsigned.findall(steps)
    _require(len(found) <= MOST_CERTIFICATES, f"more than {MOST_CERTIFICATES} of {name}")
    return tuple(_bytes(one) for one in found)

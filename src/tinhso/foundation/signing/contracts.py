"""What signing takes and gives: fields, appearances, certificates, the state between the two phases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the page's lower left corner. Pages count from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class SignatureFieldSpec:
    """A place for a signature, which must exist before the first signature is made.

    `leaves_open` names the fields that others may still fill after this signature (number, date, the
    seal); None locks every field. `label` is what people call it. `box` is needed only when the document
    marks no place of that name.
    """

    name: str
    leaves_open: tuple[str, ...] | None = None
    label: str = ""
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class TextFieldSpec:
    """A place for words filled in later, such as the number given by the clerk after the signature.

    `size` in points and `italic` are those of the layout's mark unless given; `align` is `left` or
    `center`.
    """

    name: str
    label: str = ""
    size: float | None = None
    align: str = "center"
    italic: bool | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready for its first signature. `sha256` (hex) is what the signer was shown."""

    pdf: bytes
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.pdf).hexdigest())


@dataclass(frozen=True, slots=True)
class Appearance:
    """What is seen in the signature's place: a PNG image (signature blue, seal red), or lines of text."""

    image: bytes | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A signer's certificate and its issuers, without need of the root."""

    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_der(cls, certificate: bytes, *issuers: bytes) -> Chain:
        """From DER encodings. Raises ValueError for what is no certificate."""
        made = cls(x509.Certificate.load(certificate), tuple(x509.Certificate.load(one) for one in issuers))
        for one in (made.certificate, *made.issuers):
            _ = one.native  # parses the whole of it now rather than later
        return made

    @property
    def der(self) -> tuple[bytes, ...]:
        """Certificate first, then issuers."""
        return (self.certificate.dump(), *(one.dump() for one in self.issuers))


@dataclass(frozen=True, slots=True)
class Begun:
    """Phase one done. The signer's device signs `to_be_signed` (or its `digest`); `state` goes to phase two.

    `algorithm` is `rsa` (PKCS #1 v1.5) or `ecdsa`, always with SHA-256. `state` is opaque, holds no secret,
    and is checked again in phase two.
    """

    to_be_signed: bytes
    digest: bytes
    algorithm: str
    state: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """Phase two done. `stamped_at` is the moment of the time stamp (UTC), None without one."""

    pdf: bytes
    sha256: str
    field: str
    stamped_at: datetime | None

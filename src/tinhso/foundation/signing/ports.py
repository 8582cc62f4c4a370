"""Who signs and who stamps: bound by configuration, so that a token, a SIM or a service can take a part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tinhso.foundation.registry import Port
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.trust import Trust


@dataclass(frozen=True, slots=True)
class Asked:
    """A person was asked to sign. `confirm_at` is where they confirm, empty when their device asks them."""

    reference: str
    confirm_at: str = ""


class PersonalSigner(Protocol):
    """Signs for a person, who confirms each signature on a device of their own."""

    def chain(self, *, person: str) -> Chain:
        """The person's certificate. Raises SignerUnavailable."""

    def ask(self, *, person: str, digest: bytes, document: str) -> Asked:
        """Ask for a signature over a SHA-256 digest; `document` is the name shown on the device."""

    def collect(self, *, asked: Asked) -> bytes | None:
        """The signature, None while not confirmed. Raises SignatureRefused, SignerUnavailable."""


class SealSigner(Protocol):
    """Signs for an agency on the server, without a person: seals and receipts."""

    def chain(self, *, agency: str) -> Chain:
        """The agency's certificate. Raises SignerUnavailable."""

    def sign(self, *, agency: str, data: bytes) -> bytes:
        """A signature over `data` with SHA-256. Raises SignerUnavailable."""


class StampAuthority(Protocol):
    """Says when something existed (RFC 3161)."""

    def stamp(self, digest: bytes) -> bytes:
        """A time-stamp token (DER CMS) over a SHA-256 digest. Raises StampUnavailable."""


personal_signer: Port[PersonalSigner] = Port("personal signer")
seal_signer: Port[SealSigner] = Port("seal signer")
stamp_authority: Port[StampAuthority] = Port("time-stamp authority")
trusted: Port[Trust] = Port("trusted issuers of certificates")

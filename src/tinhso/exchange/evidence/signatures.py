"""Signs messages one by one or many at once, and verifies what others signed (§10)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tinhso.exchange.evidence import chains, digests
from tinhso.exchange.evidence.chains import MESSAGE, SIGNATURE_CHAIN, SIGNATURE_RESULT
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.frames import Reader
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.reading import Read
from tinhso.exchange.evidence.trust import Standing, Trust, Use

MOST_REMEMBERED = 1024
Path = tuple[digests.Sibling, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A message's signature; with the chain under it when one signature covers several parts or messages."""

    signature: bytes
    chain_result: bytes | None = None
    chain: bytes | None = None
    path: Path | None = field(default=None, compare=False)
    """The siblings of the message, where the chain is known to be what `chain_xml` writes for its parts."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: `member` is `instance/class/member` as the certificate (DER) states it."""

    member: str
    certificate: bytes
    signed_at: datetime
    evidence: Signed
    """What was verified, with what was learnt of it."""


def sign_one(seal: Seal, digest: bytes, *, at: datetime) -> Signed:
    """Signs a message of a single part by its SHA-512 digest. Raises CannotSign."""
    return Signed(seal.sign(MESSAGE, digest, at=at))


def sign_batch(seal: Seal, leaves: Sequence[Sequence[bytes]], *, at: datetime) -> list[Signed]:
    """Signs many messages by one signature, each with a chain of its own (§10.3).

    A leaf is the SHA-512 digests of a message's parts: the message, then its attachments (a REST body is
    the first). A single message of one part needs no chain and gets none. Raises CannotSign, and
    ValueError when there is nothing to sign.
    """
    if len(leaves) == 1 and len(leaves[0]) == 1:
        return [sign_one(seal, leaves[0][0], at=at)]
    tree = digests.tree([digests.message_digest(parts) for parts in leaves])
    result = chains.result_xml(tree.top, SIGNATURE_CHAIN)
    signature = seal.sign(SIGNATURE_RESULT, hashlib.sha512(result).digest(), at=at)
    return [
        Signed(signature, result, chains.chain_xml(path, named(parts)), path)
        for path, parts in zip(tree.paths, leaves, strict=True)
    ]


def named(parts: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """The digests of a message's parts by the names that chains give them."""
    return [(chains.attachment(number) if number else MESSAGE, one) for number, one in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class _Known:
    signature: bytes
    read: Read
    standing: Standing
    result: chains.Result | None
    result_xml: bytes | None


class Verifier:
    """Verifies by one Trust, and remembers the signatures it has verified: a batch costs one (bounded)."""

    def __init__(self, trust: Trust, *, most: int = MOST_REMEMBERED) -> None:
        self.trust = trust
        self._most = most
        self._reader = Reader()
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def verify(self, signed: Signed, parts: Mapping[str, bytes], *, at: datetime) -> Signer:
        """Who signed exactly these parts (SHA-512 digests by `/message.xml`, `/attachment1` …) (§10.3).

        `at` is now for a message that comes in; certificate and OCSP answer are judged then.
        Raises BadEvidence with a code of §5.5.
        """
        known = self._checked(signed)
        known.standing.require(at)
        _missing, path = self._covers(known, signed, parts)
        return _signer(known, signed, path)

    def verify_kept(
        self, signed: Signed, message: bytes, attachments: Mapping[str, bytes], *, stamped_at: datetime
    ) -> tuple[Signer, Mapping[str, chains.Value]]:
        """As `verify` for kept evidence: who signed, and which parts of the chain are not here (§13.1).

        `attachments` are SHA-512 digests by name. The certificate is judged at the stamp's time. OCSP answers
        are part of the signature and must have been fresh when it was made; the stamp must come within
        `Trust.stamp_delay` after that.
        """
        known = self._checked(signed)
        signed_at = known.read.signed_at
        known.standing.require(stamped_at, status_at=signed_at)
        if not -self.trust.leeway <= stamped_at - signed_at <= self.trust.stamp_delay:
            raise BadEvidence(
                "incorrect_validation_info",
                f"signed at {signed_at}, stamped at {stamped_at}: not within {self.trust.stamp_delay}",
            )
        parts = {MESSAGE: hashlib.sha512(message).digest(), **attachments}
        missing, path = self._covers(known, signed, parts, {MESSAGE: message})
        return _signer(known, signed, path), missing

    def read(self, signed: Signed) -> Read:
        """The signature itself, verified. Raises BadEvidence."""
        return self._checked(signed).read

    def _checked(self, signed: Signed) -> _Known:
        known = self._known.get(signed.signature)
        if known is not None and known.result_xml == signed.chain_result:
            self._known.move_to_end(signed.signature)
            return known
        read = self._reader.read(signed.signature)
        standing = self.trust.standing(read.certificate, read.chain, read.answers, Use.SIGNING)
        if (read.reference == SIGNATURE_RESULT) != (signed.chain_result is not None):
            raise BadEvidence("invalid_reference", f"the signature is about {read.reference}")
        result = None
        if signed.chain_result is not None:
            if not read.covers(signed.chain_result):
                raise BadEvidence("invalid_signature_value", "the hash chain result is not what was signed")
            result = chains.read_result(signed.chain_result)
            if result.file != SIGNATURE_CHAIN:
                raise BadEvidence("invalid_reference", f"the result is about {result.file}")
        known = _Known(signed.signature, read, standing, result, signed.chain_result)
        self._known[signed.signature] = known
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return known

    def _covers(
        self,
        known: _Known,
        signed: Signed,
        parts: Mapping[str, bytes],
        contents: Mapping[str, bytes] | None = None,
    ) -> tuple[Mapping[str, chains.Value], Path | None]:
        """What the chain names that is not here; the path where the chain is of our own form."""
        if MESSAGE not in parts:
            raise BadEvidence("invalid_reference", "there is no message to verify")
        result = known.result
        if result is not None:
            if signed.chain is None:
                raise BadEvidence("malformed_hash_chain", "the hash chain is missing")
            path = chains.climbed(result, signed.chain, tuple(parts.items()))
            if path is not None:
                return {}, path
            missing = chains.verify_chain(
                result,
                {SIGNATURE_CHAIN: signed.chain},
                parts,
                contents=contents,
                partial=contents is not None,
            )
            return missing, None
        if signed.chain is not None or len(parts) != 1:
            raise BadEvidence("invalid_reference", "the signature is about the message alone")
        if known.read.method == digests.SHA512:
            right = known.read.digest == parts[MESSAGE]
        else:
            right = contents is not None and known.read.covers(contents[MESSAGE])
        if not right:
            raise BadEvidence("invalid_signature_value", "the message is not what was signed")
        return {}, None


def _signer(known: _Known, signed: Signed, path: Path | None) -> Signer:
    evidence = Signed(known.signature, known.result_xml, signed.chain, path)
    return Signer(known.standing.member, known.read.certificate, known.read.signed_at, evidence)


def verify(signed: Signed, parts: Mapping[str, bytes], trust: Trust, at: datetime) -> Signer:
    """`Verifier.verify` for a single question; whoever asks often keeps a Verifier."""
    return Verifier(trust).verify(signed, parts, at=at)

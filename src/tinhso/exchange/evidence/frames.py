"""Reads a signature that differs in nothing but its values from one already read, without XML.

Between two renewals of an OCSP answer all signatures of a signer are one text but for two digests, the time
and the signature itself. A text of our profile (§10.1) is taken apart by one pattern that leaves no place
open but those; what follows the time must be what followed it in a signature that was read whole.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tinhso.exchange.evidence import keys, profile, reading
from tinhso.exchange.evidence.digests import SHA512
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.reading import Read

MOST_FRAMES = 64
_PROPERTIES_END = "</xades:SignedProperties>"
_OPEN = {
    "METHOD": f"({'|'.join(map(re.escape, profile.METHODS.values()))})",
    "REFERENCE": f"({'|'.join(map(re.escape, profile.FORMATS))})",
    "DIGEST": "([A-Za-z0-9+/]{86}==)",
    "PROPERTIES": "([A-Za-z0-9+/]{86}==)",
    "VALUE": "([A-Za-z0-9+/]+={0,2})",
    "CERTIFICATE": "([A-Za-z0-9+/]+={0,2})",
    "TIME": r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)",
}


def _pattern() -> re.Pattern[str]:
    info = profile.info_of("\0METHOD\0", "\0REFERENCE\0", "\0DIGEST\0", "\0PROPERTIES\0")
    text = profile.until_time(info, "\0VALUE\0", "\0CERTIFICATE\0", "\0TIME\0")
    pieces = text.split("\0")
    return re.compile("".join(_OPEN.get(one) or re.escape(one) for one in pieces), re.ASCII)


_OWN = _pattern()


@dataclass(frozen=True, slots=True)
class _Frame:
    read: Read
    key: keys.PublicKey
    signed_rest: str
    """What follows the time in the signed properties."""


class Reader:
    """Reads signatures as `reading.read` does, and remembers the texts around their values (bounded)."""

    def __init__(self) -> None:
        self._frames: OrderedDict[tuple[str, str, str, str], _Frame] = OrderedDict()

    def read(self, signature: bytes) -> Read:
        """The signature, checked by its own certificate. Raises BadEvidence as `reading.read`."""
        try:
            text = signature.decode()
        except UnicodeDecodeError:
            return reading.read(signature)
        found = _OWN.match(text)
        if found is None:
            return reading.read(signature)
        method, reference, digest, properties, value, certificate, time = found.groups()
        place = method, reference, certificate, text[found.end() :]
        frame = self._frames.get(place)
        if frame is None:
            return self._learnt(signature, found, place)
        self._frames.move_to_end(place)
        signed = profile.signed_properties(time, frame.signed_rest)
        if not hmac.compare_digest(hashlib.sha512(signed).digest(), _decoded(properties)):
            raise BadEvidence("invalid_signature_value", "the signed properties were changed")
        try:
            signed_at = datetime.fromisoformat(time).astimezone(UTC)
        except ValueError as fault:
            raise BadEvidence("malformed_signature", "the signing time cannot be read") from fault
        signature_value = _decoded(value)
        info = profile.info_of(method, reference, digest, properties)
        if not keys.is_signed(frame.key, signature_value, profile.signed_info(info)):
            raise BadEvidence("invalid_signature_value", "the signature is not by the key of its certificate")
        return replace(frame.read, digest=_decoded(digest), signed_at=signed_at, value=signature_value)

    def _learnt(self, signature: bytes, found: re.Match[str], place: tuple[str, str, str, str]) -> Read:
        """Read whole, and remember the frame where the digested properties are what the text shows."""
        read = reading.read(signature)
        properties, time, rest = found[4], found[7], place[3]
        stop = rest.find(_PROPERTIES_END)
        if stop >= 0 and read.method == SHA512:
            signed_rest = rest[: stop + len(_PROPERTIES_END)]
            shown = hashlib.sha512(profile.signed_properties(time, signed_rest)).digest()
            if shown == _decoded(properties):
                self._frames[place] = _Frame(read, keys.public_key(read.certificate), signed_rest)
                while len(self._frames) > MOST_FRAMES:
                    self._frames.popitem(last=False)
        return read


def _decoded(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as fault:
        raise BadEvidence("malformed_signature", "not base64") from fault

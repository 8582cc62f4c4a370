"""ASiC-E containers: a message with all that proves it, in one file (§13.1)."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from tinhso.exchange.evidence import xml, zips
from tinhso.exchange.evidence.digests import ALGORITHMS, SHA512
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.profile import base64
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.zips import Content, Entry, Memory, Sink, Writer

MIME = "application/vnd.etsi.asic-e+zip"
STAMP_MIME = "vnd.etsi.timestamp-token"
MANIFEST_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ASIC_NAMESPACE = "http://uri.etsi.org/2918/v1.2.1#"
MIMETYPE, MESSAGE, SIGNATURES = "mimetype", "message.xml", "META-INF/signatures.xml"
SIGNATURE_RESULT, SIGNATURE_CHAIN = "sig-hashchainresult.xml", "sig-hashchain.xml"
STAMP_RESULT, STAMP_CHAIN = "ts-hashchainresult.xml", "ts-hashchain.xml"
MANIFEST, ASIC_MANIFEST, STAMP = (
    "META-INF/manifest.xml",
    "META-INF/ASiCManifest.xml",
    "META-INF/timestamp.tst",
)
ATTACHMENT = "attachment"

MOST_MESSAGE_BYTES = 64 << 20
MOST_QUERY_ID = 226
DIGITS = "0123456789abcdefghijklmnopqrstuv"

_SIGNATURE_NAME = re.compile(r"META-INF/[^/]*signatures[^/]*\.xml")
_ATTACHMENT_NAME = re.compile(r"attachment([1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class BatchStamp:
    """A stamp over many signatures: its token (DER), what was stamped, and this signature's chain."""

    token: bytes
    chain_result: bytes
    chain: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that proves one message. A stamp for this message alone lies in its signature.

    `message` is a SOAP message or a REST head (§4.1); the first attachment of a REST message is its body.
    `at` is the time of the record.
    """

    message: bytes
    signed: Signed
    at: datetime
    attachments: tuple[Content, ...] = ()
    stamp: BatchStamp | None = None


def file_name(query_id: str, *, response: bool, record: int) -> str:
    """What a container is called: query id (cut to 226), direction, record number in base 32 (§13.1)."""
    digits, rest = "", record
    while rest:
        rest, digit = divmod(rest, 32)
        digits = DIGITS[digit] + digits
    escaped = quote_plus(query_id, safe="*").replace("~", "%7E")[:MOST_QUERY_ID]
    return f"{escaped}-{'response' if response else 'request'}-{digits or '0'}.asice"


def build(evidence: Evidence) -> bytes:
    """The container's bytes; the same for the same evidence."""
    sink = io.BytesIO()
    write(evidence, sink)
    return sink.getvalue()


def write(evidence: Evidence, sink: Sink) -> int:
    """Write the container, attachments piece by piece; its length in bytes."""
    writer = Writer(sink, comment=f"mimetype={MIME}")
    for name, content in _files(evidence):
        writer.add(name, content, at=evidence.at)
    for number, attachment in enumerate(evidence.attachments, 1):
        writer.add_pieces(f"{ATTACHMENT}{number}", attachment, at=evidence.at)
    return writer.close()


def _files(evidence: Evidence) -> list[tuple[str, bytes]]:
    signed, stamp = evidence.signed, evidence.stamp
    if (signed.chain is None) != (signed.chain_result is None):
        raise ValueError("a hash chain and its result go together")
    files = [(MIMETYPE, MIME.encode()), (MESSAGE, evidence.message), (SIGNATURES, signed.signature)]
    if signed.chain_result is not None and signed.chain is not None:
        files += [(SIGNATURE_RESULT, signed.chain_result), (SIGNATURE_CHAIN, signed.chain)]
    if stamp is not None:
        files += [(STAMP_RESULT, stamp.chain_result), (STAMP_CHAIN, stamp.chain)]
    files.append((MANIFEST, _manifest([name for name, _ in files], len(evidence.attachments))))
    if stamp is not None:
        files += [(ASIC_MANIFEST, _asic_manifest(stamp.chain_result)), (STAMP, stamp.token)]
    return files


def _manifest(names: list[str], attachments: int) -> bytes:
    listed = [("/", MIME)]
    listed += [(name, "text/xml") for name in names if name != MIMETYPE and not name.startswith("META-INF/")]
    listed += [(f"{ATTACHMENT}{number}", "application/octet-stream") for number in range(1, attachments + 1)]
    rows = "".join(
        f'    <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{name}"/>\n'
        for name, kind in listed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="{MANIFEST_NAMESPACE}" manifest:version="1.2">\n'
        f"{rows}</manifest:manifest>\n"
    ).encode()


def _asic_manifest(result: bytes) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<asic:ASiCManifest xmlns:asic="{ASIC_NAMESPACE}" xmlns:ds="{xml.DS}">\n'
        f'<asic:SigReference URI="{STAMP}" MimeType="{STAMP_MIME}"/>\n'
        f'<asic:DataObjectReference URI="{STAMP_RESULT}" MimeType="text/xml">\n'
        f'<ds:DigestMethod Algorithm="{SHA512}"/>\n'
        f"<ds:DigestValue>{base64(hashlib.sha512(result).digest())}</ds:DigestValue>\n"
        "</asic:DataObjectReference>\n</asic:ASiCManifest>"
    ).encode()


@dataclass(frozen=True, slots=True)
class Container:
    """A container that was opened: its parts are there, nothing is verified. Attachments stay packed."""

    message: bytes
    signed: Signed
    stamp: BatchStamp | None
    at: datetime
    attachments: Mapping[str, Entry]
    """By the names that chains give them (`/attachment1`)."""
    asic_manifest: bytes | None
    strangers: tuple[str, ...]
    """Files that a container does not have and that nothing speaks of."""


def open_container(data: bytes | memoryview, memory: Memory | None = None) -> Container:
    """Opens a container (§13.1); `memory` spares unpacking again what containers of a batch share.

    Raises BadEvidence: asic_invalid_container, asic_mime_type_not_found, asic_invalid_mime_type,
    asic_message_not_found, asic_signature_not_found, asic_hash_chain_result_not_found,
    asic_hash_chain_not_found, asic_timestamp_not_found, asic_manifest_not_found.
    """
    found = zips.entries(data)
    shared = {} if memory is None else memory
    mime = _text(found, MIMETYPE, "asic_mime_type_not_found", shared)
    if mime.lower() != MIME.encode():
        raise BadEvidence("asic_invalid_mime_type", f"this is {mime[:100]!r}")
    at = found[MESSAGE].at if MESSAGE in found else found[MIMETYPE].at
    message = _text(found, MESSAGE, "asic_message_not_found")
    signature_names = [name for name in found if _SIGNATURE_NAME.fullmatch(name)]
    if len(signature_names) > 1:
        raise BadEvidence("asic_invalid_container", "there are several files of signatures")
    signature = _text(found, (signature_names or [SIGNATURES])[0], "asic_signature_not_found", shared)
    result, chain = _pair(found, SIGNATURE_RESULT, SIGNATURE_CHAIN, (shared, None))
    stamp_result, stamp_chain = _pair(found, STAMP_RESULT, STAMP_CHAIN, (shared, shared))
    stamp = asic_manifest = None
    if stamp_result is not None and stamp_chain is not None:
        token = _text(found, STAMP, "asic_timestamp_not_found", shared)
        stamp = BatchStamp(token, stamp_result, stamp_chain)
        asic_manifest = _text(found, ASIC_MANIFEST, "asic_manifest_not_found", shared)
    attachments = _attachments(found)
    known = {
        MIMETYPE,
        MESSAGE,
        *signature_names,
        SIGNATURE_RESULT,
        SIGNATURE_CHAIN,
        STAMP_RESULT,
        STAMP_CHAIN,
    }
    known |= {MANIFEST} | ({ASIC_MANIFEST, STAMP} if stamp else set())
    strangers = tuple(name for name in found if name not in known and f"/{name}" not in attachments)
    signed = Signed(signature, result, chain)
    return Container(message, signed, stamp, at, attachments, asic_manifest, strangers)


def _text(found: Mapping[str, Entry], name: str, missing: str, memory: Memory | None = None) -> bytes:
    entry = found.get(name)
    if entry is None or not entry.length:
        raise BadEvidence(missing, f"{name} is missing or empty")
    if memory is not None:
        return entry.read_shared(xml.MOST_BYTES, memory)
    return entry.read(MOST_MESSAGE_BYTES if name == MESSAGE else xml.MOST_BYTES)


def _pair(
    found: Mapping[str, Entry], result: str, chain: str, memories: tuple[Memory | None, Memory | None]
) -> tuple[bytes | None, bytes | None]:
    if result not in found and chain not in found:
        return None, None
    return (
        _text(found, result, "asic_hash_chain_result_not_found", memories[0]),
        _text(found, chain, "asic_hash_chain_not_found", memories[1]),
    )


def _attachments(found: Mapping[str, Entry]) -> dict[str, Entry]:
    numbered = {
        int(match[1]): entry
        for name, entry in found.items()
        if (match := _ATTACHMENT_NAME.fullmatch(name)) is not None
    }
    return {f"/{ATTACHMENT}{number}": numbered[number] for number in sorted(numbered)}


def read(data: bytes | memoryview, *, most: int = 1 << 30) -> Evidence:
    """The evidence in a container, attachments (`most` bytes each) in memory; nothing is verified.

    Raises BadEvidence as `open_container` does.
    """
    opened = open_container(data)
    attachments = tuple(entry.read(most) for entry in opened.attachments.values())
    return Evidence(opened.message, opened.signed, opened.at, attachments, opened.stamp)


def check_asic_manifest(manifest: bytes, result: bytes) -> None:
    """Raise BadEvidence(invalid_reference) unless the manifest binds stamp and stamped data (§13.1)."""
    root = xml.read(manifest, malformed="invalid_reference")
    data = [
        one
        for one in root.findall(f"{{{ASIC_NAMESPACE}}}DataObjectReference")
        if str(one.get("URI", "")).removeprefix("/") == STAMP_RESULT
    ]
    signature = root.find(f"{{{ASIC_NAMESPACE}}}SigReference")
    names_stamp = signature is not None and str(signature.get("URI", "")).removeprefix("/") == STAMP
    if root.tag != f"{{{ASIC_NAMESPACE}}}ASiCManifest" or len(data) != 1 or not names_stamp:
        raise BadEvidence("invalid_reference", "the manifest does not speak of the stamp")
    method = data[0].find(f"{{{xml.DS}}}DigestMethod")
    value = data[0].find(f"{{{xml.DS}}}DigestValue")
    algorithm = "" if method is None else ALGORITHMS.get(str(method.get("Algorithm", "")), "")
    if not algorithm or value is None:
        raise BadEvidence("invalid_reference", "the manifest has no digest of what was stamped")
    stated = xml.decoded(value.text, malformed="invalid_reference")
    if not hmac.compare_digest(stated, hashlib.new(algorithm, result).digest()):
        raise BadEvidence("invalid_reference", "the manifest is about another hash chain result")

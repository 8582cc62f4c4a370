"""ASiC-E containers of logged messages (exchange protocol §13.1)."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping

from national.exchange.chains import SIG_CHAIN, SIG_RESULT, TS_CHAIN, TS_RESULT
from national.exchange.log import Record
from national.exchange.rest import file_name
from national.exchange.stamping import SIGNATURES
from national.exchange.xades import MESSAGE
from national.exchange.xml import DS, SHA512

MIME = "application/vnd.etsi.asic-e+zip"
MIMETYPE, MANIFEST = "mimetype", "META-INF/manifest.xml"
ASIC_MANIFEST, TOKEN = "META-INF/ASiCManifest.xml", "META-INF/timestamp.tst"
MANIFEST_NS = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ASIC_MANIFEST_NS = "http://uri.etsi.org/2918/v1.2.1#"
DIGITS = "0123456789abcdefghijklmnopqrstuv"


def build(record: Record) -> bytes:
    """The container's bytes."""
    files: dict[str, bytes] = {MIMETYPE: MIME.encode(), MESSAGE: record.message}
    files[SIGNATURES] = record.signed.signature
    if record.signed.result is not None and record.signed.chain is not None:
        files |= {SIG_RESULT: record.signed.result, SIG_CHAIN: record.signed.chain}
    if record.ts_result is not None and record.ts_chain is not None and record.stamp is not None:
        files |= {TS_RESULT: record.ts_result, TS_CHAIN: record.ts_chain}
    attached = {name: data for name, data in record.contents.items() if name != MESSAGE}
    outside = [name for name in (*files, *attached) if "/" not in name and name != MIMETYPE]
    files[MANIFEST] = _manifest(outside)
    if record.ts_result is not None and record.stamp is not None:
        files |= {ASIC_MANIFEST: _asic_manifest(record.ts_result), TOKEN: record.stamp}
    return packed({**files, **attached}, record.at.timetuple()[:6])


def packed(files: Mapping[str, bytes], at: tuple[int, ...]) -> bytes:
    """A ZIP of these files in this order, each of that time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.comment = f"mimetype={MIME}".encode()
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (at[0], at[1], at[2], at[3], at[4], at[5]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(entry, data)
    return out.getvalue()


def _manifest(names: list[str]) -> bytes:
    entries = [("/", MIME)]
    entries += [
        (name, "application/octet-stream" if name.startswith("attachment") else "text/xml") for name in names
    ]
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in entries
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{MANIFEST_NS}"'
        f' manifest:version="1.2">{lines}</manifest:manifest>'
    ).encode()


def _asic_manifest(result: bytes) -> bytes:
    digest = base64.b64encode(hashlib.sha512(result).digest()).decode()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest xmlns:asic="{ASIC_MANIFEST_NS}"'
        f' xmlns:ds="{DS}"><asic:SigReference MimeType="application/vnd.etsi.timestamp-token" URI="{TOKEN}"/>'
        f'<asic:DataObjectReference URI="{TS_RESULT}"><ds:DigestMethod Algorithm="{SHA512}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference></asic:ASiCManifest>"
    ).encode()


def name_of(record: Record) -> str:
    """The container's file name."""
    number, digits = record.id, ""
    while number:
        number, rest = divmod(number, 32)
        digits = DIGITS[rest] + digits
    return (
        f"{file_name(record.query_id)}-{'response' if record.response else 'request'}-{digits or '0'}.asice"
    )

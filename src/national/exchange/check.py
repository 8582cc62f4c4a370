"""Checks containers and archives of messages, whoever made them (exchange protocol §13, and nothing else).

    python -m national.exchange.check --trust CONTENT.json FILE…

`CONTENT.json` is the directory's content: authorities, stamping services, instance. One line is printed for
each file; the exit code is 1 when any is refused.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from national.exchange import chains, rest
from national.exchange.chains import SIG_CHAIN, SIG_RESULT, TS_CHAIN, TS_RESULT
from national.exchange.containers import ASIC_MANIFEST, MANIFEST, MIME, MIMETYPE, TOKEN
from national.exchange.failures import Failure
from national.exchange.names import joined
from national.exchange.soap import read_envelope
from national.exchange.stamping import SIGNATURES
from national.exchange.trust import Trust
from national.exchange.xades import MESSAGE, Signed, Xades, verify
from national.exchange.xml import DS, BadXml, read

MOST_BYTES = 1 << 31
LINKS = "linkinginfo"
UNREADABLE = (RuntimeError, ValueError, EOFError, OSError, OverflowError)
"""What the library raises for files that are none, beside errors of its own."""
KNOWN = (
    MIMETYPE,
    MESSAGE,
    SIGNATURES,
    SIG_RESULT,
    SIG_CHAIN,
    TS_RESULT,
    TS_CHAIN,
    MANIFEST,
    ASIC_MANIFEST,
    TOKEN,
)


@dataclass(frozen=True)
class Checked:
    """What a container proves: who signed, by when, and what it is of."""

    member: str
    stamped_at: datetime
    kind: str
    """`request` or `response`."""
    batch_signed: bool
    batch_stamped: bool


def container(data: bytes, trust: Trust) -> Checked:
    """A container (§13.1); raises Failure."""
    files = _opened(data)
    for needed in (MIMETYPE, MESSAGE, SIGNATURES, MANIFEST):
        if needed not in files:
            raise Failure("asic_invalid_container", f"{needed} is missing")
    if files[MIMETYPE] != MIME.encode():
        raise Failure("asic_invalid_mime_type", "another kind of file")
    for pair in ((SIG_RESULT, SIG_CHAIN), (TS_RESULT, TS_CHAIN), (ASIC_MANIFEST, TOKEN)):
        if (pair[0] in files) != (pair[1] in files):
            raise Failure("asic_invalid_container", f"{pair[0]} and {pair[1]} go together")
    inputs = {name: hashlib.sha512(one).digest() for name, one in files.items() if _is_data(name)}
    at = _stamped(files, trust)
    signed = Signed(files[SIGNATURES], files.get(SIG_RESULT), files.get(SIG_CHAIN))
    member = verify(signed, inputs, trust, at, stamped=True)
    kind, owner = _said(files[MESSAGE])
    if member != "/".join(owner.split("/")[:3]):
        raise Failure("incorrect_certificate", f"signed by {member}, a message of {owner}")
    return Checked(member, at, kind, SIG_RESULT in files, TS_RESULT in files)


def archive(data: bytes, trust: Trust, previous: tuple[str, str] | None = None) -> tuple[str, list[Checked]]:
    """An archive file (§13.3): its last digest, and what each container proves; raises Failure.

    `previous` is the digest and name that end the file before.
    """
    files = _opened(data)
    text = files.pop(LINKS, b"").decode("ascii", "replace")
    first, *lines = text.rstrip("\n").split("\n")
    before, before_file, algorithm = [*first.split(" "), "", "", ""][:3]
    if algorithm != "SHA-512" or not lines or not files:
        raise Failure("asic_invalid_container", "the linking information is missing or of another kind")
    if previous is not None and (before, before_file) != previous:
        raise Failure("invalid_hash_chain", "the file does not follow the one before")
    told = [(digest, name) for digest, _space, name in (line.partition(" ") for line in lines)]
    if len({name for _digest, name in told}) != len(told) or {name for _digest, name in told} != set(files):
        raise Failure("invalid_hash_chain", "other files than the linking information names")
    digest = "" if before == "-" else before
    for right, name in told:
        digest = hashlib.sha512(
            (digest + hashlib.sha512(files[name]).hexdigest()).encode("ascii")
        ).hexdigest()
        if digest != right:
            raise Failure("invalid_hash_chain", f"the chain breaks at {name}")
    return digest, [container(files[name], trust) for _right, name in told]


def _opened(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            infos = opened.infolist()
            names = [info.filename for info in infos]
            if len(set(names)) != len(names) or sum(info.file_size for info in infos) > MOST_BYTES:
                raise Failure("asic_invalid_container", "a name twice, or too large")
            return {name: opened.read(name) for name in names}
    except (zipfile.BadZipFile, zlib.error, struct.error, *UNREADABLE) as fault:
        raise Failure("asic_invalid_container", str(fault)) from fault


def _is_data(name: str) -> bool:
    if name in KNOWN:
        return name == MESSAGE
    if not name.startswith("attachment") or not name[10:].isdigit():
        raise Failure("asic_invalid_container", f"a file that belongs to nothing: {name}")
    return True


def _stamped(files: Mapping[str, bytes], trust: Trust) -> datetime:
    """When the stamp says that the signature existed; over many (§12, two or more) or over one."""
    if TS_RESULT not in files:
        xades = Xades(files[SIGNATURES])
        if len(xades.stamps) != 1:
            raise Failure("asic_timestamp_not_found", f"{len(xades.stamps)} stamps in the signature")
        return trust.stamp_time(xades.stamps[0], xades.value)
    if TOKEN not in files:
        raise Failure("asic_timestamp_not_found", "no stamp over the chain's result")
    _check_manifest(files[ASIC_MANIFEST], files[TS_RESULT])
    signature = hashlib.sha512(files[SIGNATURES]).digest()
    chains.verify(files[TS_RESULT], files[TS_CHAIN], TS_CHAIN, {SIGNATURES: signature})
    return trust.stamp_time(files[TOKEN], files[TS_RESULT])


def _check_manifest(manifest: bytes, result: bytes) -> None:
    right = base64.b64encode(hashlib.sha512(result).digest()).decode()
    try:
        root = read(manifest)
    except BadXml as fault:
        raise Failure("asic_manifest_not_found", str(fault)) from fault
    found = [one for one in root if one.get("URI") == TS_RESULT]
    digests = [(one.text or "").strip() for one in root.iter(f"{{{DS}}}DigestValue")]
    if len(found) != 1 or digests != [right] or not any(one.get("URI") == TOKEN for one in root):
        raise Failure("invalid_reference", "the manifest binds another result")


def _said(message: bytes) -> tuple[str, str]:
    """Whether it is a request, and whose signature it must bear: client's, or service owner's (§13.1)."""
    if message.lstrip().startswith(b"<"):
        envelope = read_envelope(message)
        response = bool(envelope.request_hash)
        return ("response", joined(envelope.service)) if response else ("request", joined(envelope.client))
    if message[:1] in b"123456789":
        return "response", rest.read_response(message).header("x-road-service")
    return "request", joined(rest.read_request(message).client)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check files; 0 when every one holds."""
    asked = argparse.ArgumentParser(prog="national.exchange.check")
    asked.add_argument("--trust", type=Path, required=True)
    asked.add_argument("files", nargs="+", type=Path)
    given = asked.parse_args(arguments)
    trust = Trust(json.loads(given.trust.read_text(encoding="utf-8")))
    refused = 0
    for file in given.files:
        try:
            said = _one(file.read_bytes(), trust)
        except Failure as fault:
            refused += 1
            said = f"REFUSED {fault.code}: {fault.message}"
        sys.stdout.write(f"{file.name}: {said}\n")
    return 1 if refused else 0


def _one(data: bytes, trust: Trust) -> str:
    if LINKS in _opened(data):
        digest, found = archive(data, trust)
        return f"holds {len(found)} containers, last digest {digest}"
    one = container(data, trust)
    signature, stamp = ("batch" if many else "single" for many in (one.batch_signed, one.batch_stamped))
    ways = f"{signature} signature, {stamp} stamp"
    return f"{one.kind} signed by {one.member} before {one.stamped_at.isoformat()} ({ways})"


if __name__ == "__main__":
    sys.exit(main())

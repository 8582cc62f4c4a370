"""Verifies containers and whole archives, and says what was and what was not verified (§13)."""

from __future__ import annotations

import hashlib
import mmap
import multiprocessing
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from tinhso.exchange.evidence import archives, chains, containers, senders, stamps
from tinhso.exchange.evidence.chains import SIGNATURES, STAMP_CHAIN
from tinhso.exchange.evidence.containers import BatchStamp, Container
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.reading import Read
from tinhso.exchange.evidence.reports import ArchiveReport, Failure, Finding, Report
from tinhso.exchange.evidence.senders import Said
from tinhso.exchange.evidence.signatures import Signer, Verifier
from tinhso.exchange.evidence.stamps import Stamp
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.evidence.zips import Entry, Memory
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client

MOST_REMEMBERED = 256
MOST_CONTAINER_BYTES = 1 << 31

Key = TypeVar("Key")
Value = TypeVar("Value")

_REVOCATION = Finding("stamping_revocation")
_CERTIFICATE = Finding("certificate")
_SENDER = Finding("sender")
_LONE = Finding("lone_message")


class Examiner:
    """Verifies containers by one Trust; signatures and stamps that many share are verified once (bounded)."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self._verifier = Verifier(trust)
        self._memory: Memory = {}
        self._stamped: OrderedDict[bytes, tuple[BatchStamp, bytes | None, Stamp]] = OrderedDict()
        self._stamps: OrderedDict[tuple[bytes, bytes, bytes | None], tuple[Stamp, chains.Result]] = (
            OrderedDict()
        )

    def examine(self, data: bytes | memoryview) -> Report:
        """The report on a container (§13.1); never raises for what is in it."""
        try:
            return self._report(containers.open_container(data, self._memory))
        except BadEvidence as fault:
            return Report(Failure.of(fault))

    def _report(self, opened: Container) -> Report:
        read = self._verifier.read(opened.signed)
        stamp = self._stamp(opened, read)
        attachments = {name: _digest(entry) for name, entry in opened.attachments.items()}
        signer, missing = self._verifier.verify_kept(
            opened.signed, opened.message, attachments, stamped_at=stamp.at
        )
        said = senders.said(opened.message)
        _same_member(signer, said)
        verified = [
            Finding("signature", {"member": signer.member, "signed_at": signer.signed_at.isoformat()}),
            _CERTIFICATE,
            _SENDER,
            Finding("stamp", {"stamped_at": stamp.at.isoformat()}),
        ]
        if attachments:
            verified.append(Finding("attachments", {"count": str(len(attachments))}))
        return Report(
            verified=tuple(verified),
            unverified=self._unverified(opened, signer, stamp, missing),
            member=signer.member,
            client=str(said.client),
            service=str(said.service),
            message_id=said.message_id,
            request_id=said.request_id,
            response=said.response,
            signed_at=signer.signed_at,
            stamped_at=stamp.at,
        )

    def _unverified(
        self, opened: Container, signer: Signer, stamp: Stamp, missing: Mapping[str, chains.Value]
    ) -> tuple[Finding, ...]:
        found = [
            Finding("attachment_missing", {"name": name, "digest": value.digest.hex()})
            for name, value in missing.items()
        ]
        found += [Finding("stranger", {"name": name}) for name in opened.strangers]
        delay = stamp.at - signer.signed_at
        if delay > self.trust.freshness:
            found.append(Finding("late_stamp", {"hours": str(round(delay.total_seconds() / 3600))}))
        if opened.signed.chain is not None and not opened.attachments and not missing:
            found.append(_LONE)
        return (*found, _REVOCATION)

    def _stamp(self, opened: Container, read: Read) -> Stamp:
        if opened.stamp is not None:
            return self._batch_stamp(opened.stamp, opened.signed.signature, opened.asic_manifest)
        if not read.stamps:
            raise BadEvidence("asic_timestamp_not_found", "the signature was not stamped")
        token = read.stamps[0]
        method = stamps.imprint_method(token)
        digest = hashlib.new(method, read.value).digest()
        return stamps.check_token(token, digest, self.trust, method=method)

    def _batch_stamp(self, stamp: BatchStamp, signature: bytes, manifest: bytes | None) -> Stamp:
        known = self._stamped.get(signature)
        if known is not None and known[:2] == (stamp, manifest):
            return known[2]
        found, result = self._shared_stamp(stamp, manifest)
        chains.verify_chain(
            result,
            {STAMP_CHAIN: stamp.chain},
            {SIGNATURES: stamps.signature_hash(signature)},
            contents={SIGNATURES: signature},
        )
        _remember(self._stamped, signature, (stamp, manifest, found))
        return found

    def _shared_stamp(self, stamp: BatchStamp, manifest: bytes | None) -> tuple[Stamp, chains.Result]:
        key = (stamp.token, stamp.chain_result, manifest)
        known = self._stamps.get(key)
        if known is None:
            result = chains.read_result(stamp.chain_result)
            if result.file != STAMP_CHAIN:
                raise BadEvidence("invalid_reference", f"the stamp's result is about {result.file}")
            if manifest is not None:
                containers.check_asic_manifest(manifest, stamp.chain_result)
            method = stamps.imprint_method(stamp.token)
            digest = hashlib.new(method, stamp.chain_result).digest()
            known = stamps.check_token(stamp.token, digest, self.trust, method=method), result
            _remember(self._stamps, key, known)
        return known


def _remember(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    kept[key] = value
    while len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)


def verify_container(data: bytes | memoryview, trust: Trust) -> Report:
    """The report on a single container; whoever has many keeps an Examiner."""
    return Examiner(trust).examine(data)


def verify_archive(data: bytes | memoryview, trust: Trust, *, previous: str | None = "") -> ArchiveReport:
    """The report on an archive file: its links, then every container in it (§13.3).

    `previous` is the last digest of the archive before, empty for the very first; None takes what the
    archive itself says, and whoever asks compares `ArchiveReport.previous`.
    """
    try:
        opened = archives.open_archive(data)
    except BadEvidence as fault:
        return ArchiveReport("", "", 0, Failure.of(fault, links=True))
    stated = opened.linking.previous.digest
    last = next(reversed(opened.linking.digests.values()), "")
    examiner, count = Examiner(trust), 0
    unsound: list[tuple[str, Report]] = []
    unverified: Counter[str] = Counter()
    failure = None
    try:
        for name, entry in archives.check_links(opened, stated if previous is None else previous):
            report = examiner.examine(_content(entry))
            count += 1
            unverified.update(one.kind for one in report.unverified)
            if not report.holds:
                unsound.append((name, report))
    except BadEvidence as fault:
        failure = Failure.of(fault, links=True)
    return ArchiveReport(stated, last, count, failure, tuple(unsound), dict(unverified))


def verify_files(
    files: Sequence[Path], trust: Trust, *, previous: str = "", processes: int = 1
) -> Iterator[ArchiveReport]:
    """The reports on archive files that follow one another, in order; several processes share the work.

    `previous` is the last digest before the first file. Raises OSError for a file that cannot be read.
    """
    last = previous
    for report in _reports(files, trust, processes):
        if report.failure is None and report.previous != last:
            broken = BadEvidence("invalid_hash_chain", "the archive does not continue the one before")
            yield replace(report, failure=Failure.of(broken, links=True))
        else:
            yield report
        last = report.last


def _reports(files: Sequence[Path], trust: Trust, processes: int) -> Iterator[ArchiveReport]:
    one = partial(_verify_file, trust=trust)
    if processes < 2 or len(files) < 2:
        yield from map(one, files)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(files)), mp_context=fresh) as pool:
        yield from pool.map(one, files)


def _verify_file(file: Path, trust: Trust) -> ArchiveReport:
    with file.open("rb") as opened:
        if not file.stat().st_size:
            return verify_archive(b"", trust, previous=None)
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as held, memoryview(held) as view:
            return verify_archive(view, trust, previous=None)


def _content(entry: Entry) -> bytes | memoryview:
    return entry.packed() if entry.is_stored else entry.read(MOST_CONTAINER_BYTES)


def _digest(entry: Entry) -> bytes:
    digest = hashlib.sha512()
    for piece in entry.chunks():
        digest.update(piece)
    return digest.digest()


def _same_member(signer: Signer, said: Said) -> None:
    try:
        named = parse_client(signer.member)
    except Fault as fault:
        raise BadEvidence("incorrect_certificate", f"the certificate names {signer.member}") from fault
    if named != said.sender:
        raise BadEvidence("incorrect_certificate", f"signed by {named}, but sent by {said.sender}")

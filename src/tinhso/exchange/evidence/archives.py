"""Archives: many containers in one file, each file bound to the one before (§13.3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tinhso.exchange.evidence import zips
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.zips import Content, Entry, Sink, Writer, pieces

LINKING = "linkinginfo"
MOST_CONTENT_BYTES = 32 << 20
"""`archive-max-filesize`: a new archive begins when the content exceeds it."""
MOST_GROUP = 200
METHODS = {"SHA-512": "sha512", "SHA-384": "sha384", "SHA-256": "sha256"}
MOST_LINKING_BYTES = 64 << 20

_UNSAFE = re.compile(r"[^0-9A-Za-z._-]")
_LINE = re.compile(r"([0-9a-f]+) (\S.*)")


@dataclass(frozen=True, slots=True)
class Link:
    """The end of an archive: its last digest (hex) and its file name; both empty before the first archive."""

    digest: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Archived:
    """A finished archive: its name, its place in the chain, how many bytes and containers it has."""

    name: str
    link: Link
    size: int
    count: int


class Archiver:
    """Writes one archive to a sink; containers come in order. The same containers give the same bytes."""

    def __init__(self, sink: Sink, previous: Link, *, group: str = "") -> None:
        self._writer = Writer(sink)
        self._group = _UNSAFE.sub("_", group)[:MOST_GROUP]
        self._digest = previous.digest
        self._lines = [f"{previous.digest or '-'} {previous.file or '-'} SHA-512"]
        self._first = self._last = datetime.max.replace(tzinfo=UTC)
        self._names: set[str] = set()
        self._content = 0

    @property
    def count(self) -> int:
        """How many containers it has so far."""
        return len(self._names)

    @property
    def is_full(self) -> bool:
        """Whether the next container belongs into a new archive."""
        return self._content > MOST_CONTENT_BYTES

    def add(self, name: str, container: Content, *, at: datetime) -> None:
        """A container by its file name, with the time of its record. Raises ValueError for a name used twice.

        One too large for memory is given by what reads it in pieces.
        """
        if name in self._names or name == LINKING or " " in name:
            raise ValueError(f"the archive cannot take another {name}")
        digest = hashlib.sha512()
        for piece in pieces(container):
            digest.update(piece)
            self._content += len(piece)
        self._writer.add_stored(name, container, at=at)
        self._first = min(self._first, at)
        self._last = at if not self._names else max(self._last, at)
        self._names.add(name)
        self._digest = next_digest(self._digest, digest.hexdigest())
        self._lines.append(f"{self._digest} {name}")

    def close(self) -> Archived:
        """Write the links and the directory. Raises ValueError when there is no container."""
        if not self._names:
            raise ValueError("an archive holds a container or more")
        self._writer.add_stored(LINKING, ("\n".join(self._lines) + "\n").encode(), at=self._last)
        size = self._writer.close()
        times = f"{self._first.astimezone(UTC):%Y%m%d%H%M%S}-{self._last.astimezone(UTC):%Y%m%d%H%M%S}"
        group = f"{self._group}-" if self._group else ""
        name = f"mlog-{group}{times}-{self._digest[:16]}.zip"
        return Archived(name, Link(self._digest, name), size, self.count)


def next_digest(previous: str, file: str, *, method: str = "sha512") -> str:
    """The digest after a file whose own digest (hex) is `file`; `previous` is empty before the first."""
    return hashlib.new(method, (previous + file).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Linking:
    """What an archive says of itself: where it begins, and the digest after each container, in order."""

    previous: Link
    method: str
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was opened; nothing is verified."""

    linking: Linking
    containers: Mapping[str, Entry]


def open_archive(data: bytes | memoryview) -> Archive:
    """Opens an archive (§13.3). Raises BadEvidence(asic_invalid_container)."""
    found = dict(zips.entries(data))
    linking = found.pop(LINKING, None)
    if linking is None:
        raise _bad("the archive does not say how it is linked")
    if not found:
        raise _bad("the archive holds no container")
    return Archive(read_linking(linking.read(MOST_LINKING_BYTES)), found)


def read_linking(data: bytes) -> Linking:
    """Reads `linkinginfo`. Raises BadEvidence(asic_invalid_container)."""
    try:
        head, *lines = data.decode().removesuffix("\n").split("\n")
        digest, file, stated = head.split(" ")
        method = METHODS[stated]
    except (UnicodeDecodeError, ValueError, KeyError) as fault:
        raise _bad("the links of the archive cannot be read") from fault
    digests: dict[str, str] = {}
    size = hashlib.new(method).digest_size * 2
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != size or match[2] in digests:
            raise _bad(f"the links of the archive cannot be read: {line[:80]!r}")
        digests[match[2]] = match[1]
    return Linking(Link("" if digest == "-" else digest, "" if file == "-" else file), method, digests)


def check_links(archive: Archive, previous: str) -> Iterator[tuple[str, Entry]]:
    """The containers in the order of the chain, each after its digest was found right.

    `previous` is the last digest of the archive before (empty for the first).
    Raises BadEvidence(invalid_hash_chain) at the first that is missing, extra or altered.
    """
    linking = archive.linking
    if linking.previous.digest != previous:
        raise _broken("the archive does not continue the one before")
    missing = [name for name in linking.digests if name not in archive.containers]
    extra = [name for name in archive.containers if name not in linking.digests]
    if missing or extra:
        raise _broken(f"missing: {', '.join(missing[:5]) or '-'}; not linked: {', '.join(extra[:5]) or '-'}")
    digest = previous
    for name, stated in linking.digests.items():
        entry = archive.containers[name]
        digest = next_digest(digest, _digest(entry, linking.method), method=linking.method)
        if digest != stated:
            raise _broken(f"{name} is not what the archive's links say")
        yield name, entry


def _digest(entry: Entry, method: str) -> str:
    if entry.is_stored:
        return hashlib.new(method, entry.packed()).hexdigest()
    digest = hashlib.new(method)
    for piece in entry.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _bad(message: str) -> BadEvidence:
    return BadEvidence("asic_invalid_container", message)


def _broken(message: str) -> BadEvidence:
    return BadEvidence("invalid_hash_chain", message)

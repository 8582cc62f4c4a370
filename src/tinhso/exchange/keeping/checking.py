"""Checking evidence that somebody has: a container, many taken out together, or an archive file, in words."""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.exchange import configuration
from tinhso.exchange.evidence import zips
from tinhso.exchange.evidence.archives import LINKING
from tinhso.exchange.evidence.containers import MIMETYPE
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.reports import SENTENCES, ArchiveReport, Failure, Finding, Report
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.evidence.verifying import (
    MOST_CONTAINER_BYTES,
    Examiner,
    verify_archive,
    verify_container,
)
from tinhso.exchange.evidence.zips import Entry
from tinhso.exchange.keeping.condition import FAILURE_PERIOD
from tinhso.foundation import legal
from tinhso.foundation.moments import local

MOST_TOLD = 20
CONTAINER = ".asice"
"""How the files of containers end in what is taken out together."""
SPARE = timedelta(days=1)
"""What a backlog needs after an authority is back."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: `lines` are sentences, what is wrong first. `last` is an archive's last digest."""

    holds: bool
    verdict: str
    lines: tuple[str, ...]
    last: str = ""

    @property
    def colour(self) -> str:
        """Of the tag that shows the verdict."""
        return "green" if self.holds else "red"


def file(path: Path, *, on: date, previous: str | None = "") -> Checked:
    """The finding on a file, which is mapped and not read whole. Raises OSError.

    `previous` is the last digest of the archive before (empty for the first; None asks the file itself).
    """
    with path.open("rb") as opened:
        if not path.stat().st_size:
            return content(b"", on=on, previous=previous)
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as held, memoryview(held) as view:
            return content(view, on=on, previous=previous)


def content(data: bytes | memoryview, *, on: date, previous: str | None = "") -> Checked:
    """The finding on the bytes of a container, an export or an archive, by the configuration in force."""
    trusted = trust(on)
    if trusted is None:
        return Checked(
            False,
            _("Chưa kiểm tra được"),
            (_("Máy chủ chưa có cấu hình toàn cục nên chưa biết nơi nào được tin. Hãy nạp cấu hình trước."),),
        )
    try:
        entries = zips.entries(data)
    except BadEvidence as fault:
        return _of_container(Report(Failure.of(fault)))
    if LINKING in entries:
        return _of_archive(verify_archive(data, trusted, previous=previous))
    if entries and MIMETYPE not in entries and any(name.endswith(CONTAINER) for name in entries):
        return _of_export(entries, trusted)
    return _of_container(verify_container(data, trusted))


def trust(on: date) -> Trust | None:
    """Whose certificates count today; None before there is a global configuration."""
    held = configuration.held()
    if held.document is None:
        return None
    period = timedelta(seconds=legal.integer(FAILURE_PERIOD, on=on))
    return replace(held.trust, stamp_delay=period + SPARE)


def _of_container(report: Report) -> Checked:
    lines = []
    if report.failure is not None:
        lines.append(f"{_said(report.failure.finding)} ({report.failure.code}: {report.failure.details})")
    else:
        lines.append(
            _("Mã thông điệp %(id)s, từ %(client)s đến %(service)s.")
            % {"id": report.message_id, "client": report.client, "service": report.service}
        )
    lines += [_said(one) for one in report.verified]
    lines += [_("Chưa kiểm chứng: %(what)s") % {"what": _said(one)} for one in report.unverified]
    verdict = _("Bằng chứng đúng") if report.holds else _("Bằng chứng không đúng")
    return Checked(report.holds, verdict, tuple(lines))


def _of_export(entries: Mapping[str, Entry], trusted: Trust) -> Checked:
    """Containers taken out together: nothing binds one to another, so each stands for itself."""
    examiner, count = Examiner(trusted), 0
    unsound: list[tuple[str, Report]] = []
    unverified: Counter[str] = Counter()
    strangers = []
    for name, entry in entries.items():
        if not name.endswith(CONTAINER):
            strangers.append(Finding("stranger", {"name": name}))
            continue
        count += 1
        report = _of_entry(examiner, entry)
        unverified.update(one.kind for one in report.unverified)
        if not report.holds:
            unsound.append((name, report))
    lines = [
        *_unsound(unsound),
        _("%(count)s thông điệp trong gói xuất.") % {"count": count},
        *map(_said, strangers[:MOST_TOLD]),
        *_unverified(unverified),
    ]
    verdict = _("Bằng chứng không đúng") if unsound else _("Bằng chứng đúng")
    return Checked(not unsound, verdict, tuple(lines))


def _of_entry(examiner: Examiner, entry: Entry) -> Report:
    try:
        return examiner.examine(entry.packed() if entry.is_stored else entry.read(MOST_CONTAINER_BYTES))
    except BadEvidence as fault:
        return Report(Failure.of(fault))


def _of_archive(report: ArchiveReport) -> Checked:
    lines = list(_faults(report))
    lines.append(
        _("%(count)s thông điệp. Mã băm cuối: %(last)s.")
        % {"count": report.count, "last": report.last or "-"}
    )
    lines.append(
        _("Nối tiếp tệp có mã băm cuối %(previous)s.") % {"previous": report.previous}
        if report.previous
        else _("Đây là tệp đầu tiên của dãy.")
    )
    lines += _unverified(report.unverified)
    verdict = _("Tệp lưu trữ đúng") if report.holds else _("Tệp lưu trữ không đúng")
    return Checked(report.holds, verdict, tuple(lines), report.last)


def _faults(report: ArchiveReport) -> Iterator[str]:
    if report.failure is not None:
        yield f"{_said(report.failure.finding)} ({report.failure.details})"
    yield from _unsound(report.unsound)


def _unsound(found: Sequence[tuple[str, Report]]) -> Iterator[str]:
    for name, one in found[:MOST_TOLD]:
        if one.failure is not None:
            yield f"{name}: {_said(one.failure.finding)} ({one.failure.code}: {one.failure.details})"
    if len(found) > MOST_TOLD:
        yield _("và %(count)s thông điệp khác không đúng.") % {"count": len(found) - MOST_TOLD}


def _unverified(counted: Mapping[str, int]) -> list[str]:
    return [
        _("Chưa kiểm chứng (%(count)s lần): %(what)s") % {"count": count, "what": _general(kind)}
        for kind, count in counted.items()
    ]


def _said(finding: Finding) -> str:
    return _(finding.template) % {name: _shown(value) for name, value in finding.values.items()}


def _shown(value: str) -> str:
    """A moment as people read it here; anything else as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{local(at):%H:%M:%S %d/%m/%Y}" if at.tzinfo else value


class _Blank(Mapping[str, str]):
    """Stands for values of a sentence that is told once for many."""

    def __getitem__(self, _key: str) -> str:
        return "…"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _general(kind: str) -> str:
    return _(SENTENCES[kind]) % _Blank()

"""Checking evidence that somebody has: a container or an archive file, in the words of people."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.exchange import configuration
from tinhso.exchange.evidence import zips
from tinhso.exchange.evidence.archives import LINKING
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.reports import SENTENCES, ArchiveReport, Failure, Finding, Report
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.evidence.verifying import verify_archive, verify_container
from tinhso.exchange.keeping.condition import FAILURE_PERIOD
from tinhso.foundation import legal

MOST_TOLD = 20
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
    """The finding on the bytes of a container or an archive, by the global configuration in force."""
    trusted = trust(on)
    if trusted is None:
        return Checked(
            False,
            _("Chưa kiểm tra được"),
            (_("Máy chủ chưa có cấu hình toàn cục nên chưa biết nơi nào được tin. Hãy nạp cấu hình trước."),),
        )
    try:
        is_archive = LINKING in zips.entries(data)
    except BadEvidence as fault:
        return _of_container(Report(Failure.of(fault)))
    if is_archive:
        return _of_archive(verify_archive(data, trusted, previous=previous))
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
    lines += [
        _("Chưa kiểm chứng (%(count)s lần): %(what)s") % {"count": count, "what": _general(kind)}
        for kind, count in report.unverified.items()
    ]
    verdict = _("Tệp lưu trữ đúng") if report.holds else _("Tệp lưu trữ không đúng")
    return Checked(report.holds, verdict, tuple(lines), report.last)


def _faults(report: ArchiveReport) -> Iterator[str]:
    if report.failure is not None:
        yield f"{_said(report.failure.finding)} ({report.failure.details})"
    for name, one in report.unsound[:MOST_TOLD]:
        if one.failure is not None:
            yield f"{name}: {_said(one.failure.finding)} ({one.failure.code}: {one.failure.details})"
    if len(report.unsound) > MOST_TOLD:
        yield _("và %(count)s thông điệp khác không đúng.") % {"count": len(report.unsound) - MOST_TOLD}


def _said(finding: Finding) -> str:
    return _(finding.template) % finding.values


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

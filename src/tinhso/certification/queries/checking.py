"""What a paper is worth that somebody holds: by its square code, or by the file itself."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.certification.contracts import Shown, Standing, TooManyChecks
from tinhso.certification.models import Check
from tinhso.certification.queries.copies import shown_by_bytes
from tinhso.foundation import legal, signing
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.signing import Change, Report, Revocation
from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.vault import api as vault

FILE, CODE = "file", "code"
AT_ONCE = 2
PATIENCE_SECONDS = 8.0
HEAD = b"%PDF-"
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a file, with what our registers and its signatures say. No owner is named.

    `copy` when it is a certified copy of ours, `document` when it is another paper that an agency gave out.
    """

    standing: Standing
    report: Report | None = None
    copy: Shown | None = None
    document: vault.DocumentView | None = None


def check_file(content: bytes, *, address: str, at: datetime) -> Checked:
    """Judge a file from anybody. Nothing of it is kept. Raises Invalid for one too large, TooManyChecks.

    A file that is byte for byte one of ours is known by its hash; any other is read by its signatures, in a
    process of its own with little memory and time.
    """
    largest = legal.integer("certification_check_bytes", on=today(at))
    if not content or len(content) > largest:
        raise Invalid(
            _("Tệp trống hoặc lớn hơn %(most)d MB nên không kiểm tra được.") % {"most": largest // 1024**2}
        )
    count(FILE, address=address, at=at)
    sha256 = hashlib.sha256(content).hexdigest()
    copy, document = shown_by_bytes(sha256), vault.of_bytes(sha256)
    if copy is not None or document is not None:
        return _known(content, copy, document, at=at)
    if HEAD not in content[:1024]:
        return Checked(Standing.UNREADABLE)
    try:
        report = _read(content, at=at)
    except UnreadableDocument:
        return Checked(Standing.UNREADABLE)
    return Checked(_by_signatures(report), report=report)


def count(kind: str, *, address: str, at: datetime, dry: bool = False) -> None:
    """Count a check from an address; with `dry`, only ask whether another may be made.

    Raises TooManyChecks (legal values `certification_checks_…`).
    """
    day = today(at)
    window = timedelta(minutes=legal.integer("certification_checks_window", on=day))
    Check.objects.filter(at__lte=at - window).delete()
    lately = Check.objects.filter(address=address, kind=kind).count()
    if lately >= legal.integer(f"certification_checks_{kind}", on=day):
        raise TooManyChecks(
            _("Đã kiểm tra nhiều lần từ máy này. Hãy thử lại sau %(minutes)d phút.")
            % {"minutes": int(window.total_seconds() // 60)}
        )
    if not dry:
        Check.objects.create(address=address, kind=kind, at=at)


def _known(
    content: bytes, copy: Shown | None, document: vault.DocumentView | None, *, at: datetime
) -> Checked:
    try:
        report = signing.verify(content, roots=signing.trusted().roots, at=at)
    except UnreadableDocument:
        report = None
    state = document.state(today(at)) if document else vault.State.VALID
    standing = Standing(state.value)
    if copy is not None and copy.revoked_at is not None:
        standing = Standing.REVOKED
    return Checked(standing, report=report, copy=copy, document=document)


def _read(content: bytes, *, at: datetime) -> Report:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyChecks(_("Đang có nhiều người kiểm tra. Hãy thử lại sau ít phút."))
    try:
        return signing.verify_confined(content, roots=signing.trusted().roots, at=at)
    finally:
        _places.release()


def _by_signatures(report: Report) -> Standing:
    """What the signatures of a file say that none of our registers knows."""
    if not report.signatures:
        return Standing.UNKNOWN
    if any(
        not one.intact or one.change is Change.OTHER or not one.changes_allowed for one in report.signatures
    ):
        return Standing.ALTERED
    if any(not one.trusted or one.revocation is not Revocation.GOOD for one in report.signatures):
        return Standing.UNTRUSTED
    return Standing.SIGNED_ELSEWHERE

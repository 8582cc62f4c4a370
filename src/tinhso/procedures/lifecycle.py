"""The life of a version: the table of what may follow what. A trigger in the database holds it too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.procedures.contracts import VersionState, WrongState

TRANSITIONS: dict[str, tuple[VersionState, VersionState | None]] = {
    "revise": (VersionState.DRAFT, VersionState.DRAFT),
    "discard": (VersionState.DRAFT, None),
    "publish": (VersionState.DRAFT, VersionState.PUBLISHED),
    "withdraw": (VersionState.PUBLISHED, VersionState.WITHDRAWN),
}


def require(verb: str, state: str) -> None:
    """Return when `verb` may be done in `state`. Raises WrongState."""
    before, _after = TRANSITIONS[verb]
    if state != before:
        raise WrongState(_("Phiên bản này không còn ở bước cho phép làm việc đó. Hãy tải lại trang."))

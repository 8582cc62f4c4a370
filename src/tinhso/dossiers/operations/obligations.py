"""A financial obligation outside our own fees, e.g. tax on land: the clock stands until it is met."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.operations import clock
from tinhso.dossiers.operations.turns import turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def ask(*, dossier_id: UUID, what: str, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Ask the person to meet an obligation (thực hiện nghĩa vụ tài chính). Invalid without saying which."""
    if not what.strip():
        raise Invalid(
            _("Hãy ghi nghĩa vụ tài chính phải thực hiện."),
            faults={"what": _("Hãy ghi nghĩa vụ tài chính phải thực hiện.")},
        )
    with turn("ask_obligation", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note = what.strip()
        clock.stand(taken, reason=_("chờ thực hiện nghĩa vụ tài chính"))
        notices.obligation_asked(taken)


def settle(
    *, dossier_id: UUID, note: str = "", by: ActorRef, at: datetime, seen: int | None = None
) -> datetime:
    """The obligation is met; returns the promise, moved by the time the clock stood (UTC)."""
    with turn("settle_obligation", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note = note.strip()
        return clock.run_again(taken, cause="obligation")

"""Who may see a dossier, and how much of it: identity's table, asked with where its work has been."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import SUBJECT, subject_of
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks

Sight = identity.Sight

BEYOND_STATUS = frozenset(
    {
        "assign",
        "note",
        "grant_extension",
        "deny_extension",
        "apologise",
        "return_originals",
        "correct",
        "revoke_result",
        "rebase",
    }
)
"""What can be done with code, status and dates alone: what such an act is about stands on its own page."""

AT_INTAKE = BEYOND_STATUS | {
    "accept",
    "refuse",
    "ask_supplement",
    "answer_supplement",
    "answer_part",
    "fill_in",
    "judge_fees",
    "judge_paper",
    "digitise",
    "forward",
    "hand_over",
    "receive",
    "collect_at",
    "deliver_to",
    "withdraw",
}


def sight(dossier: Dossier, *, by: ActorRef, at: datetime) -> identity.Seeing:
    """How much of the dossier the actor sees. A finished one is nobody's turn any more."""
    subject = subject_of(dossier)
    if by.kind is not ActorKind.OFFICER:
        return identity.sight(by, subject, at, reading="dossiers.read")
    path = tasks.path(subject=SUBJECT, subject_id=dossier.id)
    turn = subject if dossier.finished_at is None else replace(subject, units=())
    return identity.sight(by, turn, at, passed=(dossier.unit_id, *path.units), worked=path.worked)


def listed(dossiers: Sequence[Dossier], *, by: ActorRef, at: datetime) -> tuple[Dossier, ...]:
    """Those that an officer's lists show, in the order given. One query, however many."""
    shown = identity.allowed_on(by, "dossiers.list", [subject_of(dossier) for dossier in dossiers], at)
    return tuple(dossier for dossier in dossiers if dossier.id in shown)


def seen_by(
    reader: ActorRef, dossier_id: UUID, *, at: datetime, least: identity.Sight = Sight.INTAKE
) -> Dossier:
    """The dossier, for a reader who sees at least so much of it.

    Raises NotFound otherwise, whether it exists or not, so that nobody learns of it by asking.
    """
    dossier = Dossier.objects.filter(id=dossier_id).first()
    if dossier is None or sight(dossier, by=reader, at=at).sight < least:
        raise unknown(dossier_id)
    return dossier


def unknown(dossier_id: UUID) -> NotFound:
    """What is said of a dossier that is not there, or not for this reader."""
    return NotFound(_("Không tìm thấy hồ sơ này."), dossier=str(dossier_id))


def within(seen: identity.Sight, acts: Iterable[str]) -> list[str]:
    """Those of the acts (names of the life cycle) that can be done with what is seen."""
    if seen is Sight.ALL:
        return list(acts)
    fitting = {Sight.INTAKE: AT_INTAKE, Sight.STATUS: BEYOND_STATUS}.get(seen, frozenset())
    return [act for act in acts if act in fitting]

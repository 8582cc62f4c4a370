"""Who may see a dossier: its owner; officers while a step is theirs, and for a time after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import SUBJECT, subject_of
from tinhso.foundation import legal
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks


def _since(at: datetime) -> datetime:
    return at - timedelta(days=legal.integer("officer_sight_after_step_days", on=today(at)))


def may_read(dossier: Dossier, *, by: ActorRef, at: datetime) -> bool:
    """Whether the actor may open the dossier.

    The time after a step is legal value `officer_sight_after_step_days`.
    """
    if by.kind is ActorKind.SYSTEM:
        return True
    path = tasks.units_on_path(subject=SUBJECT, subject_id=dossier.id, since=_since(at))
    return identity.can(by, "dossiers.read", subject_of(dossier, path=path), at)


def readable(dossiers: Sequence[Dossier], *, by: ActorRef, at: datetime) -> tuple[Dossier, ...]:
    """Those that an officer may open, in the order given. Two queries, however many."""
    ids = [dossier.id for dossier in dossiers]
    paths = tasks.units_on_paths(subject=SUBJECT, subject_ids=ids, since=_since(at))
    subjects = [subject_of(dossier, path=paths.get(dossier.id, ())) for dossier in dossiers]
    opened = identity.allowed_on(by, "dossiers.read", subjects, at)
    return tuple(dossier for dossier in dossiers if dossier.id in opened)


def seen_by(reader: ActorRef, dossier_id: UUID, *, at: datetime) -> Dossier:
    """The dossier, for a reader who may see it.

    Raises NotFound otherwise, whether it exists or not, so that nobody learns of it by asking.
    """
    dossier = Dossier.objects.filter(id=dossier_id).first()
    if dossier is None or not may_read(dossier, by=reader, at=at):
        raise NotFound(_("Không tìm thấy hồ sơ này."), dossier=str(dossier_id))
    return dossier

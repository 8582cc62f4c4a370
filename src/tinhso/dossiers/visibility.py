"""Who may see a dossier: its owner; officers while a step is theirs, and for a time after it."""

from __future__ import annotations

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


def may_read(dossier: Dossier, *, by: ActorRef, at: datetime) -> bool:
    """Whether the actor may open the dossier: for the unit it is in, or else one it was in lately.

    The time after a step is legal value `officer_sight_after_step_days`.
    """
    if by.kind is ActorKind.SYSTEM:
        return True
    if identity.can(by, "dossiers.read", subject_of(dossier), at):
        return True
    since = at - timedelta(days=legal.integer("officer_sight_after_step_days", on=today(at)))
    path = tasks.units_on_path(subject=SUBJECT, subject_id=dossier.id, since=since)
    return identity.can(by, "dossiers.read", subject_of(dossier, path=path), at)


def seen_by(reader: ActorRef, dossier_id: UUID, *, at: datetime) -> Dossier:
    """The dossier, for a reader who may see it.

    Raises NotFound otherwise, whether it exists or not, so that nobody learns of it by asking.
    """
    dossier = Dossier.objects.filter(id=dossier_id).first()
    if dossier is None or not may_read(dossier, by=reader, at=at):
        raise unknown(dossier_id)
    return dossier


def unknown(dossier_id: UUID) -> NotFound:
    """What is said of a dossier that is not there, or not for this reader."""
    return NotFound(_("Không tìm thấy hồ sơ này."), dossier=str(dossier_id))

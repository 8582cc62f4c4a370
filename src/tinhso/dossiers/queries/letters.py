"""Letters of the procedure that were sent for a dossier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.dossiers.models import Letter
from tinhso.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that left: its id, what it is called, its file."""

    id: UUID
    title: str
    file: UUID


def sent(letters: Iterable[Letter]) -> tuple[Sent, ...]:
    """Of these, what was sent with a letter of the procedure."""
    return tuple(Sent(one.id, one.title, one.file) for one in letters if one.file and one.sent_at)


def of_dossier(dossier_id: UUID) -> tuple[Letter, ...]:
    """Messages that have not left, and all with a letter of the procedure, first first. One query."""
    rows = Letter.objects.filter(Q(sent_at=None) | Q(file__isnull=False), dossier_id=dossier_id)
    return tuple(rows.order_by("at"))


def file_of(dossier_id: UUID, letter_id: UUID) -> Sent:
    """One that was sent for this dossier. Raises NotFound."""
    found = next((one for one in sent(of_dossier(dossier_id)) if one.id == letter_id), None)
    if found is None:
        raise NotFound(_("Không tìm thấy thư này."))
    return found

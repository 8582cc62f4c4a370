"""Letters of the procedure that were sent for a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Letter
from tinhso.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that left: its id, what it is called, its file."""

    id: UUID
    title: str
    file: UUID


def sent(dossier_id: UUID) -> tuple[Sent, ...]:
    """What was sent, first first. One query."""
    rows = Letter.objects.filter(dossier_id=dossier_id, file__isnull=False, sent_at__isnull=False)
    found = rows.order_by("sent_at").values_list("id", "title", "file")
    return tuple(Sent(id, title, file) for id, title, file in found if file)


def file_of(dossier_id: UUID, letter_id: UUID) -> Sent:
    """One that was sent for this dossier. Raises NotFound."""
    found = next((one for one in sent(dossier_id) if one.id == letter_id), None)
    if found is None:
        raise NotFound(_("Không tìm thấy thư này."))
    return found

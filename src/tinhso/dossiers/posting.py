"""Sending a letter once its wait is over: once, and not when it was taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.dossiers import notices
from tinhso.dossiers.models import Letter


def deliver_due(letter_id: UUID, *, at: datetime) -> bool:
    """The same for a letter whose wait is over by the queue's clock: this machine's may be behind."""
    leaves = Letter.objects.filter(id=letter_id).values_list("leaves_at", flat=True).first()
    return leaves is not None and deliver(letter_id, at=max(at, leaves))


@transaction.atomic
def deliver(letter_id: UUID, *, at: datetime) -> bool:
    """Hand the letter to notify; False when it was sent, withdrawn or erased before, or waits still."""
    rows = Letter.objects.select_for_update(of=("self",)).select_related("dossier")
    letter = rows.filter(id=letter_id).first()
    if letter is None or letter.sent_at or letter.withdrawn_at or at < letter.leaves_at:
        return False
    notices.letter(letter.dossier, text=letter.text, author=letter.author_name, at=at)
    letter.sent_at = at
    letter.save(update_fields=["sent_at"])
    return True

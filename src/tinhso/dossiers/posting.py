"""Sending a letter once its wait is over: once, and not when it was taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.dossiers import notices
from tinhso.dossiers.models import Letter


@transaction.atomic
def deliver(letter_id: UUID, *, at: datetime) -> bool:
    """Hand the letter to notify; False when it was sent or withdrawn before, or its wait is not over."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("dossier").get(id=letter_id)
    if letter.sent_at or letter.withdrawn_at or at < letter.leaves_at:
        return False
    notices.letter(letter.dossier, text=letter.text, author=letter.author_name, at=at)
    letter.sent_at = at
    letter.save(update_fields=["sent_at"])
    return True

"""Two accounts of one person are one: what both disputed."""

from __future__ import annotations

from tinhso.exchange.models import Dispute
from tinhso.identity import api as identity


def disputes(merging: identity.Merging) -> None:
    """Where both disputed one entry both stand, the moved one under a key of its own."""
    held = set(Dispute.objects.filter(person_id=merging.survivor).values_list("entry_key", flat=True))
    for row in Dispute.objects.filter(person_id=merging.loser, entry_key__in=held):
        Dispute.objects.filter(id=row.id).update(entry_key=f"{row.entry_key} {row.id}")

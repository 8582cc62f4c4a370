"""Two accounts of one person are one: what they chose to be told."""

from __future__ import annotations

from tinhso.identity import api as identity
from tinhso.notify.models import Preference


def preferences(merging: identity.Merging) -> None:
    """Where both accounts chose, the choice of the one that stays holds from now on."""
    held = Preference.objects.filter(until=None)
    chosen = set(held.filter(account_id=merging.survivor).values_list("kind", "channel"))
    ended = [row.id for row in held.filter(account_id=merging.loser) if (row.kind, row.channel) in chosen]
    Preference.objects.filter(id__in=ended).update(until=merging.at)

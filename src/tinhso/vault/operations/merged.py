"""Two accounts of one person are one: their vaults."""

from __future__ import annotations

from tinhso.identity import api as identity
from tinhso.vault.models import Document

ALIKE = ("source", "about_kind", "about_id", "sha256")


def documents(merging: identity.Merging) -> None:
    """What both vaults hold is a twin in the one that stays: not listed again, its links and trace go on."""
    held = set(Document.objects.filter(owner_id=merging.survivor, twin=False).values_list(*ALIKE))
    theirs = Document.objects.filter(owner_id=merging.loser, twin=False)
    twins = [id for id, *alike in theirs.values_list("id", *ALIKE) if tuple(alike) in held]
    Document.objects.filter(id__in=twins).update(twin=True)

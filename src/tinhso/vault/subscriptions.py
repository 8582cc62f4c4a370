"""What the vault does when others' events happen."""

from __future__ import annotations

from tinhso.foundation import events, files
from tinhso.identity import api as identity
from tinhso.vault.models import Document


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """The person's own documents go with their files; agencies keep theirs."""
    own = Document.objects.filter(owner_kind="person", owner_id=event.person_id)
    files.loosen(own.values_list("file_id", flat=True), at=event.at)
    own.delete()

"""What the vault does when others' events happen."""

from __future__ import annotations

from tinhso.foundation import events, files
from tinhso.identity import api as identity
from tinhso.vault.models import Document, Use


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """The person's own documents go with their files, links and trace; agencies keep theirs."""
    own = Document.objects.filter(owner_kind="person", owner_id=event.person_id)
    files.loosen(own.values_list("file_id", flat=True), at=event.at)
    Use.objects.filter(owner_id=event.person_id).delete()
    own.update(replaced_by=None, replaced_at=None)
    own.delete()

"""What certification does when others' events happen."""

from __future__ import annotations

from tinhso.certification.contracts import State
from tinhso.certification.models import CertifiedCopy
from tinhso.foundation import events
from tinhso.vault import api as vault


@events.subscribe(vault.DocumentRevoked)
def document_revoked(event: vault.DocumentRevoked) -> None:
    """A copy that was revoked in the vault by another way is revoked here as well."""
    CertifiedCopy.objects.filter(sha256=event.sha256, state=State.SEALED.value).update(
        state=State.REVOKED.value,
        ended_at=event.at,
        ended_because=event.ground,
        ended_by=event.by.name,
    )

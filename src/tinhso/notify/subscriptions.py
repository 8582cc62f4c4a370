"""What notify does when others' events happen."""

from __future__ import annotations

from tinhso.foundation import events
from tinhso.identity import api as identity
from tinhso.notify.operations import reading


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """Nothing more leaves for the person, and their name goes."""
    reading.forget(recipient=event.person_id)

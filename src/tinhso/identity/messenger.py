"""The port by which identity asks notify to send a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from tinhso.foundation.refs import ActorRef
from tinhso.foundation.registry import Port
from tinhso.identity.contracts import Messenger

messenger: Port[Messenger] = Port("identity messenger")


def tell(*, to: UUID, template: str, facts: Mapping[str, str], by: ActorRef, at: datetime) -> bool:
    """Ask for one message; False when no room sends messages in this installation."""
    if not messenger.answered:
        return False
    messenger().send(to=to, template=template, facts=facts, by=by, at=at)
    return True

"""What this server holds of the exchange around it: its own name, the anchor, the global configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.models import State
from tinhso.exchange.protocol import globalconf
from tinhso.exchange.protocol.globalconf import Anchor, Document


@dataclass(frozen=True, slots=True)
class Held:
    """`document` is the newest one accepted, whether or not it is in force still; None before the first.

    `maintenance` is the sentence that callers read while this server rests; `revision` counts changes that
    gateways must follow.
    """

    server: str = ""
    maintenance: str = ""
    anchor: Anchor | None = None
    document: Document | None = None
    fetched_at: datetime | None = None
    revision: int = 0

    @property
    def trust(self) -> Trust:
        """Whose certificates count by the document; nobody's without one. Raises BadEvidence."""
        named = self.document
        if named is None:
            return Trust(())
        return Trust.of(
            (one.certificate for one in named.authorities), (one.certificate for one in named.stamping)
        )


def held() -> Held:
    """As the shared state says now. One query; signature and format are looked at anew each time."""
    state = State.objects.filter(id=1).first()
    if state is None:
        return Held()
    anchor, configuration = globalconf.held(state.anchor, state.global_configuration)
    document = configuration.document if configuration else None
    return Held(state.server, state.maintenance, anchor, document, state.global_fetched_at, state.revision)

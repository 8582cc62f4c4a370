"""The port by which the exchange tells officers: notify stands above and answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tinhso.foundation.registry import Port

ASKED = "exchange.agreement_asked"
DECIDED = "exchange.agreement_decided"
TO_ENABLE = "exchange.agreement_to_enable"
STANDS = "exchange.agreement_stands"
ENDS = "exchange.ends"
CONDITIONS = "exchange.conditions"
CHANGE = "exchange.change"
CERTIFICATE = "exchange.certificate"
DISPUTE = "exchange.dispute"
QUOTA = "exchange.quota"
SERVICE = "exchange.service_change"


class Teller(Protocol):
    """Sends the exchange's messages to officers."""

    def tell(
        self,
        *,
        to: Collection[UUID],
        template: str,
        facts: Mapping[str, str],
        link: str,
        by: UUID | None,
        at: datetime,
    ) -> None:
        """Queue one message to each officer, inside the running transaction."""
        ...


teller: Port[Teller] = Port("exchange teller")


def tell(
    to: Collection[UUID],
    template: str,
    facts: Mapping[str, str],
    *,
    link: str,
    by: UUID | None,
    at: datetime,
) -> None:
    """Tell officers, but the one who did it; nothing when nobody sends messages in this installation."""
    others = sorted(set(to) - {by})
    if others and teller.answered:
        teller().tell(to=others, template=template, facts=facts, link=link, by=by, at=at)

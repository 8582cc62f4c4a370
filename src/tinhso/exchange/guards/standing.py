"""Whether traffic under an agreement passes at a moment, and what its callers read when it does not.

The first rule of agreements (exchange lessons §4.1): accepted and opened, within its days, paused by neither
side, plan not closed, conditions in force accepted or still in their grace, calls left to count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tinhso.exchange.contracts import AgreementFacts, AgreementStatus, PlanStatus, Stop
from tinhso.exchange.protocol.faults import Fault
from tinhso.foundation import moments

REASON_HEADER: Final = "tinhso-reason-code"
"""The REST header that names a request's reason."""
REASON_ELEMENT: Final = "{urn:tinhso:exchange}reasonCode"
"""The SOAP header that does."""
MOST_CODE: Final = 64
"""Characters of a reason code."""
HOW: Final = "in the header Tinhso-Reason-Code, or over SOAP in the header reasonCode of urn:tinhso:exchange"
"""Where a reason code is sent, for callers."""

_SAYS: Final = {
    Stop.NOT_ACCEPTED: "is not in force",
    Stop.NOT_ENABLED: "is not opened yet",
    Stop.NOT_YET: "has not begun",
    Stop.OVER: "is over",
    Stop.PROVIDER_PAUSED: "was suspended by the provider",
    Stop.CONSUMER_PAUSED: "was paused by the consumer",
    Stop.PLAN_CLOSED: "is of a plan that is closed",
    Stop.CONDITIONS: "waits for the new conditions to be accepted",
    Stop.NO_QUOTA: "is of a class of use without numbers for today",
}


def unreasoned(agreed: frozenset[str], given: str) -> Fault | None:
    """What a caller gets who names no reason that the agreement lists; None when all is well."""
    code = given.strip()
    if not agreed or code in agreed:
        return None
    listed = ", ".join(sorted(agreed))
    if not code:
        return Fault(
            "client.reason_code_missing",
            f"The agreement asks each request for a reason code. Send one of {listed} {HOW}",
        )
    return Fault(
        "client.reason_code_not_agreed",
        f"The agreement does not list the reason code {code[:MOST_CODE]}. Send one of {listed} {HOW}",
    )


def stopped(facts: AgreementFacts, at: datetime) -> Stop | None:
    """Why nothing passes at that moment; None when it does. Days are legal days, the last one included."""
    day = moments.today(at)
    if facts.status is not AgreementStatus.ACCEPTED:
        return Stop.NOT_ACCEPTED
    if facts.plan_status is PlanStatus.CLOSED:
        return Stop.PLAN_CLOSED
    if not facts.enabled:
        return Stop.NOT_ENABLED
    if day < facts.starts_on:
        return Stop.NOT_YET
    if facts.ends_on is not None and day > facts.ends_on:
        return Stop.OVER
    if facts.provider_paused is not None:
        return Stop.PROVIDER_PAUSED
    if facts.consumer_paused is not None:
        return Stop.CONSUMER_PAUSED
    if any(one.revision > facts.conditions_accepted and one.due_at <= at for one in facts.conditions):
        return Stop.CONDITIONS
    return Stop.NO_QUOTA if facts.quota(day) is None else None


def refusal(facts: AgreementFacts, at: datetime) -> Fault | None:
    """What a caller gets who asks under it at that moment; None when the message passes."""
    stop = stopped(facts, at)
    if stop is None:
        return None
    grounds = {Stop.PROVIDER_PAUSED: facts.provider_paused, Stop.CONSUMER_PAUSED: facts.consumer_paused}
    said = f"Agreement {facts.number} {_SAYS[stop]}"
    ground = grounds.get(stop)
    return Fault("access_denied", f"{said}: {ground}" if ground else said)

"""Whether traffic under an agreement passes now, and what its callers read when it does not.

Rules of agreements (`docs/exchange/guards.md`): accepted, within its days, paused by neither side, plan not
closed, conditions in force accepted or still in their grace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tinhso.exchange.contracts import AgreementStatus, BodyLog, PlanStatus
from tinhso.exchange.guards.quotas import UNLIMITED, Quota
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


class Why(StrEnum):
    """Why traffic does not pass."""

    PASSES = ""
    NOT_ACCEPTED = "not_accepted"
    NOT_YET = "not_yet"
    ENDED = "ended"
    PAUSED_BY_OWNER = "paused_by_owner"
    PAUSED_BY_CONSUMER = "paused_by_consumer"
    PLAN_CLOSED = "plan_closed"
    CONDITIONS = "conditions"


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """An agreement as its revision says. Days are legal days, the last one included.

    `owner_pause` and `consumer_pause` are the reasons of a pause, None without one. `accept_by` is the last
    day of grace for `conditions_revision`; None gives no grace.
    """

    agreement_id: UUID
    revision: int
    status: AgreementStatus
    plan_status: PlanStatus
    starts: date
    ends: date | None
    conditions_revision: int
    accepted_revision: int
    accept_by: date | None = None
    owner_pause: str | None = None
    consumer_pause: str | None = None
    quota: Quota = UNLIMITED
    log_mode: BodyLog = BodyLog.FULL
    reason_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gateway needs of an agreement, true until `until` (None: until it is changed).

    `agreement_id` and `revision` go into the log row of each exchange. `says` is for callers, in English.
    """

    agreement_id: UUID
    revision: int
    why: Why
    says: str
    quota: Quota
    log_mode: BodyLog
    reason_codes: frozenset[str]
    until: datetime | None

    @property
    def passes(self) -> bool:
        """Whether traffic passes."""
        return self.why is Why.PASSES

    def fault(self) -> Fault:
        """What a caller gets who does not pass."""
        return Fault("server.serverproxy.access_denied", self.says)


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


def standing(facts: AgreementFacts, at: datetime) -> Standing:
    """How an agreement stands at a moment."""
    today = moments.today(at)
    why, says = _why(facts, today)
    turns = [facts.starts]
    turns += [last + timedelta(days=1) for last in (facts.ends, facts.accept_by) if last]
    ahead = [day for day in turns if day > today]
    return Standing(
        agreement_id=facts.agreement_id,
        revision=facts.revision,
        why=why,
        says=says,
        quota=facts.quota,
        log_mode=facts.log_mode,
        reason_codes=facts.reason_codes,
        until=moments.midnight(min(ahead)) if ahead else None,
    )


def _why(facts: AgreementFacts, today: date) -> tuple[Why, str]:
    if facts.status is not AgreementStatus.ACCEPTED:
        return Why.NOT_ACCEPTED, f"The agreement for this service is {facts.status.value}"
    if facts.plan_status is PlanStatus.CLOSED:
        return Why.PLAN_CLOSED, "The plan of this agreement is closed"
    if today < facts.starts:
        return Why.NOT_YET, f"The agreement begins on {facts.starts.isoformat()}"
    if facts.ends is not None and today > facts.ends:
        return Why.ENDED, f"The agreement ended on {facts.ends.isoformat()}"
    if facts.owner_pause is not None:
        return Why.PAUSED_BY_OWNER, _paused(
            "The service's owner has suspended the agreement", facts.owner_pause
        )
    if facts.consumer_pause is not None:
        return Why.PAUSED_BY_CONSUMER, _paused("The consumer has paused the agreement", facts.consumer_pause)
    in_grace = facts.accept_by is not None and today <= facts.accept_by
    if facts.accepted_revision < facts.conditions_revision and not in_grace:
        return Why.CONDITIONS, f"Revision {facts.conditions_revision} of the conditions is not accepted yet"
    return Why.PASSES, ""


def _paused(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what

"""What becomes of a dossier's bills when what it costs is known anew. Pure; sums are whole đồng."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tinhso.payments import api as payments


class Step(StrEnum):
    """What is to be done. `WAIT`: money is on its way to the open bill, so it stays until that is known."""

    KEEP = "keep"
    ISSUE = "issue"
    WAIT = "wait"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Due:
    """The step: `drop` says that the open bill is taken back first; `amount` is what is then asked for
    (`ISSUE`) or given back (`REFUND`)."""

    step: Step
    amount: int = 0
    drop: bool = False


def decide(due: int, *, covered: int, asked: int, untouched: bool) -> Due:
    """Make what is asked for and what is there fit what is `due`.

    `covered` is what earlier bills brought and nobody gave or asked back; `asked` is the sum of the open
    bill, 0 without one; `untouched` says that nothing was paid of it and no payment is under way.
    """
    left = due - covered
    if left == asked:
        return Due(Step.KEEP)
    if asked and not untouched:
        return Due(Step.WAIT)
    if left > 0:
        return Due(Step.ISSUE, left, drop=bool(asked))
    if left < 0:
        return Due(Step.REFUND, -left, drop=bool(asked))
    return Due(Step.KEEP, drop=bool(asked))


def rest(charges: Sequence[payments.Charge], covered: int, *, words: str) -> list[payments.Charge]:
    """The lines with what is `covered` taken off, from the first on, with `words` as its reason."""
    left, found = covered, []
    for charge in charges:
        off = min(left, charge.due)
        left -= off
        reason = "; ".join(part for part in (charge.exempt_ground, words if off else "") if part)
        found.append(replace(charge, exempted=charge.exempted + off, exempt_ground=reason))
    return found

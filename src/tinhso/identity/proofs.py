"""What proves a capacity on a day: kinds of paper by the dated value `relation_proofs`."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation import legal
from tinhso.identity.relation_contracts import Capacity, ProofGiven, ProofKind


def kinds(capacity: Capacity, on: date) -> tuple[ProofKind, ...]:
    """The kinds of paper that prove the capacity on that day, any one of them; none when none is asked."""
    found: list[dict[str, Any]] = legal.value("relation_proofs", on=on).get(capacity.value, [])
    return tuple(ProofKind(**kind) for kind in found)


def kind(capacity: Capacity, code: str, on: date) -> ProofKind | None:
    """One kind by its code, when the law of that day knows it."""
    return next((one for one in kinds(capacity, on) if one.code == code), None)


def expired(proof: ProofGiven, on: date) -> bool:
    """Whether the paper no longer holds on that day."""
    return proof.valid_until is not None and proof.valid_until < on

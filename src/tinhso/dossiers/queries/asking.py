"""How often papers were asked for, beside what the rule allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Supplement
from tinhso.foundation import legal
from tinhso.foundation.moments import today


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests so far, and how many the rule of the day of receipt allows, with its basis."""

    count: int
    last_at: datetime | None
    allowed: int
    basis: str

    @property
    def beyond(self) -> bool:
        """Whether one more request is more than the rule allows."""
        return self.count >= self.allowed


def asked_before(dossier_id: UUID, *, submitted_at: datetime) -> Asked:
    """What was asked of a dossier before: legal value `supplement_request_max`, by the day of receipt."""
    rule = legal.rule("supplement_request_max", on=today(submitted_at))
    moments = Supplement.objects.filter(dossier_id=dossier_id).order_by("-ordinal")
    found = list(moments.values_list("asked_at", flat=True))
    return Asked(
        count=len(found), last_at=found[0] if found else None, allowed=int(rule.value), basis=rule.basis
    )

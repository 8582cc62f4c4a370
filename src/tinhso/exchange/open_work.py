"""How much of the room's work waits for people: read whole by one query and kept in memory, since the desk
shows it on every page.

Whoever changes what is counted calls `open_work.changed()`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from tinhso.exchange.contracts import AgreementStatus
from tinhso.exchange.message_contracts import MessageState
from tinhso.exchange.models import Agreement, Dependency, Dispute, Errand, Terms
from tinhso.foundation.remembered import Remembered

Units = dict[UUID | None, int]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Dead messages by unit, agreements and disputes by the unit that owns the data, and what has no unit.

    `decided` wait for the owner's word, `opened` for the operator, `both` for the two of them.
    """

    dead: Units = field(default_factory=dict)
    decided: Units = field(default_factory=dict)
    opened: Units = field(default_factory=dict)
    both: Units = field(default_factory=dict)
    disputes: Units = field(default_factory=dict)
    troubles: int = 0
    """Dependencies that do not serve."""


def of_units(counted: Units, units: Collection[UUID] | None) -> int:
    """Those of these units together; None for all."""
    return sum(count for unit, count in counted.items() if units is None or unit in units)


def _read() -> OpenWork:
    asked = Exists(Terms.objects.filter(agreement=OuterRef("pk"), accepted=None))
    unopened = Q(status=AgreementStatus.ACCEPTED, enabled_at=None)
    owner = F("plan__service__owner_unit_id")
    parts = (
        _counted("dead", Errand.objects.filter(state=MessageState.DEAD), F("unit_id")),
        _counted("decided", Agreement.objects.filter(asked).exclude(unopened), owner),
        _counted("opened", Agreement.objects.filter(unopened).exclude(asked), owner),
        _counted("both", Agreement.objects.filter(unopened).filter(asked), owner),
        _counted("disputes", Dispute.objects.filter(answered_at=None), F("unit_id")),
        _counted("troubles", Dependency.objects.filter(gone_at=None).exclude(cause="")),
    )
    found: dict[str, Units] = {}
    for what, unit, count in parts[0].union(*parts[1:], all=True):
        found.setdefault(what, {})[unit] = count
    return OpenWork(
        dead=found.get("dead", {}),
        decided=found.get("decided", {}),
        opened=found.get("opened", {}),
        both=found.get("both", {}),
        disputes=found.get("disputes", {}),
        troubles=of_units(found.get("troubles", {}), None),
    )


def _counted(what: str, rows: QuerySet[Any], unit: F | None = None) -> QuerySet[Any, tuple[Any, ...]]:
    by = unit or Cast(Value(None), UUIDField())
    grouped = rows.order_by().annotate(what=Value(what), unit_counted=by).values("what", "unit_counted")
    counted: QuerySet[Any, tuple[Any, ...]] = grouped.annotate(count=Count("pk")).values_list(
        "what", "unit_counted", "count"
    )
    return counted


open_work = Remembered(_read)

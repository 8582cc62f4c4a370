"""Results that go by post: what was chosen for a dossier, and which lie ready to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from tinhso.dossiers import wanted
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Delivery, Dossier, PostArrival
from tinhso.dossiers.outcomes import DeliveryView
from tinhso.foundation import crypto


def deliveries(dossier_ids: Iterable[UUID]) -> dict[UUID, DeliveryView]:
    """What was chosen, by dossier; those that nobody wants by post are left out. Two queries."""
    rows = list(
        Delivery.objects.filter(dossier_id__in=list(dossier_ids))
        .select_related("dossier")
        .only("sealed", "originals", "fee", "chosen_at", "number", "sent_at", "dossier__owner_id")
    )
    opened = crypto.unseal_many([(row.dossier.owner_id or row.dossier_id, bytes(row.sealed)) for row in rows])
    found = {}
    for row, data in zip(rows, opened, strict=True):
        view = wanted.view(orjson.loads(data) if data else {}, chosen_at=row.chosen_at)
        found[row.dossier_id] = replace(
            view, originals=row.originals, fee=row.fee, number=row.number, out=row.sent_at is not None
        )
    return found


def chosen(dossier_id: UUID) -> dict[str, Any]:
    """The answers that were kept, to be changed; empty without a choice or once the person was erased."""
    row = Delivery.objects.filter(dossier_id=dossier_id).select_related("dossier").first()
    if row is None:
        return {}
    data = crypto.unseal_many([(row.dossier.owner_id or row.dossier_id, bytes(row.sealed))])[0]
    return dict(orjson.loads(data)) if data else {}


def to_be_sent(units: Iterable[UUID], *, limit: int) -> tuple[UUID, ...]:
    """Dossiers whose result lies in these units and waits to be sent, the one promised first first."""
    rows = Dossier.objects.filter(
        unit_id__in=list(units),
        finished_at=None,
        status=Status.DONE.value,
        delivery__isnull=False,
        delivery__sent_at=None,
    )
    return tuple(rows.order_by("due_at", "id").values_list("id", flat=True)[:limit])


def arrived_in(dossier_id: UUID) -> str:
    """The number of the parcel in which its papers came; empty for any other way."""
    return PostArrival.objects.filter(dossier_id=dossier_id).values_list("number", flat=True).first() or ""

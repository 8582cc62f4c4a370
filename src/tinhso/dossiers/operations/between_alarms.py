"""Warning of what is late between agencies: hand-overs nobody acknowledged, phases, opinions; each once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tinhso.dossiers import opinion_words
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.models import Opinion, Phase, Transfer
from tinhso.dossiers.operations import passing

BATCH = 200


def sound(*, at: datetime) -> int:
    """Tell of everything that has become late and was not told of; how many."""
    return _transfers(at=at) + _phases(at=at) + _opinions(at=at)


@transaction.atomic
def _transfers(*, at: datetime) -> int:
    due = Transfer.objects.filter(due_at__lt=at, alarmed_at=None, **passing.OPEN).select_related("dossier")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for row in rows:
        opinion_words.late(
            opinion_words.TRANSFER_LATE,
            dossier=row.dossier,
            agency_id=row.taker_id,
            due_at=row.due_at,
            link=f"/can-bo/ho-so/{row.dossier.code}/",
            at=at,
        )
    Transfer.objects.filter(id__in=[row.id for row in rows]).update(alarmed_at=at)
    return len(rows)


@transaction.atomic
def _phases(*, at: datetime) -> int:
    """Phases of dossiers whose clock runs; a standing one is not late while it stands."""
    due = Phase.objects.filter(
        due_at__lt=at, alarmed_at=None, ended_at=None, dossier__stopped_since=None
    ).select_related("dossier")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for row in rows:
        opinion_words.late(
            opinion_words.PHASE_LATE,
            dossier=row.dossier,
            agency_id=row.agency_id,
            due_at=row.due_at,
            link=f"/can-bo/ho-so/{row.dossier.code}/",
            at=at,
        )
    Phase.objects.filter(id__in=[row.id for row in rows]).update(alarmed_at=at)
    return len(rows)


@transaction.atomic
def _opinions(*, at: datetime) -> int:
    due = Opinion.objects.filter(
        due_at__lt=at, alarmed_at=None, state=OpinionState.ASKED.value
    ).select_related("request__dossier")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for row in rows:
        opinion_words.late(
            opinion_words.OPINION_LATE,
            dossier=row.request.dossier,
            agency_id=row.agency_id,
            due_at=row.due_at,
            link=f"/can-bo/y-kien/{row.id}/",
            at=at,
        )
    Opinion.objects.filter(id__in=[row.id for row in rows]).update(alarmed_at=at)
    return len(rows)

"""Sums of the demo that a person has to see are let go, as for most who come: no result waits for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import charging, judging_fees
from tinhso.dossiers.operations.judging_fees import Judged
from tinhso.foundation.refs import SYSTEM

EXEMPT = "Nghị quyết của Hội đồng nhân dân tỉnh (dữ liệu trình diễn)"


def let_go(dossier_id: UUID, *, at: datetime) -> None:
    """Judge what the rules leave open, unless it was judged already."""
    dossier = Dossier.objects.get(id=dossier_id)
    if charging.judged(dossier):
        return
    sums = [
        Judged(line.amount, line.amount, EXEMPT) if line.open else Judged(line.amount, line.exempted, "")
        for line in charging.assessed(dossier)
    ]
    judging_fees.judge(dossier_id=dossier_id, judged=sums, by=SYSTEM, at=at)

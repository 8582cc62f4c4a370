"""Writing the hand-over book."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.counter.models import HandOver
from tinhso.dossiers import api as dossiers
from tinhso.foundation import text, transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef


def write(*, dossier_id: UUID, receiver: str = "", proof: str = "", by: ActorRef, at: datetime) -> None:
    """Enter a result that was just handed over, once, inside the act that did it."""
    row = dossiers.rows([dossier_id])[dossier_id]
    HandOver.objects.get_or_create(
        dossier_id=dossier_id,
        defaults={
            "unit_id": row.unit,
            "day": today(at),
            "handed_at": at,
            "handed_by": by.name,
            "receiver": receiver,
            "receiver_paper": proof if receiver else "",
        },
    )


def name_receiver(*, hand_over_id: UUID, receiver: str, paper: str = "", by: ActorRef, at: datetime) -> None:
    """Write who took the result and which paper the officer saw of them.

    Raises NotFound, Invalid without a name, NotAllowed.
    """
    found = HandOver.objects.filter(id=hand_over_id).first()
    if found is None:
        raise NotFound(_("Không có dòng này trong sổ."))
    name = text.normal(receiver)
    if not name:
        sentence = _("Hãy nhập họ tên người nhận.")
        raise Invalid(sentence, faults={"nguoi-nhan": sentence})
    on = SubjectRef(kind="hand_over", id=found.id, units=(found.unit_id,))
    with transactions.act("counter.name_receiver", by=by, at=at, on=on) as work:
        HandOver.objects.filter(id=found.id).update(receiver=name, receiver_paper=text.normal(paper))
        work.record(dossier=str(found.dossier_id))

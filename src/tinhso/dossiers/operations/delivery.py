"""Choosing that a result goes by public post, and that it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.dossiers import marks, wanted
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Delivery, Dossier
from tinhso.dossiers.operations.turns import turn
from tinhso.forms import api as forms
from tinhso.foundation import crypto
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef


def deliver_to(
    *, dossier_id: UUID, answers: dict[str, Any], by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Choose that the result goes by post, or to another address (nhận kết quả qua bưu điện).

    Raises Invalid with faults by the form's paths, WrongTurn once a parcel is being made ready.
    """
    sound = checked(answers, at=at)
    with turn("deliver_to", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        ask_here(dossier_id, act="deliver_to", status=taken.dossier.status)
        keep(taken.dossier, sound, by=by, at=at)
        taken.note = _("Kết quả sẽ gửi qua bưu điện đến địa chỉ ông/bà đã chọn.")


def checked(answers: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The answers as they are kept. Raises Invalid with faults by the form's paths."""
    judged = forms.validate(wanted.form(), answers, at=at)
    if judged.faults:
        raise Invalid(_("Hãy sửa địa chỉ nhận kết quả."), faults=dict(judged.faults))
    return dict(judged.answers)


def keep(dossier: Dossier, answers: dict[str, Any], *, by: ActorRef, at: datetime) -> None:
    """Write the choice down, sealed as the contact is, and mark the row, which the caller saves."""
    Delivery.objects.update_or_create(
        dossier_id=dossier.id,
        defaults={
            "sealed": crypto.seal(dossier.owner_id or dossier.id, orjson.dumps(answers)),
            "originals": answers[wanted.PART].get("ban_chinh") is True,
            "fee": wanted.fee(answers, on=today(at)),
            "chosen_at": at,
            "chosen_by": by.name,
        },
    )
    marks.put(dossier, marks.POSTED)


def drop(dossier: Dossier) -> None:
    """The result is collected after all. Raises WrongTurn once a parcel is being made ready."""
    if marks.POSTED in dossier.flags:
        ask_here(dossier.id, act="collect_at", status=dossier.status)
        Delivery.objects.filter(dossier_id=dossier.id).delete()
        marks.take(dossier, marks.POSTED)


def ask_here(dossier_id: UUID, *, act: str, status: str) -> None:
    """Return while no parcel holds the result. Raises WrongTurn."""
    if Delivery.objects.filter(dossier_id=dossier_id, sent_at__isnull=False).exists():
        raise WrongTurn(
            _("Kết quả đang ở bưu điện nên chưa làm được việc này. Hãy xem trang “Gửi bưu điện”."),
            act=act,
            status=status,
        )

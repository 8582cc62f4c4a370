"""A result on its way by public post: made ready, told of, handed over to its receiver, or back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Delivery, Dossier
from tinhso.dossiers.operations import charging, passing, results
from tinhso.dossiers.operations.turns import turn
from tinhso.foundation.refs import ActorRef


def send(*, dossier_id: UUID, by: ActorRef, at: datetime) -> None:
    """Say that the result is being made ready as a parcel: from now on its address stays.

    Raises WrongTurn for a dossier without a result, one that nobody wants by post, or one sent already;
    Invalid while money is open and the result is kept for it.
    """
    with turn("post", dossier_id=dossier_id, by=by, at=at) as taken:
        charging.ask_paid(taken.dossier, at=at)
        passing.ask_received(taken.dossier, "post")
        if not Delivery.objects.filter(dossier_id=dossier_id, sent_at=None).update(sent_at=at):
            raise WrongTurn(
                _("Hồ sơ này không chờ gửi bưu điện. Hãy mở lại danh sách."),
                act="post",
                status=taken.dossier.status,
            )
        taken.note = _("Đang đóng bưu gửi và đặt bưu điện đến lấy.")


def tell(
    *, dossier_id: UUID, words: str, number: str = "", notify: bool = False, by: ActorRef, at: datetime
) -> None:
    """Tell what the parcel did, in words for the applicant without names; `number` once it is known.

    A dossier whose result was handed over meanwhile is told nothing more.
    """
    if not _waits(dossier_id):
        return
    with turn("post", dossier_id=dossier_id, by=by, at=at) as taken:
        taken.note = words
        if number:
            Delivery.objects.filter(dossier_id=dossier_id, sent_at__isnull=False).update(number=number)
        if notify:
            notices.posted(taken)


def back(*, dossier_id: UUID, words: str, notify: bool = False, by: ActorRef, at: datetime) -> None:
    """The parcel is no more, or here again: the result may be sent anew, or collected."""
    Delivery.objects.filter(dossier_id=dossier_id).update(sent_at=None, number="")
    tell(dossier_id=dossier_id, words=words, notify=notify, by=by, at=at)


def delivered(
    *, dossier_id: UUID, number: str, receiver: str, words: str, by: ActorRef, at: datetime
) -> None:
    """The receiver has the parcel: the result counts as handed over, by whoever carried it.

    One that was handed over meanwhile stays as it is. Raises as handing over does.
    """
    if _waits(dossier_id):
        proof = _("Bưu gửi %(number)s") % {"number": number}
        results.hand_over(dossier_id=dossier_id, note=words, receiver=receiver, proof=proof, by=by, at=at)


def _waits(dossier_id: UUID) -> bool:
    return Dossier.objects.filter(id=dossier_id, status=Status.DONE.value).exists()

"""Making a result ready as a parcel, placing it anew, cancelling, and what was done about a trouble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import api as dossiers
from tinhso.foundation import text, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.parcels import jobs, lifecycle, subjects
from tinhso.parcels import trouble as troubles
from tinhso.parcels.contracts import NoSuchParcel, State
from tinhso.parcels.models import Parcel

transactions.explain(
    "parcel_one_open_of_a_dossier",
    gettext_lazy("Hồ sơ này có bưu gửi khác chưa giải quyết xong. Hãy mở bưu gửi ấy trước."),
)


def prepare(*, dossier_ids: Iterable[UUID], by: ActorRef, at: datetime) -> tuple[UUID, ...]:
    """Make a parcel of each result that waits to be sent and have its pick-up ordered; their ids.

    All or none. Raises Invalid for one that nobody wants by post, WrongTurn for one sent already, NotAllowed.
    """
    ids = tuple(dict.fromkeys(dossier_ids))
    wanted, rows = dossiers.deliveries(ids), dossiers.rows(ids)
    if not ids or set(wanted) != set(ids):
        raise Invalid(_("Hãy chọn những hồ sơ đang chờ gửi bưu điện."))
    with transaction.atomic():
        return tuple(_prepared(rows[one], wanted[one], by=by, at=at) for one in ids)


def _prepared(row: dossiers.DossierRow, wanted: dossiers.DeliveryView, *, by: ActorRef, at: datetime) -> UUID:
    id = new_id()
    parcel = Parcel(
        id=id,
        dossier_id=row.id,
        unit_id=row.unit,
        key=id.hex,
        fee=wanted.fee,
        originals=wanted.originals,
        made_at=at,
        made_by=by.name,
        made_by_id=by.id,
    )
    with transactions.act("parcels.prepare", by=by, at=at, on=subjects.of_parcel(parcel)) as work:
        dossiers.send_by_post(dossier_id=row.id, by=by, at=at)
        parcel.save(force_insert=True)
        work.defer(jobs.place, parcel_id=str(id))
        work.record(dossier=str(row.id), key=parcel.key)
    return id


def place_again(*, key: str, by: ActorRef, at: datetime) -> None:
    """Order the pick-up anew, with the address as it stands now. Raises NoSuchParcel, WrongParcelTurn."""
    with _turn("place", "place_again", key=key, by=by, at=at) as (parcel, work):
        troubles.lay(parcel, by=by, at=at)
        parcel.state, parcel.tries, parcel.error = State.PREPARED.value, 0, ""
        work.defer(jobs.place, parcel_id=str(parcel.id))


def cancel(*, key: str, by: ActorRef, at: datetime) -> None:
    """Have the order cancelled; the result stays here once the carrier has agreed.

    Raises NoSuchParcel, WrongParcelTurn.
    """
    with _turn("cancel", "cancel", key=key, by=by, at=at) as (parcel, work):
        parcel.cancelling, parcel.tries = True, 0
        work.defer(jobs.cancel, parcel_id=str(parcel.id))


def settle(*, key: str, how: str, by: ActorRef, at: datetime) -> None:
    """Write down what was done about a parcel that came back or was lost; its dossier is free again.

    Raises Invalid without words, NoSuchParcel, WrongParcelTurn also where nothing is wrong.
    """
    said = text.normal(how)
    if not said:
        sentence = _("Hãy ghi đã giải quyết thế nào.")
        raise Invalid(sentence, faults={"cach": sentence})
    with _turn("settle", "settle", key=key, by=by, at=at) as (parcel, _work):
        if not parcel.trouble or parcel.settled_at:
            raise lifecycle.not_now(State(parcel.state))
        if parcel.state != State.BACK:
            words = (
                _("Bưu điện đã phát bưu gửi; cơ quan đã xử lý việc ghi nhận.")
                if parcel.state == State.DELIVERED
                else _("Cơ quan đã xử lý việc bưu gửi thất lạc.")
            )
            dossiers.parcel_back(dossier_id=parcel.dossier_id, words=words, by=by, at=at)
        why = parcel.trouble
        troubles.lay(parcel, by=by, at=at)
        parcel.trouble, parcel.settled_at, parcel.settled_by, parcel.settled = why, at, by.name, said


@contextmanager
def _turn(
    act: str, turn: str, *, key: str, by: ActorRef, at: datetime
) -> Iterator[tuple[Parcel, transactions.Work]]:
    found = Parcel.objects.filter(key=key).first()
    if found is None:
        raise NoSuchParcel(_("Không có bưu gửi này."))
    with transactions.act(f"parcels.{act}", by=by, at=at, on=subjects.of_parcel(found)) as work:
        parcel = Parcel.objects.select_for_update().get(id=found.id)
        lifecycle.ask(turn, State(parcel.state))
        yield parcel, work
        parcel.save()
        work.record(state=parcel.state)

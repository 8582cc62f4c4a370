"""What the queue does at the carrier, after commit: order, cancel, ask. Each bears to be done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import legal, transactions
from tinhso.foundation.jobs import Retry
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.parcels import hearing, lifecycle, subjects, trouble
from tinhso.parcels.carrier import NotTaken, OrderRefused, PickedUp, carrier
from tinhso.parcels.contracts import Order, State
from tinhso.parcels.models import Parcel

RETRY = Retry(tries=6)
MOST_ASKED = 500
LONGEST_ERROR = 300


def place(parcel_id: UUID, *, at: datetime) -> None:
    """Order the pick-up of a parcel that waits for it. Raises NotTaken, so that the queue tries again.

    After the last try, or when the carrier will never take it, the parcel cannot be placed, and somebody is
    told; the job lies with its owner as well.
    """
    parcel = Parcel.objects.filter(id=parcel_id, state=State.PREPARED.value, cancelling=False).first()
    if parcel is None:
        return
    Parcel.objects.filter(id=parcel_id).update(tries=F("tries") + 1)
    try:
        number = carrier().order(_order(parcel, at=at))
    except NotTaken as fault:
        if RETRY.wait(made=parcel.tries + 1, error=fault) is None:
            _unplaced(parcel_id, str(fault), at=at)
        else:
            Parcel.objects.filter(id=parcel_id).update(error=str(fault)[:LONGEST_ERROR])
        raise
    _ordered(parcel_id, number, at=at)


@contextmanager
def _locked(parcel_id: UUID, *, at: datetime) -> Iterator[Parcel]:
    """The parcel as it stands now, under a lock, inside an act of the system."""
    found = Parcel.objects.get(id=parcel_id)
    with transactions.act("parcels.place", by=SYSTEM, at=at, on=subjects.of_parcel(found)) as work:
        parcel = Parcel.objects.select_for_update().get(id=parcel_id)
        yield parcel
        work.record(state=parcel.state, number=parcel.number)


def _order(parcel: Parcel, *, at: datetime) -> Order:
    wanted = dossiers.deliveries([parcel.dossier_id]).get(parcel.dossier_id)
    if wanted is None or not wanted.address:
        raise OrderRefused(_("Không còn địa chỉ nhận của hồ sơ này."))
    unit = directory.unit(parcel.unit_id)
    agency = directory.agency(unit.agency_id, today(at))
    return Order(
        key=parcel.key,
        sender=agency.name,
        pick_up=unit.name,
        name=wanted.name,
        phone=wanted.phone,
        address=wanted.address,
        fee=parcel.fee,
        contents=_("Kết quả thủ tục hành chính"),
    )


def _ordered(parcel_id: UUID, number: str, *, at: datetime) -> None:
    with _locked(parcel_id, at=at) as parcel:
        if parcel.state != State.PREPARED:
            return
        parcel.number, parcel.ordered_at, parcel.error = number, max(at, parcel.made_at), ""
        parcel.state = State.ORDERED.value
        parcel.heard_at = at
        parcel.save()
        said = _("Bưu điện đã nhận đặt, mã bưu gửi %(number)s.") % {"number": number}
        dossiers.tell_of_parcel(
            dossier_id=parcel.dossier_id, words=said, number=number, by=subjects.post(), at=at
        )


def _unplaced(parcel_id: UUID, why: str, *, at: datetime) -> None:
    with _locked(parcel_id, at=at) as parcel:
        if parcel.state == State.PREPARED:
            parcel.state, parcel.error = State.UNPLACED.value, why[:LONGEST_ERROR]
            trouble.raise_about(parcel, _("Không đặt được bưu điện đến lấy bưu gửi."), by=SYSTEM, at=at)
            parcel.save()


def cancel(parcel_id: UUID, *, at: datetime) -> None:
    """Cancel an order at the carrier, also one it may never have got. Raises NotTaken.

    After the last try the parcel stands as before, and somebody is told.
    """
    parcel = Parcel.objects.filter(id=parcel_id, cancelling=True).first()
    if parcel is None:
        return
    Parcel.objects.filter(id=parcel_id).update(tries=F("tries") + 1)
    try:
        carrier().cancel(parcel.key)
        gone = True
    except PickedUp:
        gone = False
    except NotTaken as fault:
        if RETRY.wait(made=parcel.tries + 1, error=fault) is None:
            _uncancelled(parcel_id, at=at)
        raise
    with _locked(parcel_id, at=at) as parcel:
        if not parcel.cancelling:
            return
        parcel.cancelling = False
        if not gone:
            trouble.raise_about(parcel, _("Bưu điện đã lấy bưu gửi nên không huỷ được."), by=SYSTEM, at=at)
        elif State(parcel.state) in lifecycle.TURNS["cancel"]:
            trouble.lay(parcel, by=SYSTEM, at=at)
            parcel.state, parcel.ended_at = State.CANCELLED.value, at
            said = _("Đã huỷ bưu gửi; kết quả đang ở cơ quan.")
            dossiers.parcel_back(dossier_id=parcel.dossier_id, words=said, by=SYSTEM, at=at)
        parcel.save()


def _uncancelled(parcel_id: UUID, *, at: datetime) -> None:
    with _locked(parcel_id, at=at) as parcel:
        if parcel.cancelling:
            parcel.cancelling = False
            trouble.raise_about(
                parcel, _("Bưu điện chưa trả lời nên chưa huỷ được bưu gửi."), by=SYSTEM, at=at
            )
            parcel.save()


def ask(parcel_id: UUID, *, at: datetime) -> None:
    """Ask the carrier what it knows of a parcel, for notices that were lost. Raises NotTaken.

    One of which nothing was heard for `post_silent_days` is somebody's work.
    """
    parcel = Parcel.objects.filter(id=parcel_id, ended_at=None).exclude(number="").first()
    if parcel is None:
        return
    stations = carrier().track(parcel.key)
    known = set(parcel.stations.values_list("key", flat=True))
    fresh = [one for one in stations if one.key not in known]
    if fresh:
        hearing.hear(parcel.key, fresh, at=at)
        return
    silent = timedelta(days=legal.integer("post_silent_days", on=today(at)))
    with _locked(parcel_id, at=at) as parcel:
        if parcel.ended_at is None and at - (parcel.heard_at or parcel.made_at) >= silent:
            trouble.raise_about(parcel, _("Lâu không có tin của bưu gửi."), by=SYSTEM, at=at)
            parcel.save(update_fields=["trouble"])


def silent(*, at: datetime) -> tuple[UUID, ...]:
    """Parcels to be asked about: nothing heard and nothing asked for `post_ask_hours`; marked as asked."""
    since = at - timedelta(hours=legal.integer("post_ask_hours", on=today(at)))
    rows = Parcel.objects.filter(
        Q(asked_at=None) | Q(asked_at__lt=since),
        ended_at=None,
        heard_at__lt=since,
        state__in=[state.value for state in lifecycle.AT_CARRIER],
    )
    ids = tuple(rows.order_by("asked_at").values_list("id", flat=True)[:MOST_ASKED])
    Parcel.objects.filter(id__in=ids).update(asked_at=at)
    return ids

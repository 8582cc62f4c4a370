"""What a carrier tells of a parcel: kept once, in any order, and done once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import api as dossiers
from tinhso.foundation import transactions
from tinhso.foundation.errors import Unable
from tinhso.parcels import contracts as about
from tinhso.parcels import lifecycle, subjects, trouble, words
from tinhso.parcels.contracts import NoSuchParcel, State, Told
from tinhso.parcels.models import Parcel, Station

logger = logging.getLogger(__name__)


class Effect(StrEnum):
    """What a notice did: something, nothing since a later one is known, nothing since it is known itself."""

    APPLIED = "applied"
    OLDER = "older"
    DUPLICATE = "duplicate"


def hear(key: str, stations: Iterable[about.Station], *, at: datetime) -> list[Effect]:
    """Take everything the carrier tells of the parcel of that key. Raises NoSuchParcel."""
    parcel = Parcel.objects.filter(key=key).first()
    if parcel is None or not parcel.number:
        logger.warning("the post tells of a parcel nobody sent: %s", key[:60])
        raise NoSuchParcel(_("Không có bưu gửi nào mang mã này."))
    by = subjects.post()
    with transactions.act("parcels.hear", by=by, at=at, on=subjects.of_parcel(parcel)) as work:
        parcel = Parcel.objects.select_for_update().get(id=parcel.id)
        effects = [_take(parcel, one, at=at) for one in sorted(stations, key=lambda one: one.at)]
        parcel.heard_at = at
        parcel.save()
        work.record(state=parcel.state, effects=[effect.value for effect in effects])
    return effects


def _take(parcel: Parcel, told: about.Station, *, at: datetime) -> Effect:
    row = Station(
        parcel=parcel,
        key=told.key,
        told=told.told.value,
        place=told.place,
        receiver=told.receiver if told.told is Told.DELIVERED else "",
        happened_at=min(told.at, at),
        heard_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Effect.DUPLICATE
    before = State(parcel.state)
    if before in lifecycle.FINAL or parcel.settled_at:
        return Effect.OLDER
    known = parcel.stations.values_list("happened_at", "told")
    after = lifecycle.stands([(moment, Told(word)) for moment, word in known])
    latest = all(moment <= row.happened_at for moment, _word in known)
    if after is before and not latest:
        return Effect.OLDER
    _move(parcel, after, row, at=at)
    return Effect.APPLIED


def _move(parcel: Parcel, state: State, row: Station, *, at: datetime) -> None:
    """The parcel stands in `state` now, by this station: tell the dossier, the person, the office."""
    by, told = subjects.post(), Told(row.told)
    parcel.state = state.value
    if state in lifecycle.FINAL:
        parcel.ended_at = at
    said = words.of_station(told, place=row.place, receiver=row.receiver)
    if state is State.DELIVERED:
        trouble.lay(parcel, by=by, at=at)
        _hand_over(parcel, said, receiver=row.receiver, at=at)
    elif state is State.BACK:
        dossiers.parcel_back(dossier_id=parcel.dossier_id, words=said, notify=True, by=by, at=at)
    else:
        notify = told in words.NOTIFIED
        dossiers.tell_of_parcel(dossier_id=parcel.dossier_id, words=said, notify=notify, by=by, at=at)
    if state in lifecycle.TROUBLE:
        trouble.raise_about(parcel, words.why(state), by=by, at=at)
    elif state is not State.DELIVERED:
        trouble.lay(parcel, by=by, at=at)


def _hand_over(parcel: Parcel, said: str, *, receiver: str, at: datetime) -> None:
    """The dossier counts as handed over. What stands against it is work for the office; no word is lost."""
    by = subjects.post()
    try:
        with transaction.atomic():
            dossiers.parcel_delivered(
                dossier_id=parcel.dossier_id,
                number=parcel.number,
                receiver=receiver,
                words=said,
                by=by,
                at=at,
            )
    except Unable as refusal:
        why = _("Bưu điện đã giao nhưng hồ sơ chưa ghi được là đã trả: %(why)s") % {"why": refusal.message}
        trouble.raise_about(parcel, why, by=by, at=at)

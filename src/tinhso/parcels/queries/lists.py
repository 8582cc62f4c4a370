"""Parcels as the desk lists them: keyset pages, a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import api as dossiers
from tinhso.foundation.ids import read
from tinhso.foundation.text import format_money
from tinhso.parcels.contracts import NoSuchParcel, State
from tinhso.parcels.models import Manifest, Parcel, Station

PAGE = 50
MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One parcel of a list, with its dossier and where it goes."""

    parcel: Parcel
    dossier: dossiers.DossierRow
    to: dossiers.DeliveryView | None

    @property
    def state(self) -> State:
        """How it stands."""
        return State(self.parcel.state)

    @property
    def fee(self) -> str:
        """What the receiver pays, in words."""
        return format_money(self.parcel.fee)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A result that waits to be sent."""

    dossier: dossiers.DossierRow
    to: dossiers.DeliveryView

    @property
    def fee(self) -> str:
        """What the receiver pays, in words."""
        return format_money(self.to.fee)


def waiting(units: Iterable[UUID]) -> tuple[Waiting, ...]:
    """Results to be sent from these units, those whose last parcel's trouble is settled."""
    units = list(units)
    over = [State.DELIVERED.value, State.CANCELLED.value]
    stuck = set(_in_trouble(units).exclude(state__in=over).values_list("dossier_id", flat=True))
    ids = [one for one in dossiers.to_be_sent(units, limit=MOST_WAITING) if one not in stuck]
    rows, to = dossiers.rows(ids), dossiers.deliveries(ids)
    return tuple(Waiting(rows[one], to[one]) for one in ids if one in to)


def in_trouble(units: Iterable[UUID]) -> tuple[Line, ...]:
    """Parcels somebody must look at, the oldest first."""
    return lines(_in_trouble(units).order_by("made_at")[:PAGE])


def for_postman(units: Iterable[UUID]) -> tuple[Line, ...]:
    """Parcels that wait for the postman or for their number, and stand on no list."""
    states = [State.PREPARED.value, State.ORDERED.value]
    rows = Parcel.objects.filter(
        unit_id__in=list(units), ended_at=None, state__in=states, manifest=None, cancelling=False
    )
    return lines(rows.order_by("made_at")[:MOST_WAITING])


def manifests(units: Iterable[UUID]) -> tuple[Manifest, ...]:
    """The latest lists."""
    return tuple(Manifest.objects.filter(unit_id__in=list(units)).order_by("-made_at", "-id")[:7])


def sent(units: Iterable[UUID], *, after: str = "") -> tuple[tuple[Line, ...], str]:
    """Every parcel, the newest first, and the cursor of the next page."""
    rows = Parcel.objects.filter(unit_id__in=list(units))
    last = read(after)
    since = Parcel.objects.filter(id=last).values_list("made_at", flat=True).first() if last else None
    if since is not None:
        rows = rows.filter(Q(made_at__lt=since) | Q(made_at=since, id__lt=last))
    found = list(rows.order_by("-made_at", "-id")[: PAGE + 1])
    return lines(found[:PAGE]), str(found[PAGE - 1].id) if len(found) > PAGE else ""


def lines(rows: QuerySet[Parcel] | Iterable[Parcel]) -> tuple[Line, ...]:
    """The parcels with what is shown of each."""
    parcels = list(rows)
    ids = {parcel.dossier_id for parcel in parcels}
    known, to = dossiers.rows(ids), dossiers.deliveries(ids)
    return tuple(Line(one, known[one.dossier_id], to.get(one.dossier_id)) for one in parcels)


def find(ref: str) -> Parcel:
    """A parcel by its number or our key. Raises NoSuchParcel."""
    found = (
        Parcel.objects.filter(Q(number=ref) | Q(key=ref)).select_related("manifest").first() if ref else None
    )
    if found is None:
        raise NoSuchParcel(_("Không có bưu gửi này."))
    return found


def stations(parcel: Parcel) -> tuple[Station, ...]:
    """What the carrier told of it, the latest first."""
    return tuple(Station.objects.filter(parcel=parcel).order_by("-happened_at", "-id"))


def counted(units: Iterable[UUID]) -> int:
    """How many parcels somebody must look at."""
    return _in_trouble(units).count()


def _in_trouble(units: Iterable[UUID]) -> QuerySet[Parcel]:
    return Parcel.objects.filter(unit_id__in=list(units), settled_at=None).exclude(trouble="")

"""A parcel as identity judges it, and who speaks for the carrier."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.foundation.refs import SYSTEM, ActorRef, SubjectRef
from tinhso.parcels.models import Manifest, Parcel

PARCEL, MANIFEST = "parcel", "manifest"


def of_parcel(parcel: Parcel) -> SubjectRef:
    """A parcel belongs to the unit that sends it."""
    return SubjectRef(kind=PARCEL, id=parcel.id, units=(parcel.unit_id,))


def of_manifest(manifest: Manifest) -> SubjectRef:
    """So does a list of parcels."""
    return SubjectRef(kind=MANIFEST, id=manifest.id, units=(manifest.unit_id,))


def post() -> ActorRef:
    """Who acts when the carrier tells something."""
    return replace(SYSTEM, name=_("Bưu điện"))

"""Tables of parcels, and the constraints that keep them true."""

from tinhso.parcels.models.parcels import Manifest, Parcel, Station

__all__ = ["Manifest", "Parcel", "Station"]

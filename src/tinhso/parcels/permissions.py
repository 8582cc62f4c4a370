"""The acts of parcels and who may do them."""

from __future__ import annotations

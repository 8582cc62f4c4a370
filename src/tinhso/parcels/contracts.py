"""What crosses the door of parcels."""

from __future__ import annotations

"""The acts of exchange and who may do them."""

from __future__ import annotations

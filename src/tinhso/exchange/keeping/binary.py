"""PostgreSQL's binary COPY: what stands around rows, and values that all rows have."""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
LENGTH: Final = struct.Struct("!i").pack
"""Stands before each value."""
NULL: Final = LENGTH(-1)
TRUE, FALSE = LENGTH(1) + b"\x01", LENGTH(1) + b"\x00"

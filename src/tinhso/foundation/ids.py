"""Identifiers: UUIDv7, ordered by time, made in the program so that rows can be built before insert."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A new identifier, unique and rising with time."""
    return uuid_utils.compat.uuid7()


def read(given: str) -> UUID | None:
    """The identifier that an address or a form carries; None for anything else."""
    try:
        return UUID(given)
    except ValueError:
        return None

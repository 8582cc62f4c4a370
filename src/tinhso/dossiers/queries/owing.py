"""What is still to be paid of dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tinhso.dossiers.turning import SUBJECT
from tinhso.payments import api as payments


def owed(dossiers: Iterable[UUID]) -> dict[UUID, payments.Owed]:
    """What is left to pay, and where, of each dossier that has an open bill. Two queries, one when none."""
    return payments.open_among(SUBJECT, dossiers)

"""Reads of this security server: its certificates and the subsystems that speak through it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.models import ServerKey, Subsystem
from tinhso.exchange.operations.certificates import decoded, fingerprint


def active_mark(*, use: KeyUse, member: str, at: datetime) -> str:
    """SHA-256 (hex) of the active certificate of a member or server; empty when there is none."""
    key = ServerKey.objects.filter(use=use, member=member, active=True, not_after__gt=at).first()
    return fingerprint(decoded(key.certificates)[0]) if key else ""


def subsystem_id(identifier: str) -> UUID | None:
    """The id of a subsystem that is registered here."""
    return Subsystem.objects.filter(identifier=identifier, ended_at=None).values_list("id", flat=True).first()

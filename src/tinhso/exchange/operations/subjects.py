"""Things of the exchange as identity judges them."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation.refs import SubjectRef

THIS_SERVER = UUID("00000000-0000-7000-8000-000000000001")
"""Stands for the one state of the server in the audit trail."""


def server() -> SubjectRef:
    """The security server as a whole."""
    return SubjectRef(kind="exchange_server", id=THIS_SERVER)


def key(key_id: UUID) -> SubjectRef:
    """One of its keys."""
    return SubjectRef(kind="exchange_key", id=key_id)


def subsystem(subsystem_id: UUID) -> SubjectRef:
    """A subsystem that speaks through it."""
    return SubjectRef(kind="exchange_subsystem", id=subsystem_id)


def service(service_id: UUID) -> SubjectRef:
    """A service it offers."""
    return SubjectRef(kind="exchange_service", id=service_id)

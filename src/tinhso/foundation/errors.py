"""Errors that a person can act on. Rooms derive their own from these."""

from __future__ import annotations


class Unable(Exception):
    """An act that cannot be done, with a sentence in Vietnamese that says what to do next.

    `code` is stable and for machines (RFC 9457 `type`), `status` the HTTP status it maps to.
    """

    code = "unable"
    status = 409

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class NotAllowed(Unable):
    """The actor may not do this act to this subject."""

    code = "not-allowed"
    status = 403


class NotFound(Unable):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not-found"
    status = 404


class Invalid(Unable):
    """What was given cannot be used. `faults` maps a field's path to its sentence."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, *, faults: dict[str, str] | None = None, **facts: object) -> None:
        super().__init__(message, **facts)
        self.faults = faults or {}


class Conflict(Unable):
    """Someone else changed it first. `facts` say who, when and what."""

    code = "conflict"
    status = 409

"""What of the ground production refuses to start with; asked by config."""

from __future__ import annotations

from tinhso.foundation import crypto


def production_faults() -> list[str]:
    """What is wrong with the secrets, one Vietnamese sentence each."""
    return crypto.production_faults()

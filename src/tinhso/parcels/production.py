"""What parcels refuse to start production with."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation import sandbox


def production_faults() -> list[str]:
    """A carrier of the sandbox or with its secrets, or without; empty when all is well or none is named."""
    post = settings.PARCELS
    if not post.url:
        return []
    return sandbox.faults(
        addresses={"TINHSO_POST_URL": post.url},
        given={"TINHSO_POST_TOKEN": post.token, "TINHSO_POST_SECRET": post.secret},
    )

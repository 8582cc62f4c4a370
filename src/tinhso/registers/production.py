"""What registers refuse to start production with."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation import sandbox


def production_faults() -> list[str]:
    """A platform of the sandbox or with its secrets, or without; empty when all is well or none is named."""
    lgsp = settings.LGSP
    if not lgsp.url:
        return []
    return sandbox.faults(
        addresses={"TINHSO_LGSP_URL": lgsp.url},
        given={
            "TINHSO_LGSP_CLIENT_ID": lgsp.client_id,
            "TINHSO_LGSP_CLIENT_SECRET": lgsp.client_secret,
            "TINHSO_LGSP_INTEGRATION": lgsp.integration,
        },
    )

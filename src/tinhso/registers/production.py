"""What registers refuse to start production with."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

DEMO = "tinhso-demo-"


def production_faults() -> list[str]:
    """A platform with the sandbox's secrets, or without; empty when all is well or none is named."""
    lgsp = settings.LGSP
    named = f"{lgsp.client_id} {lgsp.client_secret}"
    if lgsp.url and (DEMO in named or not (lgsp.client_id and lgsp.client_secret and lgsp.integration)):
        return [
            _("%(name)s là giá trị trình diễn: đặt giá trị được cấp.")
            % {"name": "TINHSO_LGSP_CLIENT_ID, TINHSO_LGSP_CLIENT_SECRET, TINHSO_LGSP_INTEGRATION"}
        ]
    return []

"""What parcels refuse to start production with."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

DEMO = "tinhso-demo-"


def production_faults() -> list[str]:
    """A carrier with the sandbox's secrets, or none; empty when nothing is wrong, or no carrier is named."""
    post = settings.PARCELS
    if post.url and (DEMO in post.token + post.secret or not (post.token and post.secret)):
        return [
            _("%(name)s là giá trị trình diễn: đặt giá trị được cấp.")
            % {"name": "TINHSO_POST_TOKEN, TINHSO_POST_SECRET"}
        ]
    return []

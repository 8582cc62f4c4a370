"""The exchange platform (LGSP) by which national registers are asked; the sandbox's while trying out."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lgsp:
    """Its address, our credentials, and `MaTichHop`, the connection we were given; off without `url`."""

    url: str
    client_id: str
    client_secret: str
    integration: str


def read(*, production: bool, sandbox: str) -> Lgsp:
    """As `TINHSO_LGSP_URL`, `…_CLIENT_ID`, `…_CLIENT_SECRET` and `…_INTEGRATION` say."""
    return Lgsp(
        url=os.environ.get("TINHSO_LGSP_URL", "" if production else f"{sandbox}/lgsp").strip().rstrip("/"),
        client_id=os.environ.get("TINHSO_LGSP_CLIENT_ID", "tinhso-demo-lgsp").strip(),
        client_secret=os.environ.get("TINHSO_LGSP_CLIENT_SECRET", "tinhso-demo-lgsp-secret").strip(),
        integration=os.environ.get("TINHSO_LGSP_INTEGRATION", "H01-TINHSO").strip(),
    )

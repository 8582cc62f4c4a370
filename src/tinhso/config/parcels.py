"""Who carries parcels: named by the environment, the sandbox's while trying out."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parcels:
    """The carrier's address, our token there, the secret of its notices; off without `url`."""

    url: str
    token: str
    secret: str


def read(*, production: bool, sandbox: str) -> Parcels:
    """As `TINHSO_POST_URL`, `TINHSO_POST_TOKEN` and `TINHSO_POST_SECRET` say."""
    return Parcels(
        url=os.environ.get("TINHSO_POST_URL", "" if production else f"{sandbox}/post").strip().rstrip("/"),
        token=os.environ.get("TINHSO_POST_TOKEN", "tinhso-demo-post").strip(),
        secret=os.environ.get("TINHSO_POST_SECRET", "tinhso-demo-post-notices").strip(),
    )

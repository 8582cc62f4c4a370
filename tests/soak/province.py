"""A small province to be busy in: four offices and a machine's token; prints what the soak needs as JSON.

Runs as a process of its own (`python -m tests.soak.province`) with `DATABASE_URL` naming an empty database.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first

from tests.support import people  # noqa: E402
from tests.support.machines import body_for  # noqa: E402
from tests.support.office import office  # noqa: E402
from tinhso.config import demo  # noqa: E402
from tinhso.foundation import moments  # noqa: E402

OFFICES = 4


def make() -> dict[str, Any]:
    """The offices as bodies of submissions, and the token."""
    call_command("migrate", verbosity=0, interactive=False)
    demo.load_reference(at=moments.now())
    bodies = [body_for(office()) for _number in range(OFFICES)]
    _actor, secret = people.token(["dossiers.*"])
    return {"token": secret, "bodies": bodies}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make()))

"""Bills that wait to be paid at four agencies with numbers for receipts; prints their references as JSON.

Runs as a process of its own (`python -m tests.soak.owing 3000`) with `DATABASE_URL` naming an empty database.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import transaction  # noqa: E402

from tests.payments.laid import ACCOUNT, bill, collecting  # noqa: E402
from tests.payments.receipted import series  # noqa: E402
from tinhso.config import demo  # noqa: E402
from tinhso.foundation import moments  # noqa: E402

AGENCIES = 4


def make(count: int) -> dict[str, object]:
    """So many bills of 50,000 đồng: the account and their references."""
    call_command("migrate", verbosity=0, interactive=False)
    at = moments.now()
    demo.load_reference(at=at)
    with transaction.atomic():
        places = [collecting() for _number in range(AGENCIES)]
        for place in places:
            series(place)
        references = [bill(places[number % AGENCIES], at=at).reference for number in range(count)]
    return {"account": ACCOUNT, "references": references}


if __name__ == "__main__":
    json.dump(make(int(sys.argv[1])), sys.stdout)

"""Agencies that take money, in an empty database, as a process of its own; prints what the rest needs.

One bill of each agency is issued as the product does; `base.bills` lays many like it.
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

from tinhso.config import demo  # noqa: E402
from tinhso.foundation import moments  # noqa: E402
from tinhso.payments import ledger  # noqa: E402
from tinhso.payments.ledger.balances import BALANCE  # noqa: E402

AGENCIES = 40


def main() -> None:
    """Lay everything down."""
    call_command("migrate", verbosity=0)
    at = moments.now()
    demo.load_reference(at=at)
    with transaction.atomic():
        places = [collecting() for _ in range(AGENCIES)]
        issued = [bill(place, at=at) for place in places]
        facts = {
            "account": ACCOUNT,
            "balance": BALANCE,
            "agencies": [place.agency.hex for place in places],
            "units": [place.unit.hex for place in places],
            "bills": [one.id.hex for one in issued],
            "clearing": ledger.clearing(f"bank:{ACCOUNT}"),
            "bank": ledger.bank(ACCOUNT),
            "suspense": ledger.suspense(),
            "refunds": ledger.refunds(),
        }
    json.dump(facts, sys.stdout)


if __name__ == "__main__":
    main()

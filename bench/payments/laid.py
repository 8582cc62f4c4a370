"""Bills that wait to be paid, in an empty database, as a process of its own; prints what the rest needs.

python -m bench.payments.laid 40000
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
from tests.payments.laid import bill, collecting  # noqa: E402

from tinhso.config import demo  # noqa: E402
from tinhso.foundation import moments  # noqa: E402
from tinhso.payments import ledger  # noqa: E402
from tinhso.payments.ledger.balances import BALANCE  # noqa: E402
from tinhso.payments.models import Beneficiary  # noqa: E402

AGENCIES = 40


def main() -> None:
    """Lay everything down."""
    count = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    at = moments.now()
    demo.load_reference(at=at)
    with transaction.atomic():
        places = [collecting() for _ in range(AGENCIES)]
        references = [bill(places[number % AGENCIES], at=at).reference for number in range(count)]
        account = Beneficiary.objects.all()[0].account
        ledger.clearing(f"bank:{account}")
        ledger.suspense()
        ledger.refunds()
    json.dump({"references": references, "account": account, "balance": BALANCE}, sys.stdout)


if __name__ == "__main__":
    main()

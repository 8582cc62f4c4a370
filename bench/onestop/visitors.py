"""1,500 officers who are signed in; prints their sessions as JSON, 40 offices in turn.

Runs as a process of its own, with `DATABASE_URL` naming a database that `bench.cases.province` made and
`BENCH_OFFICES` its offices.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready first
from tests.support import people  # noqa: E402

from bench.onestop.browsing import AGENT  # noqa: E402
from tinhso.foundation.refs import ActorKind, ActorRef  # noqa: E402
from tinhso.identity.models import Officer  # noqa: E402

OFFICERS = 1_500
ROLES = ("leader", "intake_officer", "specialist", "intake_officer")
"""In turn; a leader only once in an office."""


def main() -> None:
    """Those of an earlier run are signed in again."""
    offices: list[dict[str, Any]] = json.loads(os.environ["BENCH_OFFICES"])
    known = dict(
        Officer.objects.filter(full_name__startswith="Máy đo ").values_list("full_name", "account_id")
    )
    made = []
    for number in range(OFFICERS):
        office, place = offices[number % len(offices)], number // len(offices)
        role = ROLES[place % len(ROLES)] if place < len(ROLES) else ROLES[1 + place % 3]
        name = f"Máy đo {number}"
        if name in known:
            actor = ActorRef(ActorKind.OFFICER, known[name], name)
        else:
            actor = people.officer(role, office["units"][role], name=name)
        session = people.client(actor, agent=AGENT).cookies[settings.SESSION_COOKIE_NAME].value
        made.append({"role": role, "office": number % len(offices), "session": session})
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main()

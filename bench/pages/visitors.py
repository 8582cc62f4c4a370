"""A person and an officer who are signed in already; prints their cookies as JSON.

Runs as a process of its own, with `DATABASE_URL` naming a database that `bench.cases.province` made and
`BENCH_UNIT` naming the unit whose intake officer it is. A sign-in is bound to `BENCH_AGENT`, as which the
browser names itself.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready first
from tests.support import people  # noqa: E402

from tinhso.foundation.refs import ActorKind, ActorRef  # noqa: E402
from tinhso.identity.models import Post  # noqa: E402


def cookie(actor: ActorRef) -> str:
    """The session that a browser of this name shows."""
    return people.client(actor, agent=os.environ["BENCH_AGENT"]).cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    """Both."""
    posts = Post.objects.select_related("officer").order_by("id")
    post = posts.filter(unit_id=os.environ["BENCH_UNIT"], role="intake_officer")[0]
    officer = ActorRef(ActorKind.OFFICER, post.officer.account_id, post.officer.full_name)
    made = {"person": cookie(people.person("Trần Thị Ngọc Hân")), "officer": cookie(officer)}
    sys.stdout.write(json.dumps({"name": settings.SESSION_COOKIE_NAME, **made}))


if __name__ == "__main__":
    main()

"""The studio's own acts on an empty province: saving, publishing, importing, searching; prints JSON.

Runs as a process of its own (`python -m bench.studio_laid`) with `DATABASE_URL` naming an empty database.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready first
from django.core.management import call_command  # noqa: E402
from tests.support import people  # noqa: E402
from tests.support.office import office, published_anew  # noqa: E402

from bench.studio_forms import large_form  # noqa: E402
from tinhso.config import demo  # noqa: E402
from tinhso.forms import api as forms  # noqa: E402
from tinhso.forms import demo as forms_demo  # noqa: E402
from tinhso.foundation import moments  # noqa: E402
from tinhso.foundation.refs import SYSTEM  # noqa: E402
from tinhso.identity import api as identity  # noqa: E402
from tinhso.procedures import api as procedures  # noqa: E402
from tinhso.procedures import demo as procedures_demo  # noqa: E402
from tinhso.studio import api as studio  # noqa: E402
from tinhso.studio import parts  # noqa: E402
from tinhso.workflow import demo as workflow_demo  # noqa: E402

COUNT = int(os.environ.get("BENCH_PROCEDURES", "2000"))
SAVES, PUBLISHED, EXAMPLES, ASKED = 10, 3, 50, 400
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CODE = "1.001193"
WORDS = ("giấy phép", "dang ky", "ho khau", "xác nhận", "khai sinh", "xay dung", "dat dai", "cap lai")

QUESTIONS = tuple(f"{WORDS[number % len(WORDS)]} {number}" for number in range(ASKED))


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of one act."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def saved() -> Iterator[float]:
    """The large form saved again and again, with the judging that an editor waits for."""
    author = people.officer(identity.Role.SPECIALIST)
    draft = studio.begin(code="BENCH.1", title="Tờ khai lớn", by=author, at=AT)
    part = studio.PartName.FORM
    for number in range(SAVES):
        body = {"code": "", "definition": {**large_form(), "title": f"Tờ khai {number}"}}
        seen = studio.draft(draft).parts[part].revision

        def act(body: dict[str, Any] = body, seen: int = seen) -> None:
            studio.save(draft_id=draft, part=part, body=body, seen=seen, by=author, at=AT)
            list(parts.KINDS[part].problems(studio.draft(draft)))

        yield timed(act)


def published() -> Iterator[float]:
    """A procedure of the demo with fifty example runs, published anew by another officer each time."""
    author = people.officer(identity.Role.SPECIALIST)
    other = people.officer(identity.Role.ADMINISTRATOR)
    part = studio.PartName.EXAMPLES
    examples = parts.KINDS[part].of_version(procedures.published(code=CODE, at=AT))["examples"]
    for number in range(PUBLISHED):
        version = procedures.published(code=CODE, at=AT)
        draft = studio.begin(code=CODE, title="Khai sinh", base=version, by=author, at=AT)
        many = [
            {**examples[each % len(examples)], "name": f"Trường hợp {number}.{each}"}
            for each in range(EXAMPLES)
        ]
        seen = studio.draft(draft).parts[part].revision
        studio.save(draft_id=draft, part=part, body={"examples": many}, seen=seen, by=author, at=AT)
        day = date(2026, 12, number + 1)
        yield timed(
            lambda draft=draft, day=day: studio.publish(draft_id=draft, effective_from=day, by=other, at=AT)
        )


def begun(agent: str) -> dict[str, Any]:
    """The large form begun by somebody whose browser says `agent`: paths of two pages, and the sign-in."""
    place = office()
    form = forms.publish(code="bench.lon", definition=large_form(), by=SYSTEM, at=AT)
    level, online = procedures.AgencyLevel.PROVINCE, procedures.OnlineLevel.FULL
    version = published_anew(
        place.version, since=date(2025, 7, 2), form_version_id=form, agency_level=level, online_level=online
    )
    browser = people.client(place.citizen, at=moments.now(), agent=agent)
    root = f"/nop/{procedures.version(version).code}/"
    browser.post(f"{root}noi-nop/", {"co_quan": str(place.agency)}, headers={"user-agent": agent})
    name = settings.SESSION_COOKIE_NAME
    return {
        "paths": {"its first page": f"{root}phan/trang-0/", "a page of conditions": f"{root}phan/trang-5/"},
        "cookie": {"name": name, "value": browser.cookies[name].value},
    }


def main() -> None:
    """A migrated province with the demo's procedures; each act taken in turn."""
    call_command("migrate", verbosity=0, interactive=False)
    demo.load_reference(at=AT)
    for module in (forms_demo, workflow_demo, procedures_demo):
        module.load(at=AT)
    found: dict[str, Any] = {"begun": begun(os.environ["BENCH_AGENT"])}
    found |= {"saved": list(saved()), "published": list(published())}
    found["imported"] = timed(lambda: procedures.load_catalogue(count=COUNT, at=AT, say=lambda _words: None))
    found["count"] = COUNT
    found["searched"] = [timed(partial(procedures.find, asked, at=AT)) for asked in QUESTIONS]
    print(json.dumps(found))


if __name__ == "__main__":
    main()

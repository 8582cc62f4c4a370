"""Example runs (trường hợp thử). Body: `examples`, a list of recorded cases (`cases.Case` as JSON), each
known by its `name`. Those of a procedure shipped with the program stand in `studio/examples/<code>.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.foundation.errors import Unable
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.studio.runs import running
from tinhso.studio.runs.cases import CaseUnreadable

FOLDER = Path(__file__).parent.parent / "examples"


def shipped(code: str) -> Body:
    """The cases that come with the program for a procedure; none for most."""
    file = FOLDER / f"{code}.json"
    return {"examples": orjson.loads(file.read_bytes()) if file.is_file() else []}


class Examples:
    """The part as the studio knows it."""

    name = PartName.EXAMPLES
    label: str | Promise = gettext_lazy("Trường hợp thử")
    keys: Mapping[str, str] = {"examples": "name"}

    def empty(self) -> Body:
        return {"examples": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        return shipped(version.code)

    def say(self, body: Body) -> str:
        n = len(body["examples"])
        return ngettext("%(n)d trường hợp", "%(n)d trường hợp", n) % {"n": n} if n else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        bodies = {name: view.body for name, view in draft.parts.items()}
        if not bodies[self.name].get("examples"):
            yield Problem(
                self.name,
                "",
                _("Chưa có trường hợp thử nào: lần sửa sau sẽ không biết điều gì đã đổi."),
                blocks=False,
            )
            return
        try:
            runs = running.run_all(bodies)
        except CaseUnreadable as fault:
            yield Problem(self.name, "", fault.message)
            return
        except Unable as fault:
            yield Problem(
                self.name,
                "",
                _("Chưa chạy được các trường hợp thử vì phần khác còn lỗi: %(fault)s")
                % {"fault": fault.message},
            )
            return
        for at, run in enumerate(runs):
            if not run.recorded:
                sentence = _("Trường hợp “%(name)s” chưa ghi kết quả mong đợi.") % {"name": run.name}
                yield Problem(self.name, f"vi-du-{at}", sentence, blocks=False)
            elif run.differences:
                yield Problem(self.name, f"vi-du-{at}", told(run))

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        return content


def told(run: running.Run) -> str:
    """A case that came out otherwise, in one sentence."""
    first, others = run.differences[0].sentence, len(run.differences) - 1
    if not others:
        return _("Trường hợp “%(name)s” nay ra khác. %(why)s") % {"name": run.name, "why": first}
    return ngettext(
        "Trường hợp “%(name)s” nay ra khác. %(why)s Còn %(n)d chỗ khác nữa.",
        "Trường hợp “%(name)s” nay ra khác. %(why)s Còn %(n)d chỗ khác nữa.",
        others,
    ) % {"name": run.name, "why": first, "n": others}


KIND = Examples()

"""Example runs (trường hợp thử). Body: `examples`, a list of recorded cases, each known by its `name`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Examples:
    """The part as the studio knows it."""

    name = PartName.EXAMPLES
    label: str | Promise = gettext_lazy("Trường hợp thử")
    keys: Mapping[str, str] = {"examples": "name"}

    def empty(self) -> Body:
        return {"examples": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        return self.empty()

    def say(self, body: Body) -> str:
        n = len(body["examples"])
        return ngettext("%(n)d trường hợp", "%(n)d trường hợp", n) % {"n": n} if n else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        return ()

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        return content


KIND = Examples()

"""The papers (thành phần hồ sơ). Body: `papers`, a list of `procedures.PaperAsked` as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Papers:
    """The part as the studio knows it."""

    name = PartName.PAPERS
    label: str | Promise = gettext_lazy("Giấy tờ")
    keys: Mapping[str, str] = {"papers": "code"}

    def empty(self) -> Body:
        return {"papers": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        return {"papers": procedures.encoded(version)["papers"]}

    def say(self, body: Body) -> str:
        n = len(body["papers"])
        return ngettext("%(n)d giấy tờ", "%(n)d giấy tờ", n) % {"n": n} if n else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        if not draft.body(self.name)["papers"]:
            yield Problem(self.name, "papers", _("Hãy ghi thành phần hồ sơ."))

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        asked = procedures.content_of({"name": "", "sector": "", "papers": body["papers"]}).papers
        return dataclasses.replace(content, papers=asked)


KIND = Papers()

"""Fees and charges (phí, lệ phí). Body: `fees`, a list of `procedures.Fee` as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Fees:
    """The part as the studio knows it."""

    name = PartName.FEES
    label: str | Promise = gettext_lazy("Phí, lệ phí")
    keys: Mapping[str, str] = {"fees": "code"}

    def empty(self) -> Body:
        return {"fees": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        return {"fees": procedures.encoded(version)["fees"]}

    def say(self, body: Body) -> str:
        n = len(body["fees"])
        return ngettext("%(n)d khoản", "%(n)d khoản", n) % {"n": n} if n else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        return ()

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        asked = procedures.content_of({"name": "", "sector": "", "fees": body["fees"]}).fees
        return dataclasses.replace(content, fees=asked)


KIND = Fees()

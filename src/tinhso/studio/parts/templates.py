"""Results and letters by template. Body: `result`, the name of a registered template or a source of its own,
empty when nothing is printed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Templates:
    """The part as the studio knows it."""

    name = PartName.TEMPLATES
    label: str | Promise = gettext_lazy("Kết quả và thư")
    keys: Mapping[str, str] = {}

    def empty(self) -> Body:
        return {"result": ""}

    def of_version(self, version: procedures.VersionView) -> Body:
        return {"result": version.result_template}

    def say(self, body: Body) -> str:
        return str(body["result"]).partition("\n")[0]

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        return ()

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        return dataclasses.replace(content, result_template=body["result"])


KIND = Templates()

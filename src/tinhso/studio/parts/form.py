"""The form (tờ khai). Body: `code` of the form, `definition` as `docs/forms.md` says, null without a form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.forms import api as forms
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Form:
    """The part as the studio knows it."""

    name = PartName.FORM
    label: str | Promise = gettext_lazy("Tờ khai")
    keys: Mapping[str, str] = {
        "pages": "name",
        "fields": "name",
        "parts": "name",
        "checks": "name",
        "options": "value",
    }

    def empty(self) -> Body:
        return {"code": "", "definition": None}

    def of_version(self, version: procedures.VersionView) -> Body:
        if version.form_version_id is None:
            return self.empty()
        return {
            "code": forms.version(version.form_version_id).code,
            "definition": forms.source(version.form_version_id),
        }

    def say(self, body: Body) -> str:
        pages = len((body["definition"] or {}).get("pages", []))
        return ngettext("%(n)d trang", "%(n)d trang", pages) % {"n": pages} if pages else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        definition = draft.body(self.name)["definition"]
        if definition is None:
            yield Problem(
                self.name, "", _("Chưa có tờ khai: thủ tục chưa nộp trực tuyến được."), blocks=False
            )
            return
        for problem in forms.examine(definition)[1]:
            yield Problem(self.name, problem.where, problem.sentence, problem.blocks)

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        if body["definition"] is None:
            return content
        version = forms.publish(
            code=body["code"] or making.code.lower(),
            definition=body["definition"],
            by=making.by,
            at=making.at,
        )
        return dataclasses.replace(content, form_version_id=version)


KIND = Form()

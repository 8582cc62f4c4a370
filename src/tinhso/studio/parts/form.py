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
        if self._of_another(draft):
            yield Problem(
                self.name, "", _("Mã tờ khai ghi trong tệp là của tờ khai khác. Hãy để trống mục code.")
            )
        for problem in forms.examine(definition)[1]:
            yield Problem(self.name, problem.where, problem.sentence, problem.blocks)

    def _of_another(self, draft: DraftView) -> bool:
        """Whether it would be published under the code of a form that is not this procedure's."""
        code = draft.body(self.name)["code"]
        if not code or code == draft.code.lower() or forms.latest(code) is None:
            return False
        before = procedures.version(draft.base).form_version_id if draft.base else None
        return before is None or forms.version(before).code != code

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        if body["definition"] is None:
            return content
        version = forms.publish(
            code=_code(body, making),
            definition=body["definition"],
            by=making.by,
            at=making.at,
        )
        return dataclasses.replace(content, form_version_id=version)


def _code(body: Body, making: Making) -> str:
    """The code to publish under: the form's own; a plain form that was changed is not shared any more."""
    code = str(body["code"] or "")
    if code.startswith(procedures.PLAIN_FORM):
        shared = forms.latest(code)
        if shared is None or forms.source(shared.id) != body["definition"]:
            code = ""
    return code or making.code.lower()


KIND = Form()

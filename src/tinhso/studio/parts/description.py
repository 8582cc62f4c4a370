"""The published description (NĐ 63/2010/NĐ-CP art. 8(2)): what a person reads before filing.

Body: the fields of `procedures.Content` that are words and choices, as JSON; papers, fees, form, process and
templates have their own parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.forms import api as forms
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem

ELSEWHERE = (
    "papers",
    "fees",
    "step_allotments",
    "phases",
    "form_version_id",
    "process_key",
    "process_version_id",
    "result_template",
    "letters",
    "own_letters",
)
"""Fields of the content that other parts give."""


class Description:
    """The part as the studio knows it."""

    name = PartName.DESCRIPTION
    label: str | Promise = gettext_lazy("Mô tả công bố")
    keys: Mapping[str, str] = {"legal_bases": "number", "channels": "kind", "results": "name"}

    def empty(self) -> Body:
        return _words(procedures.Content(name="", sector=""))

    def of_version(self, version: procedures.VersionView) -> Body:
        return _words(version)

    def say(self, body: Body) -> str:
        return str(body.get("name", ""))

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        try:
            content = procedures.content_of(draft.body(self.name))
        except procedures.BadContent as fault:
            yield Problem(self.name, "", fault.message)
            return
        for where, sentence in procedures.gaps(content).items():
            if where not in ELSEWHERE:
                yield Problem(self.name, where, sentence)
        if hard := forms.hard_to_read(content.summary):
            words = {"label": _("Tóm tắt bằng lời thường"), "reasons": "; ".join(hard)}
            sentence = _("“%(label)s” khó đọc: %(reasons)s.") % words
            yield Problem(self.name, "summary", sentence, blocks=False)
        if not content.summary.strip():
            sentence = _("Nên có một câu tóm tắt bằng lời thường: thủ tục này để làm gì, cho ai.")
            yield Problem(self.name, "summary", sentence, blocks=False)
        if not content.words:
            sentence = _("Nên ghi vài từ người dân thường nói, để họ tìm thấy thủ tục.")
            yield Problem(self.name, "words", sentence, blocks=False)

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        return procedures.content_of(body)


def _words(content: procedures.Content) -> dict[str, Any]:
    said = procedures.encoded(content)
    return {name: said[name] for name in procedures.encoded(procedures.Content(name="", sector=""))
            if name not in ELSEWHERE}  # fmt: skip


KIND = Description()

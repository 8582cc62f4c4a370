"""Results and letters by template.

Body: `text`, the result as its clerk wrote it (the language of `studio.documents`); where it is empty,
`result` names a registered template or is a source, empty when nothing is printed. `letters`: what is added
to slips of the one-stop, `{"use": "supplement", "text": …}` each, known by `use`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.studio.documents.setting import RESULT
from tinhso.studio.documents.trying import names_for, write

USES: Mapping[str, str | Promise] = {
    RESULT: gettext_lazy("Kết quả"),
    procedures.LetterUse.SUPPLEMENT: gettext_lazy("Phiếu yêu cầu bổ sung"),
    procedures.LetterUse.REFUSAL: gettext_lazy("Phiếu từ chối"),
    procedures.LetterUse.EXTENSION: gettext_lazy("Phiếu xin lỗi, hẹn lại"),
    procedures.LetterUse.STOP: gettext_lazy("Thông báo dừng giải quyết"),
}
"""What is written here, by the name of its use."""


class Templates:
    """The part as the studio knows it."""

    name = PartName.TEMPLATES
    label: str | Promise = gettext_lazy("Kết quả và thư")
    keys: Mapping[str, str] = {"letters": "use"}

    def empty(self) -> Body:
        return {"result": "", "text": "", "letters": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        written = paper.written_as(version.result_template)
        return {
            "result": "" if written else version.result_template,
            "text": written,
            "letters": [
                {"use": str(letter.use), "text": paper.written_as(letter.template)}
                for letter in version.letters
            ],
        }

    def say(self, body: Body) -> str:
        letters = sum(bool(text) for use, text in texts(body) if use != RESULT)
        result = _("Mẫu soạn tại đây") if _text(body) else _("Mẫu có sẵn") if body.get("result") else ""
        own = (
            ngettext("lời riêng ở %(n)d phiếu", "lời riêng ở %(n)d phiếu", letters) % {"n": letters}
            if letters
            else ""
        )
        return ", ".join(filter(None, (result, own)))

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        body = draft.body(self.name)
        if not _text(body) and not body.get("result"):
            yield Problem(
                self.name,
                RESULT,
                _("Chưa có mẫu kết quả: chuyên viên chưa dự thảo được kết quả trên máy."),
                blocks=False,
            )
        yield from _odd(self.name, body)
        yield from _foreign(self.name, draft)
        definition = draft.body(PartName.FORM)["definition"]
        for use, text in texts(body):
            if not text.strip() or use not in USES:
                continue
            for fault in write(text, use, names_for(definition, use)).faults:
                where = f"{use}.{fault.spot.line}.{fault.spot.column}.{fault.spot.length}"
                sentence = _("%(paper)s, dòng %(line)d: %(fault)s") % {
                    "paper": USES[use],
                    "line": fault.spot.line,
                    "fault": fault.sentence,
                }
                yield Problem(self.name, where, sentence, blocks=fault.blocks)

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        definition = forms.source(content.form_version_id) if content.form_version_id else None
        made = {
            use: write(text, use, names_for(definition, use)).source
            for use, text in texts(body)
            if text.strip()
        }
        return dataclasses.replace(
            content,
            result_template=made.pop(RESULT, "") or str(body.get("result", "")),
            letters=tuple(
                procedures.LetterWritten(use=procedures.LetterUse(use), template=source)
                for use, source in made.items()
            ),
        )


def _text(body: Body) -> str:
    text = body.get("text", "")
    return text.strip() if isinstance(text, str) else ""


def texts(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was written: each use with its text, the result first. What has another shape is passed over."""
    text = body.get("text", "")
    yield RESULT, text if isinstance(text, str) else ""
    letters = body.get("letters", [])
    for letter in letters if isinstance(letters, list) else []:
        if isinstance(letter, dict) and isinstance(letter.get("text"), str):
            yield str(letter.get("use", "")), letter["text"]


def _odd(part: PartName, body: Body) -> Iterator[Problem]:
    """What cannot be published whatever its text says: an unknown template, an unknown slip."""
    result = body.get("result", "")
    try:
        if not isinstance(result, str):
            raise LookupError
        if result and not _text(body):
            paper.places(result)
    except LookupError:
        yield Problem(
            part, RESULT, _("Không có mẫu kết quả mang tên này. Hãy chọn mẫu khác hoặc soạn tại đây.")
        )
    except paper.TemplateRefused as refused:
        yield Problem(part, RESULT, refused.message)
    uses = [use for use, _text_of in texts(body)][1:]
    if any(use not in USES or use == RESULT for use in uses) or len(set(uses)) < len(uses):
        yield Problem(
            part, "letters", _("Có lời riêng cho một phiếu không có trong quy định, hoặc ghi hai lần.")
        )


def _foreign(part: PartName, draft: DraftView) -> Iterator[Problem]:
    """A source of Typst from outside: a program that anybody could have written, run on the province's press.

    What the version before prints by stays.
    """
    result = str(draft.body(part).get("result", ""))
    if "\n" not in result or _text(draft.body(part)):
        return
    if draft.base is None or procedures.version(draft.base).result_template != result:
        yield Problem(
            part, RESULT, _("Mẫu kết quả này viết bằng lệnh máy nên không dùng được. Hãy soạn tại đây.")
        )


KIND = Templates()

"""Results and letters by template.

Body: `text`, the result as its clerk wrote it (the language of `studio.documents`); where it is empty,
`result` names a registered template or is a source, empty when nothing is printed. `letters`: what is added
to slips of the one-stop, `{"use": "supplement", "text": …}` each, known by `use`. `own`: letters of the
procedure, of which an officer picks one, `{"code": "giay-moi", "name": "Giấy mời", "text": …}` each.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.studio.documents.setting import LETTER, RESULT, WHOLE
from tinhso.studio.documents.trying import names_for, write

USES: Mapping[str, str | Promise] = {
    RESULT: gettext_lazy("Kết quả"),
    procedures.LetterUse.SUPPLEMENT: gettext_lazy("Phiếu yêu cầu bổ sung"),
    procedures.LetterUse.REFUSAL: gettext_lazy("Phiếu từ chối"),
    procedures.LetterUse.EXTENSION: gettext_lazy("Phiếu xin lỗi, hẹn lại"),
    procedures.LetterUse.STOP: gettext_lazy("Thông báo dừng giải quyết"),
}
"""What every procedure has, by the name of its use."""
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
OWN = "own-"
"""Before the code of a letter of the procedure, where its place stands beside the uses."""


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """One text of the part: where it stands, what it is used as, what it is called."""

    place: str
    use: str
    name: str
    text: str


class Templates:
    """The part as the studio knows it."""

    name = PartName.TEMPLATES
    label: str | Promise = gettext_lazy("Kết quả và thư")
    keys: Mapping[str, str] = {"letters": "use", "own": "code"}

    def empty(self) -> Body:
        return {"result": "", "text": "", "letters": [], "own": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        written = paper.written_as(version.result_template)
        return {
            "result": "" if written else version.result_template,
            "text": written,
            "letters": [
                {"use": str(letter.use), "text": paper.written_as(letter.template)}
                for letter in version.letters
            ],
            "own": [
                {"code": letter.code, "name": letter.name, "text": paper.written_as(letter.template)}
                for letter in version.own_letters
            ],
        }

    def say(self, body: Body) -> str:
        found = [one for one in texts(body) if one.text]
        letters = sum(one.use not in WHOLE for one in found)
        ours = sum(one.use == LETTER for one in found)
        result = _("Mẫu soạn tại đây") if _text(body) else _("Mẫu có sẵn") if body.get("result") else ""
        own = (
            ngettext("lời riêng ở %(n)d phiếu", "lời riêng ở %(n)d phiếu", letters) % {"n": letters}
            if letters
            else ""
        )
        more = ngettext("%(n)d thư", "%(n)d thư", ours) % {"n": ours} if ours else ""
        return ", ".join(filter(None, (result, own, more)))

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
        for one in texts(body):
            if not one.text.strip():
                continue
            for fault in write(one.text, one.use, names_for(definition, one.use)).faults:
                where = f"{one.place}.{fault.spot.line}.{fault.spot.column}.{fault.spot.length}"
                sentence = _("%(paper)s, dòng %(line)d: %(fault)s") % {
                    "paper": one.name,
                    "line": fault.spot.line,
                    "fault": fault.sentence,
                }
                yield Problem(self.name, where, sentence, blocks=fault.blocks)

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        definition = forms.source(content.form_version_id) if content.form_version_id else None
        found = [one for one in texts(body) if one.text.strip()]
        made = {one.place: write(one.text, one.use, names_for(definition, one.use)).source for one in found}
        return dataclasses.replace(
            content,
            result_template=made.get(RESULT, "") or str(body.get("result", "")),
            letters=tuple(
                procedures.LetterWritten(use=procedures.LetterUse(one.use), template=made[one.place])
                for one in found
                if one.use not in WHOLE
            ),
            own_letters=tuple(
                procedures.OwnLetter(
                    code=one.place.removeprefix(OWN), name=one.name, template=made[one.place]
                )
                for one in found
                if one.use == LETTER
            ),
        )


def _text(body: Body) -> str:
    text = body.get("text", "")
    return text.strip() if isinstance(text, str) else ""


def texts(body: Mapping[str, Any]) -> Iterator[Text]:
    """What was written: result, slips, own letters. What has another shape is passed over."""
    text = body.get("text", "")
    yield Text(RESULT, RESULT, str(USES[RESULT]), text if isinstance(text, str) else "")
    for letter in _listed(body, "letters"):
        use = str(letter.get("use", ""))
        if use in USES and use != RESULT:
            yield Text(use, use, str(USES[use]), letter["text"])
    for letter in _listed(body, "own"):
        code, name = (str(letter.get(key, "")) for key in ("code", "name"))
        if CODE.fullmatch(code):
            yield Text(f"{OWN}{code}", LETTER, name.strip() or code, letter["text"])


def _listed(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    members = body.get(name, [])
    found = members if isinstance(members, list) else []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("text"), str)]


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
    uses = [letter.get("use") for letter in _listed(body, "letters")]
    if any(use not in USES or use == RESULT for use in uses) or _twice(uses):
        yield Problem(
            part, "letters", _("Có lời riêng cho một phiếu không có trong quy định, hoặc ghi hai lần.")
        )
    own = _listed(body, "own")
    codes = [str(letter.get("code", "")) for letter in own]
    if not all(CODE.fullmatch(code) for code in codes) or _twice(codes):
        yield Problem(part, "own", _("Mã của thư chỉ gồm chữ thường, số, gạch nối; không hai thư chung mã."))
    for code, letter in zip(codes, own, strict=True):
        if not str(letter.get("name", "")).strip():
            yield Problem(
                part, f"{OWN}{code}", _("Thư “%(code)s” chưa có tên. Hãy đặt tên.") % {"code": code}
            )
        elif not letter["text"].strip():
            sentence = _("Thư “%(name)s” chưa soạn gì nên chưa gửi được. Hãy soạn, hoặc bỏ thư này.")
            yield Problem(part, f"{OWN}{code}", sentence % {"name": letter["name"]}, blocks=False)


def _twice(names: Sequence[object]) -> bool:
    return any(name in names[:at] for at, name in enumerate(names))


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

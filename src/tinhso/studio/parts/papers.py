"""The papers (thành phần hồ sơ). Body: `papers`, a list of `procedures.PaperAsked` as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.forms import api as forms
from tinhso.foundation import ids
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.studio.kept_forms import kept


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
        try:
            papers = read(draft.body(self.name))
        except procedures.BadContent as fault:
            return [Problem(self.name, "", fault.message)]
        if not papers:
            return [Problem(self.name, "papers", _("Hãy ghi thành phần hồ sơ."))]
        definition = draft.body(PartName.FORM).get("definition")
        return [*_of_list(papers), *_of_files(papers), *_of_rules(papers, definition)]

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        return dataclasses.replace(content, papers=read(body))


def read(body: Body) -> tuple[procedures.PaperAsked, ...]:
    """The papers of a body. Raises procedures.BadContent."""
    return procedures.content_of({"name": "", "sector": "", "papers": body.get("papers", [])}).papers


def _of_list(papers: tuple[procedures.PaperAsked, ...]) -> Iterator[Problem]:
    codes = [paper.code for paper in papers]
    for paper in papers:
        if not paper.code or codes.count(paper.code) > 1:
            yield _problem(paper, _("Hai giấy tờ mang cùng một mã. Hãy đổi mã của một giấy tờ."))
        if not paper.name.strip():
            yield _problem(paper, _("Hãy ghi tên giấy tờ."))
        if paper.originals < 0 or paper.copies < 0:
            yield _problem(paper, _("Số bản của giấy tờ phải từ 0 trở lên."))
        if any(not one.code.strip() for one in paper.reuse):
            yield _problem(paper, _("Hãy chọn lấy gì thay cho giấy tờ này."))
        if not paper.ground.strip():
            sentence = _(
                "Giấy tờ «%(name)s» chưa ghi luật nào yêu cầu. Luật không yêu cầu thì không được đòi."
            )
            yield _problem(paper, sentence % {"name": paper.name}, blocks=False)


def _of_files(papers: tuple[procedures.PaperAsked, ...]) -> Iterator[Problem]:
    """Form files that nobody brought here as such: a paper may not give out a file by its mere number."""
    named = [(paper, file_id) for paper in papers if (file_id := ids.read(paper.form_file))]
    brought = kept([file_id for _paper, file_id in named])
    for paper, file_id in named:
        if file_id not in brought:
            sentence = _("Tệp mẫu của «%(name)s» chưa được tải lên ở đây. Hãy bỏ mẫu đó rồi tải mẫu lên lại.")
            yield _problem(paper, sentence % {"name": paper.name})


def _of_rules(
    papers: tuple[procedures.PaperAsked, ...], definition: dict[str, Any] | None
) -> Iterator[Problem]:
    """Papers asked by answers that the form does not ask; nothing of them while the form is not sound."""
    ruled = [paper for paper in papers if paper.when is not None]
    unsound = bool(ruled) and definition is not None and bool(forms.unsound(definition))
    for paper in ruled:
        if not paper.case.strip():
            yield _problem(paper, _("Hãy ghi trường hợp bằng lời, để người dân đọc trước khi nộp."))
        if definition is None:
            yield _problem(paper, _("Điều kiện hỏi câu trả lời của tờ khai mà chưa có tờ khai."))
        elif not unsound:
            try:
                forms.check_condition(paper.when, definition)
            except forms.RuleFaulty as fault:
                yield _problem(paper, _("Không hỏi được: %(why)s") % {"why": fault.message})
                continue
            if any(name.startswith("law.") for name in forms.reads(paper.when)):
                yield _problem(
                    paper, _("Điều kiện của giấy tờ chỉ hỏi câu trả lời, không hỏi giá trị của luật.")
                )


def _problem(paper: procedures.PaperAsked, sentence: str, *, blocks: bool = True) -> Problem:
    return Problem(PartName.PAPERS, paper.code, sentence, blocks=blocks)


KIND = Papers()

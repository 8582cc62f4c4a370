"""The process (quy trình nội bộ).

Body: `key` of the gallery process it began from, `bpmn` (empty when that is used as it is), `step_allotments`
and `phases` as `procedures.Content` has them. A drawing that was changed is kept under a name of the
procedure's own, so that the gallery's stays as shipped.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import moments, worktime
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.studio.assembling import drawing_of
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.workflow import api as workflow

OWN = "rieng"
"""The key of a drawing that did not begin from the gallery."""

WHOLE = {"bpmn": "ban-ve", "share": "buoc", "step_allotments": "buoc", "phases": "giai-doan"}
"""Where on the page faults are shown that belong to no single step."""


WORKING_HOURS = {
    worktime.Unit.HOUR: 1.0,
    worktime.Unit.WORKING_DAY: 8.0,
    worktime.Unit.CALENDAR_DAY: 40 / 7,
    worktime.Unit.MONTH: 176.0,
}
"""About how many working hours lie in a unit: for comparing times before any calendar is known."""


class Process:
    """The part as the studio knows it."""

    name = PartName.PROCESS
    label: str | Promise = gettext_lazy("Quy trình")
    keys: Mapping[str, str] = {"step_allotments": "step", "phases": "key"}

    def empty(self) -> Body:
        return {"key": "", "bpmn": "", "step_allotments": [], "phases": []}

    def of_version(self, version: procedures.VersionView) -> Body:
        said = procedures.encoded(version)
        body = {**self.empty(), "step_allotments": said["step_allotments"], "phases": said["phases"]}
        if version.process_version_id is None:
            return body
        process = workflow.process(version.process_version_id)
        bpmn = workflow.source(version.process_version_id)
        key = next((one for one in (version.process_key, process.key) if one in workflow.GALLERY), OWN)
        as_shipped = key in workflow.GALLERY and bpmn == workflow.drawing(key)
        return {**body, "key": key, "bpmn": "" if as_shipped else bpmn}

    def say(self, body: Body) -> str:
        if not body["key"]:
            return ""
        if not body["bpmn"]:
            titles = {line.key: line.title for line in workflow.gallery_lines()}
            return str(titles.get(body["key"], body["key"]))
        n = len(workflow.listed(body["bpmn"]))
        return ngettext("Quy trình riêng, %(n)d bước", "Quy trình riêng, %(n)d bước", n) % {"n": n}

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        body = draft.body(self.name)
        bpmn = drawing_of(body)
        if not bpmn:
            yield Problem(self.name, "chon", _("Hãy chọn quy trình."))
            return
        for fault in workflow.lint(bpmn, dossiers.life_cycle()):
            where = WHOLE.get(fault.element, f"buoc-{fault.element}")
            yield Problem(self.name, where, fault.sentence, fault.blocks)
        try:
            said = _times(body, term=draft.body(PartName.DESCRIPTION).get("term"))
        except procedures.BadContent as refused:
            yield Problem(self.name, "buoc", refused.message)
            return
        for where, sentence in procedures.contradictions(said).items():
            yield Problem(self.name, WHOLE.get(where, where), sentence)
        yield from self._agreeing(said, workflow.listed(bpmn))
        yield from self._waiting(said, workflow.listed(bpmn))

    def _agreeing(self, said: procedures.Content, steps: tuple[workflow.LineStep, ...]) -> Iterable[Problem]:
        """Whether times and phases are of steps and lanes that the drawing has."""
        there = {step.step for step in steps}
        for term in said.step_allotments:
            if term.step not in there:
                sentence = _("Thời hạn ghi cho bước “%(name)s” nhưng quy trình không có bước đó. Hãy bỏ đi.")
                yield Problem(self.name, "buoc", sentence % {"name": term.name or term.step})
        keys = {phase.key for phase in said.phases}
        drawn = {step.phase for step in steps if step.phase}
        for key in sorted(drawn - keys):
            sentence = _("Bản vẽ có cơ quan “%(key)s” chưa khai. Hãy thêm cơ quan đó vào bảng cơ quan.")
            yield Problem(self.name, "giai-doan", sentence % {"key": key})
        for phase in said.phases:
            if phase.key not in drawn:
                sentence = _("Cơ quan “%(name)s” không làm bước nào. Hãy giao một bước, hoặc bỏ cơ quan đó.")
                yield Problem(self.name, "giai-doan", sentence % {"name": phase.name or phase.key})
            if phase.term.amount <= 0:
                sentence = _("Hãy ghi thời hạn riêng của cơ quan “%(name)s”.")
                yield Problem(self.name, "giai-doan", sentence % {"name": phase.name or phase.key})

    def _waiting(self, said: procedures.Content, steps: tuple[workflow.LineStep, ...]) -> Iterable[Problem]:
        """Whether the steps and what the process waits for fit the term, and the agencies asked are there."""
        known = {agency.code for agency in directory.agencies(today(moments.now()))}
        for step in steps:
            for code in (one for one in step.agencies if one not in known):
                sentence = _("Bước “%(name)s” luôn hỏi một cơ quan không có: %(code)s. Hãy chọn lại.")
                yield Problem(self.name, f"buoc-{step.step}", sentence % {"name": step.name, "code": code})
        term = said.term
        waits = [step.wait for step in steps if step.wait and step.wait.what is workflow.WaitsFor.TIME]
        if term is None or not waits:
            return
        waited = sum(_in_unit(wait.amount, wait.unit, term.unit) for wait in waits)
        shares = sum(step.share for step in steps) * term.amount / 100
        allotted = sum(one.term.amount for one in said.step_allotments if one.term.unit is term.unit)
        if (allotted if said.step_allotments else shares) + waited > term.amount:
            sentence = _(
                "Thời gian của các bước cộng với thời gian chờ vượt thời hạn %(term)s. "
                "Hãy giảm bớt, hoặc tăng thời hạn ở phần Mô tả công bố."
            )
            yield Problem(self.name, "buoc", sentence % {"term": worktime.say_term(term)})

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        said = _times(body, term=None)
        for phase in said.phases:
            if phase.agency is procedures.PhaseAgency.NAMED:
                directory.agency(phase.code, today(making.at))
        content = dataclasses.replace(content, step_allotments=said.step_allotments, phases=said.phases)
        bpmn = drawing_of(body)
        if not bpmn:
            return content
        key = body["key"] if not body["bpmn"] else f"{OWN}.{making.code}"
        version = workflow.deploy(key=key, bpmn=bpmn, by=making.by, at=making.at)
        return dataclasses.replace(content, process_key=body["key"], process_version_id=version)


def _in_unit(amount: int, unit: str, into: worktime.Unit) -> float:
    """A time in another unit, as far as it can be said without a calendar: a week is five working days."""
    return round(amount * WORKING_HOURS[worktime.Unit(unit)] / WORKING_HOURS[into], 3)


def _times(body: Body, *, term: object) -> procedures.Content:
    """The times of steps and agencies, beside the whole term. Raises BadContent."""
    parts = {name: body.get(name, []) for name in ("step_allotments", "phases")}
    return procedures.content_of({"name": "", "sector": "", **parts, **({"term": term} if term else {})})


KIND = Process()

"""The process (quy trình nội bộ). Body: `key` and `bpmn` (empty when chosen from the gallery as it is),
`step_allotments` and `phases` as `procedures.Content` has them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem
from tinhso.workflow import api as workflow


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
        as_shipped = process.key in workflow.GALLERY and bpmn == workflow.drawing(process.key)
        return {**body, "key": process.key, "bpmn": "" if as_shipped else bpmn}

    def say(self, body: Body) -> str:
        return str(body["key"])

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        if not draft.body(self.name)["key"]:
            yield Problem(self.name, "key", _("Hãy chọn quy trình."))

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        said = procedures.content_of(
            {
                "name": "",
                "sector": "",
                "step_allotments": body["step_allotments"],
                "phases": body["phases"],
            }
        )
        content = dataclasses.replace(content, step_allotments=said.step_allotments, phases=said.phases)
        if not body["key"]:
            return content
        drawing = body["bpmn"] or workflow.drawing(body["key"])
        version = workflow.deploy(key=body["key"], bpmn=drawing, by=making.by, at=making.at)
        return dataclasses.replace(content, process_key=body["key"], process_version_id=version)


KIND = Process()

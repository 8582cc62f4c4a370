"""Reads a BPMN file into what the engine runs, naming everything it will not run."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from tinhso.workflow import expressions
from tinhso.workflow.contracts import StepView, UnusableProcess

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LARGEST = 2_000_000
RUN = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "exclusiveGateway",
        "parallelGateway",
        "sequenceFlow",
        "laneSet",
        "lane",
        "flowNodeRef",
        "incoming",
        "outgoing",
        "conditionExpression",
        "extensionElements",
        "documentation",
        "textAnnotation",
        "association",
        "text",
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A process ready to be stored: the engine's specification and its user tasks in drawn order."""

    name: str
    specification: Any
    steps: tuple[StepView, ...]


def read(bpmn: str) -> Reading:
    """Parse one process. Raises UnusableProcess naming every fault at once."""
    root = _xml(bpmn)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise UnusableProcess(_("Tệp BPMN phải có đúng một quy trình."))
    process = processes[0]
    faults = _unsupported(process) | _conditions(process)
    parser = SpiffBpmnParser()
    try:
        parser.add_bpmn_io(io.BytesIO(bpmn.encode()))
        specification = parser.get_spec(process.get("id"))
    except (ValidationException, KeyError, ValueError, AttributeError, TypeError) as error:
        faults.setdefault("bpmn", str(error))
        raise UnusableProcess(_("Không đọc được quy trình trong tệp BPMN."), faults=faults) from None
    steps = tuple(
        step_of(spec) for spec in specification.task_specs.values() if type(spec).__name__ == "UserTask"
    )
    faults |= {step.step: _("Bước này chưa ghi việc phải làm (act).") for step in steps if not step.act}
    faults |= {step.step: _("Bước này chưa đặt trong làn của vai nào.") for step in steps if not step.role}
    if sum(step.share for step in steps) > 100:
        faults["share"] = _("Tổng thời gian phân cho các bước vượt quá thời hạn của thủ tục.")
    if faults:
        raise UnusableProcess(_("Quy trình có chỗ chưa dùng được."), faults=faults)
    return Reading(name=process.get("name") or process.get("id"), specification=specification, steps=steps)


def step_of(spec: Any) -> StepView:
    """The user task behind a specification of the engine."""
    properties = (spec.extensions or {}).get("properties", {})
    share = properties.get("share", "0")
    role, _at, phase = (properties.get("role") or spec.lane or "").partition("@")
    return StepView(
        step=spec.bpmn_id or spec.name,
        name=spec.bpmn_name or spec.name,
        act=properties.get("act", ""),
        role=role,
        share=int(share) if share.isdecimal() else 0,
        phase=phase,
    )


def _xml(bpmn: str) -> Any:
    if len(bpmn) > LARGEST:
        raise UnusableProcess(_("Tệp BPMN quá lớn (trên 2 MB)."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(bpmn.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnusableProcess(_("Tệp này không phải BPMN: không đọc được XML.")) from None
    if root.getroottree().docinfo.doctype:
        raise UnusableProcess(_("Tệp BPMN không được có DOCTYPE."))
    return root


def _unsupported(process: Any) -> dict[str, str]:
    faults = {}
    for element in process.iter(f"{{{BPMN}}}*"):
        kind = etree.QName(element).localname
        if element is not process and kind not in RUN:
            faults[element.get("id") or kind] = _("Phần tử «%(kind)s» chưa chạy được ở đây.") % {"kind": kind}
    return faults


def _conditions(process: Any) -> dict[str, str]:
    faults = {}
    for element in process.iter(f"{{{BPMN}}}conditionExpression"):
        try:
            expressions.check(element.text or "")
        except ValueError as error:
            faults[element.getparent().get("id") or "condition"] = _(
                "Điều kiện «%(text)s» không dùng được: %(why)s."
            ) % {"text": element.text, "why": error}
    return faults

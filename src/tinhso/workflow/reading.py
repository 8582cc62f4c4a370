"""Reads a BPMN file into what the engine runs, naming everything it will not run."""

from __future__ import annotations

import copy
import io
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from tinhso.workflow import expressions, timing
from tinhso.workflow.contracts import StepView, UnusableProcess
from tinhso.workflow.elements import BPMN, advice, runs
from tinhso.workflow.flattening import flatten
from tinhso.workflow.graph import graph

LARGEST = 2_000_000
MOST = 400
"""Elements of one drawing; more is no process that people follow, and the engine reads it by recursion."""

USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"


class _Parser(SpiffBpmnParser):  # type: ignore[misc]  # the library is untyped
    """An envelope is a person's work like any other: it offers an act and is finished by it."""

    OVERRIDE_PARSER_CLASSES: ClassVar = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        f"{{{BPMN}}}sendTask": SpiffBpmnParser.OVERRIDE_PARSER_CLASSES[USER_TASK],
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """A process ready to be stored: the engine's specification and its steps and waits in drawn order."""

    name: str
    specification: Any
    steps: tuple[StepView, ...]


def read(bpmn: str) -> Reading:
    """Parse one process. Raises UnusableProcess naming every fault at once."""
    process = opened(bpmn)
    faults = unsupported(process) | timing.faults(process) | _conditions(process)
    parser = _Parser()
    try:
        parser.add_bpmn_io(io.BytesIO(_runnable(process)))
        specification = parser.get_spec(process.get("id"))
    except (ValidationException, KeyError, ValueError, AttributeError, TypeError, RecursionError) as error:
        faults.setdefault("bpmn", str(error))
        raise UnusableProcess(
            _("Không đọc được quy trình trong tệp. Hãy sửa các chỗ được nêu rồi xuất lại."), faults=faults
        ) from None
    steps = _steps(process, specification)
    faults |= {
        step.step: _("Bước này chưa ghi việc phải làm (act).")
        for step in steps
        if not step.act and not step.wait
    }
    faults |= {step.step: _("Bước này chưa đặt trong làn của vai nào.") for step in steps if not step.role}
    if len(specification.task_specs) > MOST:
        faults["bpmn"] = _("Bản vẽ có quá nhiều phần tử. Hãy tách thành các quy trình nhỏ hơn.")
    if sum(step.share for step in steps) > 100:
        faults["share"] = _("Tổng thời gian phân cho các bước vượt quá thời hạn của thủ tục.")
    if faults:
        raise UnusableProcess(_("Quy trình có chỗ chưa dùng được."), faults=faults)
    return Reading(name=process.get("name") or process.get("id"), specification=specification, steps=steps)


def _runnable(process: Any) -> bytes:
    """The drawing in elements that the engine runs."""
    root = copy.deepcopy(process.getroottree().getroot())
    timing.plain(root.find(f"{{{BPMN}}}process"))
    return etree.tostring(root)  # type: ignore[no-any-return]  # lxml is untyped here


def _steps(process: Any, specification: Any) -> tuple[StepView, ...]:
    nodes = graph(process).nodes
    found = [step_of(spec) for spec in specification.task_specs.values() if type(spec).__name__ == "UserTask"]
    clocks = [(node.host, node.limit) for node in nodes.values() if node.limit]
    return tuple(
        replace(
            step,
            wait=nodes[step.step].wait,
            limits=tuple(limit for host, limit in clocks if host == step.step),
            agencies=nodes[step.step].agencies,
        )
        if step.step in nodes
        else step
        for step in found
    )


def step_of(spec: Any) -> StepView:
    """The user task behind a specification of the engine, as far as the engine knows it."""
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


def opened(bpmn: str) -> Any:
    """The one process of a drawing, its sub-processes put out flat. Raises UnusableProcess."""
    processes = xml(bpmn.encode(errors="replace")).findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise UnusableProcess(_("Tệp phải có đúng một quy trình. Hãy xuất từng quy trình thành một tệp."))
    flatten(processes[0])
    return processes[0]


def xml(bpmn: bytes) -> Any:
    """The root of a drawing's XML: no DOCTYPE, no entities, bounded. Raises UnusableProcess."""
    if len(bpmn) > LARGEST:
        raise UnusableProcess(_("Tệp bản vẽ quá lớn (trên 2 MB). Hãy vẽ gọn lại rồi lấy lần nữa."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(bpmn, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnusableProcess(
            _("Không đọc được tệp này. Hãy xuất lại bản vẽ thành tệp .bpmn rồi chọn tệp ấy.")
        ) from None
    if root.getroottree().docinfo.doctype:
        raise UnusableProcess(_("Tệp có khai báo DOCTYPE nên không được nhận. Hãy xuất lại từ công cụ vẽ."))
    if sum(1 for _element in islice(root.iter(f"{{{BPMN}}}*"), MOST * 10)) >= MOST * 10:
        raise UnusableProcess(_("Bản vẽ có quá nhiều phần tử. Hãy tách thành các quy trình nhỏ hơn."))
    return root


def unsupported(process: Any) -> dict[str, str]:
    """The elements of a process that are not run, by id, each with what to do."""
    faults = {}
    for element in process.iter(f"{{{BPMN}}}*"):
        kind = etree.QName(element).localname
        if element is process or timing.event_of(element) is not None:
            continue
        sentence = timing.refused(element)
        if sentence or not runs(kind):
            above = element.getparent()
            named = element if element.get("id") or above is process else above
            said = sentence or advice(kind, element.get("name") or named.get("name") or "")
            faults[named.get("id") or kind] = said
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

"""Processes whose steps follow each other: written from a list of steps, and read back into one.

The only other way such a process knows is back: a draft that the leader returns goes to an earlier step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold
from tinhso.workflow.contracts import Limit, LineStep, UnusableProcess, Wait, WaitsFor
from tinhso.workflow.elements import BPMN
from tinhso.workflow.expressions import same
from tinhso.workflow.graph import BPMNDI, DC, Graph, Node, graph
from tinhso.workflow.layout import DI, draw, order
from tinhso.workflow.reading import opened, unsupported

SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
SPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "spiffworkflow": SPIFF}
BACK = 'ket_luan == "tra_lai"'
"""When a leader returns a draft; what the act of signing says."""

LONGEST, MOST_TIME = 60, 999
PLAIN = re.compile(r"[^a-z0-9]+")
STEP = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")


def plain(words: str, taken: Sequence[str] = ()) -> str:
    """An id for a step from its name, other than those taken."""
    name = PLAIN.sub("_", fold(words)).strip("_")[:40] or "buoc"
    name = f"b_{name}" if name[0].isdigit() else name
    found, number = name, 2
    while found in taken or found in ("bat_dau", "ket_thuc"):
        found, number = f"{name}_{number}", number + 1
    return found


def linear(steps: Sequence[LineStep], *, key: str, name: str) -> str:
    """The drawing, with its picture, of steps in this order. Raises Invalid for none, too many, bad ids."""
    ids = [step.step for step in steps]
    clocks = [limit.element for step in steps for limit in step.limits]
    if not steps or len(steps) > LONGEST:
        raise Invalid(_("Quy trình cần từ 1 đến %(most)d bước.") % {"most": LONGEST})
    if len({*ids, *clocks}) < len(ids) + len(clocks) or not all(STEP.match(one) for one in (*ids, *clocks)):
        raise Invalid(_("Mỗi bước phải có một mã riêng, chữ thường không dấu. Hãy tải lại trang."))
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap=SPACES)
    root.set("id", f"defs_{plain(key)}")
    root.set("targetNamespace", "urn:tinhso:process")
    process = etree.SubElement(root, f"{{{BPMN}}}process", id=plain(key), name=name, isExecutable="true")
    lanes = _lanes(process, steps)
    etree.SubElement(process, f"{{{BPMN}}}startEvent", id="bat_dau", name=_START)
    before = "bat_dau"
    flows: list[tuple[str, str, str]] = []
    gates: list[tuple[str, str]] = []
    for index, step in enumerate(steps):
        _step(process, step)
        flows.append((before, step.step, ""))
        before = step.step
        if step.back_to in ids[: index + 1]:
            gate = f"{step.step}_ket_luan"
            gates.append((gate, step.step))
            flows.append((step.step, gate, ""))
            before = gate
            flows.append((gate, step.back_to, BACK))
    flows.append((before, "ket_thuc", ""))
    for gate, _after in gates:
        etree.SubElement(process, f"{{{BPMN}}}exclusiveGateway", id=gate, name=_DECIDED)
    for step in steps:
        for limit in step.limits:
            _clock(process, step.step, limit)
    etree.SubElement(process, f"{{{BPMN}}}endEvent", id="ket_thuc", name=_END)
    _flows(process, flows)
    draw(root, graph(process), lanes)
    etree.indent(root)
    return str(etree.tostring(root, xml_declaration=True, encoding="UTF-8").decode()) + "\n"


_START, _DECIDED, _END = "Đã gửi", "Kết luận", "Đã trả"


def _lanes(process: Any, steps: Sequence[LineStep]) -> list[tuple[str, list[str]]]:
    """Start and end lie with the first and the last step, a gateway with the step it follows."""
    members: dict[str, list[str]] = {}
    for index, step in enumerate(steps):
        lane = members.setdefault(step.lane, [])
        lane += ["bat_dau"] if index == 0 else []
        lane.append(step.step)
        lane += [f"{step.step}_ket_luan"] if step.back_to in [s.step for s in steps[: index + 1]] else []
    members[steps[-1].lane].append("ket_thuc")
    lane_set = etree.SubElement(process, f"{{{BPMN}}}laneSet", id="lanes")
    drawn = []
    for number, (name, inside) in enumerate(members.items()):
        lane = etree.SubElement(lane_set, f"{{{BPMN}}}lane", id=f"lan_{number}", name=name)
        for member in inside:
            etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = member
        drawn.append((f"lan_{number}", inside))
    return drawn


def _step(process: Any, step: LineStep) -> None:
    if step.wait:
        _wait(process, step, step.wait)
        return
    kind = "sendTask" if step.sends else "userTask"
    task = etree.SubElement(process, f"{{{BPMN}}}{kind}", id=step.step, name=step.name)
    _say(task, {"act": step.act, "share": str(step.share), "agencies": " ".join(step.agencies)})


def _wait(process: Any, step: LineStep, wait: Wait) -> None:
    kind = "intermediateCatchEvent" if wait.what is WaitsFor.TIME else "receiveTask"
    element = etree.SubElement(process, f"{{{BPMN}}}{kind}", id=step.step, name=step.name)
    if wait.what is WaitsFor.TIME:
        _time(element, wait.amount, wait.unit)


def _clock(process: Any, host: str, limit: Limit) -> None:
    """A clock on a step that tells somebody."""
    event = etree.SubElement(
        process, f"{{{BPMN}}}boundaryEvent", id=limit.element, attachedToRef=host, cancelActivity="false"
    )
    if limit.name:
        event.set("name", limit.name)
    _time(event, limit.amount, limit.unit, tell=limit.role)


def _time(event: Any, amount: int, unit: str, **more: str) -> None:
    """The time of a clock; it is at least one of its unit."""
    _say(event, {"unit": unit if unit == "calendar_day" else "", **more})
    definition = etree.SubElement(event, f"{{{BPMN}}}timerEventDefinition")
    span = min(max(amount, 1), MOST_TIME)
    text = f"PT{span}H" if unit == "hour" else f"P{span}D"
    etree.SubElement(definition, f"{{{BPMN}}}timeDuration").text = text


def _say(element: Any, said: Mapping[str, str]) -> None:
    if not any(said.values()):
        return
    extension = etree.SubElement(element, f"{{{BPMN}}}extensionElements")
    properties = etree.SubElement(extension, f"{{{SPIFF}}}properties")
    for name, value in said.items():
        if value or name == "act":
            etree.SubElement(properties, f"{{{SPIFF}}}property", name=name, value=value)


def _flows(process: Any, flows: Sequence[tuple[str, str, str]]) -> None:
    for number, (source, target, condition) in enumerate(flows, 1):
        drawn = etree.SubElement(
            process, f"{{{BPMN}}}sequenceFlow", id=f"f{number}", sourceRef=source, targetRef=target
        )
        if condition:
            etree.SubElement(drawn, f"{{{BPMN}}}conditionExpression").text = condition
        elif source.endswith("_ket_luan"):
            process.find(f"{{{BPMN}}}exclusiveGateway[@id='{source}']").set("default", f"f{number}")


def in_line(bpmn: str) -> tuple[LineStep, ...] | None:
    """The steps of a drawing that `linear` could have written; None for any other. Raises UnusableProcess."""
    process = opened(bpmn)
    if unsupported(process) or process.find(f".//{{{BPMN}}}textAnnotation") is not None:
        return None
    drawn = graph(process)
    starts = [node for node in drawn.nodes.values() if node.kind == "startEvent"]
    if len(starts) != 1:
        return None
    found: list[LineStep] = []
    visited = {starts[0].id}
    here = _only(drawn, starts[0])
    while here is not None and here.id not in visited:
        visited.add(here.id)
        if here.kind == "endEvent":
            clocks = {node.id for node in drawn.nodes.values() if _tells(drawn, node)}
            whole = visited | clocks == set(drawn.nodes) and not drawn.out[here.id]
            return tuple(found) if found and whole else None
        if not here.stays:
            return None
        following, back, gate = _after(drawn, here)
        if back and back not in [step.step for step in found] + [here.id]:
            return None
        visited |= {gate} if gate else set()
        found.append(_line_step(drawn, here, back))
        here = following
    return None


def _tells(drawn: Graph, node: Node) -> bool:
    """Whether it is a clock that only tells, and leads nowhere."""
    return node.limit is not None and not node.limit.goes and not drawn.out[node.id] + drawn.into[node.id]


def _only(drawn: Graph, node: Node) -> Node | None:
    out = drawn.out[node.id]
    return drawn.nodes[out[0].target] if len(out) == 1 and not out[0].condition else None


def _after(drawn: Graph, step: Node) -> tuple[Node | None, str, str]:
    """What follows a step, to which step a returned draft goes, and the gateway that says so."""
    gate = _only(drawn, step)
    if gate is None or gate.kind != "exclusiveGateway":
        return gate, "", ""
    out = drawn.out[gate.id]
    ways = {BACK if same(flow.condition, BACK) else flow.condition: flow for flow in out}
    on = next((flow for flow in out if flow.id == gate.default and not flow.condition), None)
    if len(out) != 2 or BACK not in ways or on is None or len(drawn.into[gate.id]) != 1:
        return None, "", ""
    return drawn.nodes[on.target], ways[BACK].target, gate.id


def _line_step(drawn: Graph, node: Node, back: str) -> LineStep:
    return LineStep(
        step=node.id,
        name=node.name,
        act=node.act,
        role=node.role,
        phase=node.phase,
        share=node.share,
        back_to=back,
        sends=node.kind == "sendTask",
        wait=node.wait,
        limits=tuple(clock.limit for clock in drawn.clocks(node.id) if clock.limit),
        agencies=node.agencies,
    )


def listed(bpmn: str) -> tuple[LineStep, ...]:
    """The steps of any drawing from its start on, to be read only. Empty when it cannot be read."""
    try:
        drawn = graph(opened(bpmn))
    except UnusableProcess:
        return ()
    return tuple(_line_step(drawn, node, "") for node in _in_order(drawn))


def _in_order(drawn: Graph) -> list[Node]:
    from_start = [drawn.nodes[name] for name in order(drawn)]
    return [node for node in from_start if node.stays]

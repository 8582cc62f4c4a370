"""A drawing as nodes and arrows, for whatever looks at a process without running it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tinhso.workflow import timing
from tinhso.workflow.contracts import Limit, Wait
from tinhso.workflow.elements import BPMN, NODES, STEPS

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """One box, circle or diamond; `default` is the id of an arrow, `host` of the step whose edge it is on."""

    id: str
    kind: str
    name: str
    act: str
    role: str
    phase: str
    share: int
    default: str
    wait: Wait | None = None
    limit: Limit | None = None
    host: str = ""
    agencies: tuple[str, ...] = ()

    @property
    def is_step(self) -> bool:
        """Whether it is work of a person."""
        return self.kind in STEPS

    @property
    def stays(self) -> bool:
        """Whether work stays here until something happens: a person's step or a wait."""
        return self.is_step or self.wait is not None


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow."""

    id: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A process, its nodes by id and its arrows in drawn order.

    The arrows out of a node are in the order in which the engine tries them: by height of what they lead to.
    """

    id: str
    name: str
    nodes: dict[str, Node]
    flows: dict[str, Flow]
    into: dict[str, list[Flow]] = field(default_factory=dict)
    out: dict[str, list[Flow]] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Node, ...]:
        """The work of persons, in drawn order."""
        return tuple(node for node in self.nodes.values() if node.is_step)

    def beyond(self, name: str) -> tuple[str, ...]:
        """What follows a node: the clocks on it, which run from when it begins, and where its arrows lead."""
        return (*(clock.id for clock in self.clocks(name)), *(flow.target for flow in self.out[name]))

    def clocks(self, host: str) -> tuple[Node, ...]:
        """What lies on the edge of a step: clocks, in a sound drawing."""
        return tuple(node for node in self.nodes.values() if node.host == host)


def graph(process: Any) -> Graph:
    """The graph of a process element; elements that are not run are not in it."""
    lanes = {
        (reference.text or "").strip(): lane.get("name") or ""
        for lane in process.iter(f"{{{BPMN}}}lane")
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef")
    }
    found = [child for child in process if isinstance(child.tag, str)]
    nodes = {
        child.get("id"): _node(child, lanes)
        for child in found
        if etree.QName(child).localname in NODES and child.get("id")
    }
    flows = {
        child.get("id"): Flow(
            id=child.get("id"),
            source=child.get("sourceRef") or "",
            target=child.get("targetRef") or "",
            condition=(child.findtext(f"{{{BPMN}}}conditionExpression") or "").strip(),
        )
        for child in found
        if child.tag == f"{{{BPMN}}}sequenceFlow" and child.get("id")
    }
    drawn = Graph(id=process.get("id") or "", name=process.get("name") or "", nodes=nodes, flows=flows)
    drawn.into.update({name: [] for name in nodes})
    drawn.out.update({name: [] for name in nodes})
    heights = _heights(process)
    for flow in sorted(flows.values(), key=lambda flow: heights.get(flow.target, 0.0)):
        if flow.source in nodes and flow.target in nodes:
            drawn.out[flow.source].append(flow)
            drawn.into[flow.target].append(flow)
    return drawn


def _heights(process: Any) -> dict[str, float]:
    found = {}
    for shape in process.getroottree().iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            found[shape.get("bpmnElement")] = number(bounds.get("y"))
    return found


def number(text: str | None) -> float:
    """A coordinate; 0 for what is none."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if abs(found) < FAR else 0.0


def _node(element: Any, lanes: dict[str, str]) -> Node:
    said = timing.said(element)
    share = said.get("share", "")
    role, _at, phase = (said.get("role") or lanes.get(element.get("id"), "")).partition("@")
    return Node(
        id=element.get("id"),
        kind=etree.QName(element).localname,
        name=" ".join((element.get("name") or "").split()),
        act=said.get("act", ""),
        role=role,
        phase=phase,
        share=int(share) if share.isdecimal() and len(share) < 4 else 0,
        default=element.get("default") or "",
        wait=timing.wait_of(element),
        limit=timing.limit_of(element),
        host=element.get("attachedToRef") or "",
        agencies=tuple(said.get("agencies", "").split()),
    )

"""Where elements lie in drawings that were written and not drawn: lanes are rows, each node has a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from tinhso.workflow.graph import BPMNDI, DC, Graph

DI = "http://www.omg.org/spec/DD/20100524/DI"
LEFT, TOP, ROW, COLUMN, FIRST = 80, 80, 120, 160, 100
SIZES = {
    "startEvent": (36, 36),
    "endEvent": (36, 36),
    "exclusiveGateway": (50, 50),
    "parallelGateway": (50, 50),
    "intermediateCatchEvent": (36, 36),
    "boundaryEvent": (36, 36),
}
TASK = (120, 80)

Box = tuple[int, int, int, int]


def order(drawn: Graph) -> list[str]:
    """The nodes from the start on, each after all that lead to it except on a way back; loose ones last."""
    done: list[str] = []
    state: dict[str, int] = {}
    starts = [node.id for node in drawn.nodes.values() if node.kind == "startEvent"]
    for begin in (*starts, *drawn.nodes):
        stack = [(begin, iter(drawn.beyond(begin)))] if begin not in state else []
        state.setdefault(begin, 1)
        while stack:
            name, ways = stack[-1]
            target = next(ways, None)
            if target is None:
                done.append(name)
                stack.pop()
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(drawn.beyond(target))))
    return done[::-1]


def draw(root: Any, drawn: Graph, lanes: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Add the picture of a process to its definitions; `lanes` are ids with the ids of what lies in them."""
    rows = {member: row for row, (_lane, members) in enumerate(lanes) for member in members}
    places = [name for name in order(drawn) if drawn.nodes[name].limit is None]
    boxes: dict[str, Box] = {}
    for column, name in enumerate(places):
        width, height = SIZES.get(drawn.nodes[name].kind, TASK)
        centre = LEFT + FIRST + column * COLUMN + COLUMN // 2, TOP + rows.get(name, 0) * ROW + ROW // 2
        boxes[name] = (centre[0] - width // 2, centre[1] - height // 2, width, height)
    for host in places:
        for number, clock in enumerate(drawn.clocks(host)):
            boxes[clock.id] = _edge(boxes[host], number, SIZES["boundaryEvent"])
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id="diagram")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement=drawn.id)
    whole = FIRST + len(places) * COLUMN + 60
    for row, (lane, _members) in enumerate(lanes):
        _shape(plane, lane, (LEFT, TOP + row * ROW, whole, ROW), isHorizontal="true")
    for name, box in boxes.items():
        _shape(plane, name, box)
    for flow in drawn.flows.values():
        if flow.source not in boxes or flow.target not in boxes:
            continue
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in route(boxes[flow.source], boxes[flow.target]):
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))


def _edge(host: Box, number: int, size: tuple[int, int]) -> Box:
    """A clock on the lower edge of a step, the first at its right corner."""
    right, bottom = host[0] + host[2], host[1] + host[3]
    return right - (number + 1) * (size[0] + 4), bottom - size[1] // 2, *size


def route(source: Box, target: Box) -> tuple[tuple[int, int], ...]:
    """Corners of an arrow: forward from side to side, back along the gap under the row of its source."""
    right, middle = source[0] + source[2], source[1] + source[3] // 2
    left, meets = target[0], target[1] + target[3] // 2
    if left > right:
        bend = left - 20
        return ((right, middle), (left, meets)) if middle == meets else (
            (right, middle), (bend, middle), (bend, meets), (left, meets))  # fmt: skip
    centre, under = source[0] + source[2] // 2, source[1] + source[3]
    below = middle + ROW // 2 - 8
    down = target[0] + target[2] // 2
    if meets > middle:
        return (centre, under), (centre, below), (down, below), (down, target[1])
    if meets == middle:
        return (centre, under), (centre, below), (down, below), (down, target[1] + target[3])
    above = middle - ROW // 2 + 8
    return (centre, source[1]), (centre, above), (down, above), (down, target[1] + target[3])


def _shape(plane: Any, name: str, box: Box, **attributes: str) -> None:
    shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{name}_di", bpmnElement=name, **attributes)
    x, y, width, height = (str(value) for value in box)
    etree.SubElement(shape, f"{{{DC}}}Bounds", x=x, y=y, width=width, height=height)


def lanes_of(process: Any) -> list[tuple[str, Sequence[str]]]:
    """The lanes of a process with what lies in them."""
    from_lane: Mapping[str, Sequence[str]] = {
        lane.get("id"): [
            (one.text or "").strip() for one in lane if etree.QName(one).localname == "flowNodeRef"
        ]
        for lane in process.iter("{*}lane")
        if lane.get("id")
    }
    return list(from_lane.items())

"""A drawing as a small picture (SVG), for pages that only show it. No style of its own: the page gives it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from html import escape

from tinhso.workflow.contracts import UnusableProcess, WaitsFor
from tinhso.workflow.elements import BPMN
from tinhso.workflow.graph import BPMNDI, DC, Graph, Node, graph, number
from tinhso.workflow.layout import DI
from tinhso.workflow.reading import opened

Box = tuple[float, float, float, float]
WORDS, LINES = 16, 4
EDGE = 8


def sketch(bpmn: str, *, lanes: Mapping[str, str] | None = None, words: bool = True) -> str:
    """An `<svg>` of the process; empty when it has no picture or cannot be read.

    `lanes` says what stands on a lane by its name (`specialist@so`); without `words` only the forms show.
    """
    try:
        process = opened(bpmn)
    except UnusableProcess:
        return ""
    drawn = graph(process)
    tree = process.getroottree()
    boxes: dict[str, Box] = {}
    for shape in tree.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            x, y, w, h = (number(bounds.get(name)) for name in ("x", "y", "width", "height"))
            boxes[shape.get("bpmnElement") or ""] = (x, y, max(w, 1), max(h, 1))
    names = {lane.get("id"): lane.get("name") or "" for lane in process.iter(f"{{{BPMN}}}lane")}
    shown = {name: box for name, box in boxes.items() if name in drawn.nodes or name in names}
    if not shown:
        return ""
    said = {lane: (lanes or {}).get(name, name) for lane, name in names.items()}
    parts = [*_lanes(shown, said, words), *_arrows(tree, drawn), *_nodes(shown, drawn, words)]
    left = min(box[0] for box in shown.values()) - EDGE
    top = min(box[1] for box in shown.values()) - EDGE
    right = max(box[0] + box[2] for box in shown.values()) + EDGE
    bottom = max(box[1] + box[3] for box in shown.values()) + EDGE
    view = f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
    return (
        f'<svg class="st-sketch" viewBox="{view}" role="img" aria-label="{escape(drawn.name or drawn.id)}">'
        f"{''.join(parts)}</svg>"
    )


def _lanes(boxes: Mapping[str, Box], names: Mapping[str, str], words: bool) -> Iterator[str]:
    for lane, name in names.items():
        if lane in boxes:
            x, y, w, h = boxes[lane]
            yield f'<rect class="lane" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"/>'
            if words:
                yield _text(textwrap.wrap(name, 14)[:LINES], x + 8, y + h / 2, "start")


def _arrows(tree: object, drawn: Graph) -> Iterator[str]:
    for edge in tree.iter(f"{{{BPMNDI}}}BPMNEdge"):  # type: ignore[attr-defined]  # lxml is untyped here
        if edge.get("bpmnElement") not in drawn.flows:
            continue
        corners = [(number(way.get("x")), number(way.get("y"))) for way in edge.iter(f"{{{DI}}}waypoint")]
        if len(corners) < 2:
            continue
        line = " ".join(f"{x:g},{y:g}" for x, y in corners)
        yield f'<polyline class="arrow" points="{line}"/>'
        yield _head(corners[-2], corners[-1])


def _head(before: tuple[float, float], tip: tuple[float, float]) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    dx, dy = dx / length * 9, dy / length * 9
    points = (tip, (tip[0] - dx - dy / 2, tip[1] - dy + dx / 2), (tip[0] - dx + dy / 2, tip[1] - dy - dx / 2))
    return f'<polygon class="head" points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>'


def _nodes(boxes: Mapping[str, Box], drawn: Graph, words: bool) -> Iterator[str]:
    for name, node in drawn.nodes.items():
        if name not in boxes:
            continue
        x, y, w, h = boxes[name]
        middle, centre = x + w / 2, y + h / 2
        if node.kind in ("startEvent", "endEvent"):
            yield f'<circle class="{node.kind}" cx="{middle:g}" cy="{centre:g}" r="{min(w, h) / 2:g}"/>'
        elif node.kind in ("intermediateCatchEvent", "boundaryEvent"):
            yield from _event(node, (middle, centre, min(w, h) / 2))
            if words and node.wait:
                yield _text(textwrap.wrap(node.name, WORDS)[:2], middle, y + h + 12, "middle")
        elif node.stays:
            yield f'<rect class="{node.kind}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="8"/>'
            if words:
                yield _text(textwrap.wrap(node.name, WORDS)[:LINES], middle, centre, "middle")
        else:
            corners = ((middle, y), (x + w, centre), (middle, y + h), (x, centre))
            yield f'<polygon class="gate" points="{" ".join(f"{a:g},{b:g}" for a, b in corners)}"/>'
            mark = "+" if node.kind == "parallelGateway" else "×"
            yield _text([mark], middle, centre, "middle")


def _event(node: Node, circle: tuple[float, float, float]) -> Iterator[str]:
    """A clock, or an envelope that is awaited; a clock that only tells has a broken edge."""
    x, y, r = circle
    kind = "telling" if node.limit and not node.limit.goes else "waiting"
    yield f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{r:g}"/>'
    inner = r * 0.6
    if node.wait and node.wait.what is WaitsFor.ANSWERS:
        left, top, right, low = x - inner, y - inner * 0.7, x + inner, y + inner * 0.7
        yield (
            f'<path class="mark" d="M{left:g} {top:g}H{right:g}V{low:g}H{left:g}Z'
            f'M{left:g} {top:g}L{x:g} {y:g}L{right:g} {top:g}"/>'
        )
        return
    yield f'<circle class="mark" cx="{x:g}" cy="{y:g}" r="{inner:g}"/>'
    yield f'<path class="mark" d="M{x:g} {y - inner * 0.7:g}V{y:g}H{x + inner * 0.6:g}"/>'


def _text(lines: list[str], x: float, y: float, anchor: str) -> str:
    top = y - (len(lines) - 1) * 8 + 4
    spans = "".join(
        f'<tspan x="{x:g}" y="{top + index * 16:g}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}">{spans}</text>'

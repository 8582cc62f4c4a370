"""Expanded sub-processes become part of the process around them, so that the engine keeps one flat state.

Only where both mean the same: one plain start, one way out, nothing attached, no repetition. What cannot be
put out flat is left as it is and named by `elements.advice`.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from tinhso.workflow.elements import BPMN

SUB = f"{{{BPMN}}}subProcess"
FLOW = f"{{{BPMN}}}sequenceFlow"


def flatten(process: Any) -> bool:
    """Put every sub-process of a process element out flat, in place; whether there was one."""
    changed = False
    for sub in process.findall(SUB):
        flatten(sub)
        changed = _inline(process, sub) or changed
    return changed


def _inline(process: Any, sub: Any) -> bool:
    name = sub.get("id")
    starts, ends = sub.findall(f"{{{BPMN}}}startEvent"), sub.findall(f"{{{BPMN}}}endEvent")
    inner, outer = sub.findall(FLOW), process.findall(FLOW)
    begins = [flow for flow in inner if starts and flow.get("sourceRef") == starts[0].get("id")]
    closing = {end.get("id") for end in ends}
    finish = [flow for flow in inner if flow.get("targetRef") in closing]
    into = [flow for flow in outer if flow.get("targetRef") == name]
    out = [flow for flow in outer if flow.get("sourceRef") == name]
    sound = (
        len(starts) == len(begins) == len(out) == 1
        and bool(into and finish)
        and begins[0].get("targetRef") not in closing
        and not any(len(flow) for flow in (*begins, *out))
        and not any(_has_definition(event) for event in (*starts, *ends))
        and not _attached(process, sub)
    )
    if not sound or not _same_tokens(process, sub, begins[0], out[0], into=len(into), finish=len(finish)):
        return False
    for flow in into:
        flow.set("targetRef", begins[0].get("targetRef"))
    for flow in finish:
        flow.set("targetRef", out[0].get("targetRef"))
    _forget_default(process, sub, gone=out[0])
    for gone in (*starts, *ends, *begins):
        sub.remove(gone)
    process.remove(out[0])
    dropped = ("incoming", "outgoing", "extensionElements", "documentation", "laneSet")
    kept = [child for child in sub if etree.QName(child).localname not in dropped]
    place = process.index(sub)
    for offset, child in enumerate(kept):
        process.insert(place + offset, child)
    process.remove(sub)
    _lanes(process, name, [child.get("id") for child in kept if child.tag != FLOW])
    return True


def _attached(process: Any, sub: Any) -> bool:
    """Whether something changes how it runs: an event on its edge, a loop mark, an event that starts it."""
    loops = [child for child in sub if etree.QName(child).localname.endswith("LoopCharacteristics")]
    events = process.getroottree().iter(f"{{{BPMN}}}boundaryEvent")
    return bool(
        loops
        or sub.get("triggeredByEvent") == "true"
        or any(event.get("attachedToRef") == sub.get("id") for event in events)
    )


def _same_tokens(process: Any, sub: Any, begin: Any, out: Any, *, into: int, finish: int) -> bool:
    """Whether as many tokens come out flat as would come out of the sub-process."""
    parallel = {gate.get("id") for gate in process.iter(f"{{{BPMN}}}parallelGateway")}
    within = {gate.get("id") for gate in sub.iter(f"{{{BPMN}}}parallelGateway")}
    return (
        not (within and finish > 1)
        and not (begin.get("targetRef") in parallel and into > 1)
        and not (out.get("targetRef") in parallel and finish > 1)
    )


def _has_definition(event: Any) -> bool:
    return any(etree.QName(child).localname.endswith("EventDefinition") for child in event)


def _forget_default(process: Any, sub: Any, *, gone: Any) -> None:
    for gate in (*process, *sub):
        if gate.get("default") == gone.get("id"):
            del gate.attrib["default"]


def _lanes(process: Any, name: str, members: list[str]) -> None:
    """Whoever had the sub-process has its steps."""
    for reference in list(process.iter(f"{{{BPMN}}}flowNodeRef")):
        if (reference.text or "").strip() == name:
            lane = reference.getparent()
            lane.remove(reference)
            for member in members:
                etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = member

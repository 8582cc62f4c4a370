"""Waits and clocks of a drawing: read from their elements, and put into what the engine runs.

To the engine a wait is a step like any other, and a clock that ends a step is a gateway behind it: so the
state that is kept beside a dossier has the same shape with them as without.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.workflow.contracts import Limit, Wait, WaitsFor
from tinhso.workflow.elements import BPMN, EDGE, STEPS, advice

TIMER = "_dong_ho"
"""The fact that says which clock ended the step before."""

DAYS = ("working_day", "calendar_day")
TOLD = "leader"
"""Who is told when a drawing does not say."""

PROPERTY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}property"
CATCH, RECEIVE = "intermediateCatchEvent", "receiveTask"
_DURATION = re.compile(r"P(?:0*(?P<days>[1-9]\d{0,2})D|0*(?P<weeks>[1-9]\d?)W|T0*(?P<hours>[1-9]\d{0,2})H)")
_PLAIN = re.compile(r"[\w.-]+")
_TIMER = f"{{{BPMN}}}timerEventDefinition"
_MESSAGE = f"{{{BPMN}}}messageEventDefinition"
_FLOW = f"{{{BPMN}}}sequenceFlow"


def said(element: Any) -> dict[str, str]:
    """What an element says of itself in our own properties."""
    return {one.get("name") or "": one.get("value") or "" for one in element.iter(PROPERTY)}


def time_of(event: Any) -> tuple[int, str] | None:
    """The time of a clock: `P15D` in days, `P2W` in calendar days, `PT4H` in working hours; else None.

    Days are working days unless the event says otherwise by its property `unit`.
    """
    clocks = event.findall(_TIMER)
    spans = clocks[0].findall(f"{{{BPMN}}}timeDuration") if len(clocks) == 1 else []
    if len(spans) != 1 or len([one for one in clocks[0] if _is_time(one)]) != 1:
        return None
    found = _DURATION.fullmatch((spans[0].text or "").strip().strip("\"'").strip())
    if found is None:
        return None
    if found["hours"]:
        return int(found["hours"]), "hour"
    if found["weeks"]:
        return int(found["weeks"]) * 7, "calendar_day"
    unit = said(event).get("unit", "")
    return int(found["days"]), unit if unit in DAYS else DAYS[0]


def _is_time(element: Any) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname.startswith("time")


def wait_of(element: Any) -> Wait | None:
    """What an element of the process waits for; None for one that does not wait."""
    kind = etree.QName(element).localname
    if kind == RECEIVE or (kind == CATCH and _defined(element) == [_MESSAGE]):
        return Wait(WaitsFor.ANSWERS)
    if kind != CATCH or _defined(element) != [_TIMER]:
        return None
    time = time_of(element)
    return Wait(WaitsFor.TIME, *time) if time else None


def limit_of(element: Any) -> Limit | None:
    """The clock that an event on the edge of a step is; None for anything else."""
    if etree.QName(element).localname != EDGE or _defined(element) != [_TIMER]:
        return None
    time = time_of(element)
    if time is None:
        return None
    goes = element.get("cancelActivity", "true").strip() not in ("false", "0")
    return Limit(
        element=element.get("id") or "",
        name=" ".join((element.get("name") or "").split()),
        amount=time[0],
        unit=time[1],
        goes=goes,
        role="" if goes else said(element).get("tell") or TOLD,
    )


def _defined(event: Any) -> list[str]:
    return [one.tag for one in event if isinstance(one.tag, str) and one.tag.endswith("EventDefinition")]


def refused(element: Any) -> str:
    """Why a wait or an event on an edge is not run, in words; empty when it is, or is neither."""
    kind = etree.QName(element).localname
    if kind not in (CATCH, EDGE) or wait_of(element) or limit_of(element):
        return ""
    name = element.get("name") or ""
    if _defined(element) == [_TIMER]:
        return _(
            "Đồng hồ “%(name)s” không chạy được: chỉ đếm số ngày, số tuần hoặc số giờ làm việc (ví dụ P15D). "
            "Hãy chọn lại thời gian chờ."
        ) % {"name": name or element.get("id")}
    return advice(kind, name)


def event_of(element: Any) -> Any:
    """The wait or edge event whose definition this is, or a part of it; None for any other element."""
    kind = etree.QName(element).localname
    if not kind.endswith("EventDefinition") and not kind.startswith("time"):
        return None
    above = [one for one in element.iterancestors() if etree.QName(one).localname in (CATCH, EDGE)]
    return above[0] if above else None


def faults(process: Any) -> dict[str, str]:
    """Clocks that are drawn where they would mean nothing, by id, in words."""
    nodes = {one.get("id"): etree.QName(one).localname for one in process if isinstance(one.tag, str)}
    outs = _outs(process)
    found = {}
    for event in process.findall(f"{{{BPMN}}}{EDGE}"):
        limit, host = limit_of(event), event.get("attachedToRef")
        if limit is None:
            continue
        away = [nodes.get(flow.get("targetRef")) for flow in outs.get(limit.element, ())]
        sentence = ""
        if nodes.get(host) not in STEPS or not _PLAIN.fullmatch(limit.element):
            sentence = _("Đồng hồ “%(name)s” phải gắn trên việc của người. Hãy gắn lại.")
        elif len(outs.get(host, ())) != 1:
            sentence = _("Đồng hồ “%(name)s” gắn trên bước phải có đúng một mũi tên đi ra. Hãy sửa bước đó.")
        elif not limit.goes and set(away) - {"endEvent"}:
            sentence = _(
                "Đồng hồ “%(name)s” không chấm dứt bước (nét đứt) thì chỉ báo cho người, không rẽ sang "
                "việc khác: hồ sơ mỗi lúc do một người giữ. Hãy bỏ mũi tên, hoặc đổi thành đồng hồ nét liền."
            )
        elif limit.goes and len(away) > 1:
            sentence = _("Từ đồng hồ “%(name)s” chỉ đi được một đường. Hãy bỏ bớt mũi tên.")
        if sentence:
            found[limit.element] = sentence % {"name": limit.name or limit.element}
    return found


def _outs(process: Any) -> dict[str, list[Any]]:
    outs: dict[str, list[Any]] = {}
    for flow in process.findall(_FLOW):
        outs.setdefault(flow.get("sourceRef") or "", []).append(flow)
    return outs


def plain(process: Any) -> None:
    """Put waits and clocks into elements that the engine runs, in place; clocks that only tell go."""
    for element in list(process):
        if isinstance(element.tag, str) and wait_of(element):
            for definition in [*element.findall(_TIMER), *element.findall(_MESSAGE)]:
                element.remove(definition)
            element.tag = f"{{{BPMN}}}userTask"
    outs = _outs(process)
    for event in process.findall(f"{{{BPMN}}}{EDGE}"):
        limit, host = limit_of(event), event.get("attachedToRef") or ""
        away = outs.get(event.get("id"), [])
        process.remove(event)
        if limit is None or not limit.goes or not away or len(outs.get(host, ())) != 1:
            for flow in away:
                process.remove(flow)
            continue
        gate = _gate(process, host, outs[host][0])
        for flow in away:
            for one in flow.findall(f"{{{BPMN}}}conditionExpression"):
                flow.remove(one)
            flow.set("sourceRef", gate)
            condition = etree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
            condition.text = f'{TIMER} == "{limit.element}"'


def _gate(process: Any, host: str, on: Any) -> str:
    """The gateway behind a step that clocks may end, by its id; `on` is the arrow of a step that was done."""
    gate = f"{host}__dong_ho"
    if on.get("sourceRef") != gate:
        etree.SubElement(process, f"{{{BPMN}}}exclusiveGateway", id=gate, default=on.get("id") or "")
        on.set("sourceRef", gate)
        etree.SubElement(process, _FLOW, id=f"{gate}_vao", sourceRef=host, targetRef=gate)
    return gate

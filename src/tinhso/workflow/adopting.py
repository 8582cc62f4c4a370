"""Drawings of other tools put into our words: what can be mapped is mapped, the rest is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.workflow import expressions, timing
from tinhso.workflow.contracts import Adopted, Fault, UnusableProcess, WaitsFor
from tinhso.workflow.elements import BPMN, EDGE, STEPS, WAITS
from tinhso.workflow.flattening import flatten
from tinhso.workflow.graph import BPMNDI, DC, graph
from tinhso.workflow.layout import TASK, draw, lanes_of
from tinhso.workflow.lines import SPIFF
from tinhso.workflow.reading import unsupported, xml

PLAIN_TASKS = {"task": "userTask", "manualTask": "userTask"}
CONDITION = f"{{{BPMN}}}conditionExpression"
OURS = ("act", "role", "share")
GROUPS = ("candidateGroups", "assignee")
QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.-]")


def adopt(data: bytes) -> Adopted:
    """A file of any BPMN tool as a drawing of ours, with notes. Raises UnusableProcess when it is no BPMN."""
    root = xml(data)
    if root.tag != f"{{{BPMN}}}definitions":
        raise UnusableProcess(
            _("Tệp này không phải bản vẽ quy trình. Hãy xuất lại từ công cụ vẽ thành tệp .bpmn (BPMN 2.0).")
        )
    notes: list[Fault] = []
    process = _chosen(root, notes)
    _named(process)
    _tasks(process, notes)
    _messages(process, notes)
    _waits(process, notes)
    _extensions(process, notes)
    _conditions(process, notes)
    probe = etree.fromstring(etree.tostring(root)).find(f"{{{BPMN}}}process")
    flatten(probe)
    refused = unsupported(probe) | timing.faults(probe)
    notes += [Fault(element, sentence) for element, sentence in refused.items()]
    if root.find(f".//{{{BPMNDI}}}BPMNPlane") is None and len(process):
        draw(root, graph(process), lanes_of(process))
        notes.append(Fault("bpmn", _("Tệp không có hình vẽ nên máy xếp hình lại."), blocks=False))
    return Adopted(bpmn=etree.tostring(root, encoding="unicode"), notes=tuple(dict.fromkeys(notes)))


def _chosen(root: Any, notes: list[Fault]) -> Any:
    """The process with the most steps; the others, and what goes between pools, are named and left out."""
    processes = root.findall(f"{{{BPMN}}}process")
    if not processes:
        raise UnusableProcess(_("Tệp không có quy trình nào. Hãy chọn tệp khác."))
    kept = max(processes, key=lambda one: sum(1 for _task in one.iter() if _is_task(_task)))
    gone = [one for one in processes if one is not kept]
    for process in gone:
        name = process.get("name") or process.get("id") or ""
        notes.append(Fault(process.get("id") or "bpmn", _(
            "Chỉ lấy quy trình nhiều bước nhất, bỏ “%(name)s”. Cơ quan khác thì vẽ thành làn."
        ) % {"name": name}, blocks=False))  # fmt: skip
        root.remove(process)
    dropped = {element.get("id") for process in gone for element in process.iter() if element.get("id")}
    dropped |= {process.get("id") for process in gone}
    for collaboration in root.findall(f"{{{BPMN}}}collaboration"):
        for part in list(collaboration):
            if not isinstance(part.tag, str):
                continue
            kind = etree.QName(part).localname
            foreign = kind == "participant" and part.get("processRef") != kept.get("id")
            if kind == "messageFlow" or foreign:
                dropped.add(part.get("id"))
                collaboration.remove(part)
                if kind == "messageFlow":
                    said = _("Mũi tên thông điệp không chạy. Hãy dùng bước Chuyển cơ quan tiếp theo.")
                    notes.append(Fault(part.get("id") or "bpmn", said, blocks=False))
    for shown in [
        one for one in root.iter() if isinstance(one.tag, str) and one.get("bpmnElement") in dropped
    ]:
        if shown.getparent() is not None and etree.QName(shown).localname != "BPMNPlane":
            shown.getparent().remove(shown)
    _whole_plane(root, kept)
    return kept


def _whole_plane(root: Any, kept: Any) -> None:
    """A plane that showed what was left out shows the process that stays."""
    known = {one.get("id") for one in root.iter(f"{{{BPMN}}}collaboration")} | {kept.get("id")}
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        if plane.get("bpmnElement") not in known:
            plane.set("bpmnElement", kept.get("id") or "")


def _is_task(element: Any) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname in (*STEPS, *PLAIN_TASKS)


def _named(process: Any) -> None:
    """What has no id gets one: nothing could be said of it otherwise."""
    if not process.get("id"):
        process.set("id", "quy_trinh")
    for count, element in enumerate(process.iter(f"{{{BPMN}}}*")):
        kind = etree.QName(element).localname
        shown = kind in PLAIN_TASKS or kind in STEPS or kind.endswith(("Event", "Gateway", "Flow"))
        if shown and not element.get("id"):
            element.set("id", f"{kind}_{count}")


def _tasks(process: Any, notes: list[Fault]) -> None:
    for kind, ours in PLAIN_TASKS.items():
        for element in list(process.iter(f"{{{BPMN}}}{kind}")):
            element.tag = f"{{{BPMN}}}{ours}"
            notes.append(
                _changed(element, _("“%(name)s” được lấy làm việc của người: hãy chọn việc và vai làm."))
            )


def _messages(process: Any, notes: list[Fault]) -> None:
    """A message thrown on the way is the step of writing to somebody."""
    for element in list(process.iter(f"{{{BPMN}}}intermediateThrowEvent")):
        events = [one for one in element if etree.QName(one).localname.endswith("EventDefinition")]
        if [etree.QName(one).localname for one in events] != ["messageEventDefinition"]:
            continue
        element.remove(events[0])
        element.tag = f"{{{BPMN}}}sendTask"
        _resize(element)
        said = _("“%(name)s” được lấy làm bước gửi: hãy chọn việc, thường là Xin ý kiến.")
        notes.append(_changed(element, said))
    for element in process.iter(f"{{{BPMN}}}sendTask"):
        element.attrib.pop("messageRef", None)
        element.attrib.pop("operationRef", None)


def _waits(process: Any, notes: list[Fault]) -> None:
    """What a wait means here: messages are answers of those asked, days are working days."""
    for element in process.iter(*(f"{{{BPMN}}}{kind}" for kind in (*sorted(WAITS), EDGE))):
        for name in ("messageRef", "operationRef", "instantiate", "implementation"):
            element.attrib.pop(name, None)
        for definition in element.findall(f"{{{BPMN}}}messageEventDefinition"):
            definition.attrib.pop("messageRef", None)
        wait, limit = timing.wait_of(element), timing.limit_of(element)
        if wait and wait.what is WaitsFor.ANSWERS:
            said = _("“%(name)s” được lấy làm chỗ chờ trả lời ý kiến: trước nó cần bước gửi hỏi.")
            notes.append(_changed(element, said))
        elif "working_day" in (wait.unit if wait else "", limit.unit if limit else ""):
            said = _("Đồng hồ “%(name)s” đếm ngày làm việc. Nếu là ngày liên tục, hãy đổi ở bản vẽ.")
            notes.append(_changed(element, said))


def _resize(element: Any) -> None:
    for shape in element.getroottree().iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if shape.get("bpmnElement") == element.get("id") and bounds is not None:
            bounds.set("width", str(TASK[0]))
            bounds.set("height", str(TASK[1]))


def _changed(element: Any, sentence: str) -> Fault:
    name = element.get("name") or element.get("id")
    return Fault(element.get("id"), sentence % {"name": name}, blocks=False)


def _extensions(process: Any, notes: list[Fault]) -> None:
    """Take act, role and share out of other tools' properties, a role out of their groups; drop the rest."""
    dropped: dict[str, list[str]] = {}
    for element in process.iter(f"{{{BPMN}}}*"):
        said = dict(_said(element))
        for name in list(element.attrib):
            if str(name).startswith("{"):
                dropped.setdefault(_short(element, str(name)), []).append(
                    element.get("name") or element.get("id") or ""
                )
                del element.attrib[name]
        extension = element.find(f"{{{BPMN}}}extensionElements")
        if extension is not None:
            for child in [one for one in extension if not isinstance(one.tag, str) or _space(one) != SPIFF]:
                if isinstance(child.tag, str):
                    dropped.setdefault(_short(element, child.tag), []).append(
                        element.get("name") or element.get("id") or ""
                    )
                extension.remove(child)
        if said and etree.QName(element).localname in STEPS | WAITS:
            _say(element, said)
    for name, where in dropped.items():
        first = ", ".join(f"“{one}”" for one in list(dict.fromkeys(one for one in where if one))[:3])
        sentence = _("Phần mở rộng %(name)s của công cụ khác không dùng ở đây (%(where)s).")
        facts = {"name": name, "where": first or _("cả quy trình")}
        notes.append(Fault("bpmn", sentence % facts, blocks=False))


def _said(element: Any) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if str(name).startswith("{") and etree.QName(name).localname in GROUPS:
            yield "role", value.strip()
    extension = element.find(f"{{{BPMN}}}extensionElements")
    for one in extension.iter() if extension is not None else ():
        if not isinstance(one.tag, str) or _space(one) == SPIFF:
            continue
        if one.get("name") in OURS and one.get("value"):
            yield one.get("name"), one.get("value")
        for group in GROUPS:
            if one.get(group):
                yield "role", one.get(group).strip()


def _say(element: Any, said: dict[str, str]) -> None:
    extension = element.find(f"{{{BPMN}}}extensionElements")
    if extension is None:
        extension = etree.Element(f"{{{BPMN}}}extensionElements")
        element.insert(0, extension)
    properties = extension.find(f"{{{SPIFF}}}properties")
    if properties is None:
        properties = etree.SubElement(extension, f"{{{SPIFF}}}properties")
    known = {one.get("name") for one in properties}
    for name, value in said.items():
        if name not in known and not NOT_A_NAME.search(value.replace("@", "")):
            etree.SubElement(properties, f"{{{SPIFF}}}property", name=name, value=value)


def _space(element: Any) -> str:
    return str(etree.QName(element).namespace or "")


def _short(element: Any, tag: str) -> str:
    name = etree.QName(tag)
    prefix = next((one for one, space in element.nsmap.items() if space == name.namespace and one), "")
    return f"{prefix}:{name.localname}" if prefix else str(name.localname)


def _conditions(process: Any, notes: list[Fault]) -> None:
    """`${a == 'x' && !b}` of one dialect and `= a = "x" and b` of another, as ours; what is more is named."""
    for element in process.iter(CONDITION):
        text = (element.text or "").strip()
        ours = translated(text)
        for name in list(element.attrib):
            del element.attrib[name]
        element.text = ours
        try:
            expressions.check(ours)
        except ValueError:
            notes.append(Fault(
                element.getparent().get("id") or "bpmn",
                _("Không hiểu điều kiện “%(text)s”. Hãy chọn lại điều kiện của đường này.") % {"text": text},
            ))  # fmt: skip


def translated(text: str) -> str:
    """A condition of another dialect in ours, as far as it is only spelled otherwise."""
    body = text.strip()
    feel = body.startswith("=") and not body.startswith("==")
    if body.startswith(("${", "#{")) and body.endswith("}"):
        body = body[2:-1].strip()
    parts = QUOTED.split(body[1:].strip() if feel else body)
    for index in range(0, len(parts), 2):
        part = parts[index].replace("&&", " and ").replace("||", " or ")
        part = re.sub(r"!(?!=)", " not ", part)
        part = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", part))
        parts[index] = re.sub(r"(?<![=!<>])=(?!=)", "==", part) if feel else part
    return re.sub(r"\s+", " ", "".join(parts)).strip() if len(parts) == 1 else "".join(parts).strip()

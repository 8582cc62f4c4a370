"""Everything that is wrong with a drawing, in words, by element, before it is deployed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from tinhso.workflow import expressions, timing
from tinhso.workflow.contracts import Fault, LifeCycle, UnusableProcess
from tinhso.workflow.elements import BPMN
from tinhso.workflow.graph import Graph, Node, graph
from tinhso.workflow.reading import opened, read, unsupported
from tinhso.workflow.walking import Walk, walk

WHOLE = "bpmn"
"""The element of faults of the drawing as a whole."""


def lint(bpmn: str, cycle: LifeCycle) -> tuple[Fault, ...]:
    """All faults of a drawing for work on subjects of this life cycle, each element's most telling first."""
    try:
        process = opened(bpmn)
    except UnusableProcess as refused:
        return (Fault(WHOLE, refused.message),)
    if not process.get("id"):
        return (Fault(WHOLE, _("Quy trình trong tệp thiếu mã (id). Hãy mở bằng công cụ vẽ rồi lưu lại.")),)
    drawn = graph(process)
    faults = [
        *(Fault(element, sentence) for element, sentence in unsupported(process).items()),
        *(Fault(element, sentence) for element, sentence in timing.faults(process).items()),
        *_identified(process),
        *_shape(drawn),
        *(fault for node in drawn.steps for fault in _step(node, cycle)),
        *(fault for node in drawn.nodes.values() for fault in _waits(node, cycle)),
        *_gates(drawn, cycle),
        *_shares(drawn),
    ]
    if not faults:
        faults += _way(drawn, cycle, walk(drawn, cycle))
    if not any(fault.blocks for fault in faults):
        try:
            read(bpmn)
        except UnusableProcess as refused:
            said = refused.faults or {WHOLE: refused.message}
            faults += [Fault(element, sentence) for element, sentence in said.items()]
    return tuple(dict.fromkeys(faults))


def called(node: Node) -> str:
    """How a sentence names an element: its name, else its id."""
    return node.name or node.id


def _identified(process: object) -> Iterator[Fault]:
    seen: set[str] = set()
    for element in process.iter(f"{{{BPMN}}}*"):  # type: ignore[attr-defined]  # lxml is untyped here
        name = element.get("id")
        if name and name in seen:
            yield Fault(name, _("Hai phần tử mang cùng mã %(id)s. Hãy vẽ lại một phần tử.") % {"id": name})
        seen.add(name)


def _shape(drawn: Graph) -> Iterator[Fault]:
    starts = [node for node in drawn.nodes.values() if node.kind == "startEvent"]
    if len(starts) != 1:
        yield Fault(WHOLE, _("Quy trình phải có đúng một điểm đầu (vòng tròn mảnh)."))
    if not any(node.kind == "endEvent" for node in drawn.nodes.values()):
        yield Fault(WHOLE, _("Quy trình chưa có điểm kết thúc (vòng tròn đậm)."))
    if not drawn.steps:
        yield Fault(WHOLE, _("Quy trình chưa có bước nào."))
    for flow in drawn.flows.values():
        if flow.source not in drawn.nodes or flow.target not in drawn.nodes:
            yield Fault(flow.id, _("Có mũi tên không nối hai phần tử chạy được. Hãy nối lại hoặc xóa."))
    reached = _from(drawn, {node.id for node in starts})
    for node in drawn.nodes.values():
        facts = {"name": called(node)}
        if node.id not in reached:
            yield Fault(node.id, _("Không có đường nào dẫn đến “%(name)s”. Hãy nối vào hoặc xóa.") % facts)
        elif node.limit and drawn.into[node.id]:
            yield Fault(
                node.id, _("Không vẽ mũi tên tới đồng hồ “%(name)s”: nó tự chạy theo bước. Hãy xóa.") % facts
            )
        elif node.kind != "endEvent" and not drawn.out[node.id] and (node.limit is None or node.limit.goes):
            yield Fault(
                node.id, _("“%(name)s” là ngõ cụt. Hãy nối sang bước sau hoặc điểm kết thúc.") % facts
            )
        elif node.kind not in ("exclusiveGateway", "parallelGateway") and len(drawn.out[node.id]) > 1:
            yield Fault(
                node.id, _("Từ “%(name)s” có nhiều mũi tên đi ra. Hãy đặt một cổng (X hoặc +) ở đó.") % facts
            )


def _from(drawn: Graph, begin: set[str]) -> set[str]:
    found, queue = set(begin), list(begin)
    while queue:
        for target in drawn.beyond(queue.pop()):
            if target not in found:
                found.add(target)
                queue.append(target)
    return found


def _step(node: Node, cycle: LifeCycle) -> Iterator[Fault]:
    name = {"name": called(node), "role": cycle.roles.get(node.role, node.role)}
    known = cycle.acts.get(node.act)
    if not node.name:
        yield Fault(node.id, _("Có bước chưa đặt tên. Hãy ghi tên việc, ví dụ Thẩm định hồ sơ."))
    if not node.act:
        yield Fault(node.id, _("Bước “%(name)s” chưa chọn việc phải làm.") % name)
    elif known is None:
        yield Fault(node.id, _("Bước “%(name)s” ghi một việc không có: %(act)s.") % {**name, "act": node.act})
    if not node.role:
        yield Fault(node.id, _("Bước “%(name)s” chưa có vai làm. Hãy chọn ai làm.") % name)
    elif node.role not in cycle.roles:
        yield Fault(node.id, _("Bước “%(name)s” ở làn “%(role)s”, không phải vai nào có thật.") % name)
    elif known and node.role not in known.roles:
        may = ", ".join(sorted(cycle.roles[role] for role in known.roles if role in cycle.roles))
        yield Fault(
            node.id,
            _("Bước “%(name)s”: %(role)s không được làm việc %(act)s. Vai được làm: %(may)s.")
            % {**name, "act": known.label, "may": may},
        )
    if node.kind == "sendTask" and known and not known.sends:
        yield Fault(
            node.id,
            _("Bước “%(name)s” vẽ là phong bì nhưng %(act)s không gửi cho ai. Hãy đổi thành việc của người.")
            % {**name, "act": known.label},
        )


def _waits(node: Node, cycle: LifeCycle) -> Iterator[Fault]:
    """Who answers for a wait, and who is told by a clock."""
    name = {"name": called(node), "role": node.limit.role if node.limit else node.role}
    if node.wait and not node.name:
        yield Fault(node.id, _("Có chỗ chờ chưa đặt tên. Hãy ghi chờ gì, ví dụ Niêm yết công khai."))
    if node.wait and not node.role:
        sentence = _("Chỗ chờ “%(name)s” chưa có ai giữ hồ sơ. Hãy chọn ai giữ trong lúc chờ.")
        yield Fault(node.id, sentence % name)
    elif name["role"] and (node.wait or node.limit) and name["role"] not in cycle.roles:
        yield Fault(node.id, _("“%(name)s” ghi “%(role)s”, không phải vai nào có thật. Hãy chọn lại.") % name)


def _gates(drawn: Graph, cycle: LifeCycle) -> Iterator[Fault]:
    values: dict[str, set[str]] = {name: set(found) for name, found in cycle.facts.items()}
    for act in cycle.acts.values():
        for turn in act.turns:
            for fact, value in turn.facts.items():
                values.setdefault(fact, set()).add(value)
    for node in drawn.nodes.values():
        if node.kind != "exclusiveGateway":
            continue
        out = drawn.out[node.id]
        default = any(flow.id == node.default for flow in out)
        if len(out) > 1 and not default:
            yield Fault(
                node.id,
                _("Cổng “%(name)s” chưa có đường đi mặc định. Hãy chọn đường khi không điều kiện nào đúng.")
                % {"name": called(node)},
            )
        for flow in out:
            if flow.id == node.default or (len(out) == 1 and not flow.condition):
                continue
            yield from _condition(flow.id, flow.condition, called(node), values)


def _condition(element: str, text: str, gate: str, values: Mapping[str, set[str]]) -> Iterator[Fault]:
    said = {"text": text, "gate": gate}
    if not text:
        yield Fault(element, _("Một đường ra của cổng “%(gate)s” chưa có điều kiện.") % said)
        return
    try:
        expressions.check(text)
    except ValueError:
        yield Fault(
            element,
            _('Không hiểu điều kiện “%(text)s” ở cổng “%(gate)s”. Hãy viết như: ket_luan == "tra_lai".')
            % said,
        )
        return
    tree = ast.parse(text, mode="eval")
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    unknown = sorted(names - set(values))
    if unknown:
        yield Fault(
            element,
            _("Điều kiện “%(text)s” hỏi %(names)s, mà không việc nào ghi điều đó. Dùng được: %(known)s.")
            % {**said, "names": ", ".join(unknown), "known": ", ".join(sorted(values))},
        )
        return
    possible = set().union(*(values[name] for name in names)) if names else set()
    asked = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    if strange := sorted(asked - possible):
        yield Fault(
            element,
            _("Điều kiện “%(text)s” so với %(value)s, giá trị không bao giờ có. Giá trị có thể: %(known)s.")
            % {**said, "value": ", ".join(strange), "known": ", ".join(sorted(possible))},
        )


def _shares(drawn: Graph) -> Iterator[Fault]:
    total = sum(node.share for node in drawn.steps)
    if total > 100:
        yield Fault(
            WHOLE,
            _("Phần thời gian của các bước cộng lại là %(total)d%%, quá 100%%. Hãy giảm bớt.")
            % {"total": total},
        )


def _way(drawn: Graph, cycle: LifeCycle, seen: Walk) -> Iterator[Fault]:
    """What following the drawing through the life cycle shows."""
    if seen.too_much:
        yield Fault(WHOLE, _("Quy trình rẽ nhánh quá nhiều nên không kiểm tra hết được. Hãy vẽ gọn lại."))
        return
    for element, stages in seen.wrong.items():
        node = drawn.nodes[element]
        stage = ", ".join(sorted(cycle.stages[one] for one in stages))
        yield Fault(
            element,
            _("Đến bước “%(name)s” thì hồ sơ mới ở mức: %(stage)s, nên chưa làm được việc %(act)s. "
              "Hãy thêm hoặc đổi thứ tự bước.")
            % {"name": called(node), "stage": stage, "act": _ended_by(node, cycle)},
        )  # fmt: skip
    if seen.wrong:
        return
    for stages in seen.ends_early.values():
        stage = ", ".join(sorted(cycle.stages[one] for one in stages))
        yield Fault(
            WHOLE,
            _("Quy trình kết thúc khi hồ sơ mới ở mức: %(stage)s. Hãy thêm bước cho đến trả kết quả.")
            % {"stage": stage},
        )
    sentences = (
        (seen.no_way, _("Tới cổng “%(name)s” có lúc không đường nào đi được. Hãy chọn đường đi mặc định.")),
        (seen.spins, _("Vòng lặp qua “%(name)s” không có bước nào của người nên chạy mãi. Hãy bỏ vòng lặp.")),
        (seen.waits,
         _("Cổng “%(name)s” chờ một nhánh không bao giờ tới. Hãy dùng cổng + cả nơi tách, nơi nhập.")),
        (seen.never_ends, _("Từ bước “%(name)s” không bao giờ tới được điểm kết thúc.")),
        (seen.unasked,
         _("“%(name)s” chờ trả lời mà trước đó có lúc chưa hỏi ai. "
           "Hãy đặt bước Gửi hỏi (Xin ý kiến) trước nó.")),
    )  # fmt: skip
    for elements, sentence in sentences:
        for element in sorted(elements):
            yield Fault(element, sentence % {"name": called(drawn.nodes[element])})
    stuck = seen.no_way or seen.spins or seen.waits
    for node in () if stuck else drawn.nodes.values():
        if node.id not in seen.reached:
            yield Fault(
                node.id,
                _("Không trường hợp nào đi tới “%(name)s”: hãy xem lại các điều kiện.")
                % {"name": called(node)},
            )
    for together in sorted(seen.at_once, key=sorted):
        names = ", ".join(f"“{called(drawn.nodes[one])}”" for one in sorted(together))
        yield Fault(
            min(together),
            _("Các bước song song %(names)s được giao lần lượt, không cùng lúc: "
              "hồ sơ mỗi lúc do một người giữ. Muốn nhiều cơ quan trả lời cùng lúc, "
              "dùng một bước Xin ý kiến; chỗ chờ thì chạy song song.")
            % {"names": names},
            blocks=False,
        )  # fmt: skip


def _ended_by(node: Node, cycle: LifeCycle) -> str:
    act = cycle.acts.get(node.act) or cycle.passing
    return act.label if act else called(node)

"""The elements of BPMN: those that are run here, and what to do about each of the others, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
STEPS = frozenset({"userTask", "sendTask"})
"""Work of a person; an envelope (`sendTask`) is the work of writing to others, and waits for nobody."""

WAITS = frozenset({"intermediateCatchEvent", "receiveTask"})
"""Where work waits: for a time, or for the answers of those who were asked."""

EDGE = "boundaryEvent"
NODES = STEPS | WAITS | {EDGE, "startEvent", "endEvent", "exclusiveGateway", "parallelGateway"}
RUN = NODES | {
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
    "group",
    "text",
}

_MACHINE = gettext_noop("Máy không tự làm việc này ở đây. Hãy đổi thành việc của người, hoặc bỏ.")
_TIMER = gettext_noop(
    "Đồng hồ chỉ chạy khi gắn trên việc của người, hoặc đứng riêng để chờ một thời gian. "
    "Hãy chuyển chỗ hoặc bỏ."
)
_WAIT = gettext_noop(
    "Chỉ chờ được một thời gian, hoặc chờ trả lời ý kiến đã hỏi. Hãy đổi hoặc bỏ phần tử này."
)
_GATE = gettext_noop("Hãy dùng cổng chọn một đường (X) hoặc cổng song song (+).")
_LOOP = gettext_noop("Hãy bỏ dấu lặp; muốn làm lại thì vẽ mũi tên quay về từ một cổng chọn.")
_PART = gettext_noop("Hãy vẽ các bước của phần này thẳng vào quy trình.")
_DATA = gettext_noop("Giấy tờ và dữ liệu khai ở phần Giấy tờ và Tờ khai. Hãy bỏ khỏi bản vẽ.")

_OTHERS: Mapping[str, tuple[str, str]] = {
    "serviceTask": (gettext_noop("việc của máy"), _MACHINE),
    "scriptTask": (gettext_noop("việc của máy"), _MACHINE),
    "businessRuleTask": (gettext_noop("bảng quyết định"), _MACHINE),
    "task": (gettext_noop("việc chưa nói ai làm"), gettext_noop("Hãy đổi thành việc của người.")),
    "manualTask": (gettext_noop("việc làm tay"), gettext_noop("Hãy đổi thành việc của người.")),
    "intermediateThrowEvent": (
        gettext_noop("sự kiện gửi đi"),
        gettext_noop(
            "Muốn hỏi cơ quan khác, hãy dùng bước gửi (phong bì) với việc Xin ý kiến. Nếu không, hãy bỏ."
        ),
    ),
    "intermediateCatchEvent": (gettext_noop("sự kiện chờ"), _WAIT),
    "boundaryEvent": (
        gettext_noop("sự kiện gắn trên bước"),
        gettext_noop(
            "Trên bước chỉ gắn được đồng hồ. Hãy bỏ; trường hợp khác thường làm bằng các việc có sẵn "
            "(yêu cầu bổ sung, tạm dừng)."
        ),
    ),
    "timerEventDefinition": (gettext_noop("đồng hồ"), _TIMER),
    "messageEventDefinition": (gettext_noop("thông điệp"), _WAIT),
    "inclusiveGateway": (gettext_noop("cổng chọn nhiều đường"), _GATE),
    "complexGateway": (gettext_noop("cổng phức tạp"), _GATE),
    "eventBasedGateway": (gettext_noop("cổng chờ sự kiện"), _GATE),
    "multiInstanceLoopCharacteristics": (gettext_noop("dấu làm nhiều lần"), _LOOP),
    "standardLoopCharacteristics": (gettext_noop("dấu lặp"), _LOOP),
    "callActivity": (gettext_noop("gọi quy trình khác"), _PART),
    "subProcess": (
        gettext_noop("quy trình con"),
        gettext_noop(
            "Chạy được khi có một điểm đầu, một lối ra, không lặp, không gắn sự kiện. Hãy sửa hoặc vẽ thẳng."
        ),
    ),
    "adHocSubProcess": (gettext_noop("quy trình con tùy lúc"), _PART),
    "transaction": (gettext_noop("quy trình con giao dịch"), _PART),
    "dataObject": (gettext_noop("dữ liệu"), _DATA),
    "dataObjectReference": (gettext_noop("dữ liệu"), _DATA),
    "dataStoreReference": (gettext_noop("kho dữ liệu"), _DATA),
    "dataInputAssociation": (gettext_noop("mũi tên dữ liệu"), _DATA),
    "dataOutputAssociation": (gettext_noop("mũi tên dữ liệu"), _DATA),
    "ioSpecification": (gettext_noop("dữ liệu vào ra"), _DATA),
    "property": (gettext_noop("dữ liệu của bước"), _DATA),
}


def runs(kind: str) -> bool:
    """Whether elements of this kind (the local name of their tag) are run or may stand in a drawing."""
    return kind in RUN


def advice(kind: str, name: str) -> str:
    """Why an element is not run and what to do, in one or two sentences."""
    what, todo = _OTHERS.get(kind, (kind, gettext_noop("Hãy bỏ phần tử này khỏi bản vẽ.")))
    facts = {"what": _(what), "kind": kind, "name": name}
    said = (
        _("“%(name)s” (%(what)s, %(kind)s) không chạy được ở đây.") % facts
        if name
        else _("Phần tử %(what)s (%(kind)s) không chạy được ở đây.") % facts
    )
    return f"{said} {_(todo)}"

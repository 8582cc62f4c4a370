"""What a service is called, whose data it gives, by which law and for whom: changed with its history.

A change that protects less (a wider class, a field of personal data named no more) waits until another of
those who register services says yes. Whoever uses the service is told of owner, law and class.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.exchange.contracts import CannotChange, ServiceClass
from tinhso.exchange.models import Service, ServiceChange
from tinhso.exchange.open_work import open_work
from tinhso.exchange.operations import notices, parties, subjects, telling
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id, read
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import normal

ACT = "exchange.register_service"
LINK = "/can-bo/truc/dich-vu/%s/sua/"
LABELS = {
    "title": gettext_lazy("Tên dịch vụ"),
    "owner": gettext_lazy("Đơn vị chủ dữ liệu"),
    "legal_basis": gettext_lazy("Căn cứ pháp lý"),
    "personal_fields": gettext_lazy("Trường dữ liệu cá nhân"),
    "service_class": gettext_lazy("Nhóm chia sẻ"),
}
CLASSES = {
    ServiceClass.OPEN: gettext_lazy("Dữ liệu mở"),
    ServiceClass.SHARED: gettext_lazy("Chia sẻ mặc định"),
    ServiceClass.LIMITED: gettext_lazy("Chia sẻ theo yêu cầu đặc thù"),
}
"""From the widest to the narrowest."""
TOLD = ("owner", "legal_basis", "service_class")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a service is: `owner` is a unit's id."""

    title: str
    owner: str
    legal_basis: str
    personal_fields: tuple[str, ...]
    service_class: str

    def kept(self) -> dict[str, object]:
        """As a change keeps it."""
        return asdict(self) | {"personal_fields": list(self.personal_fields)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that a change touches, in words."""

    label: str
    was: str
    becomes: str


def facts_of(service: Service) -> Facts:
    """What a service is now."""
    return Facts(
        title=service.title,
        owner=str(service.owner_unit_id or ""),
        legal_basis=service.legal_basis,
        personal_fields=tuple(service.personal_fields),
        service_class=service.service_class,
    )


def changes(service_id: UUID, *, most: int = 20) -> list[ServiceChange]:
    """The newest changes, newest first. One query."""
    return list(ServiceChange.objects.filter(service=service_id).order_by("-number")[:most])


def change(service_id: UUID, wanted: Facts, *, seen: int, reason: str, by: ActorRef, at: datetime) -> bool:
    """Change what a service is; whether it holds at once (else another must say yes).

    `seen` is the number of the newest change that the actor read, 0 for none. Raises NotFound, Invalid,
    Conflict when somebody changed it since or a change waits.
    """
    with transactions.act(ACT, by=by, at=at, on=subjects.service(service_id)) as work:
        service = _held(service_id)
        newest = ServiceChange.objects.filter(service=service).order_by("-number").first()
        if newest is not None and newest.accepted is None:
            raise Conflict(
                _("%(who)s đã đề nghị một thay đổi, chờ người khác xác nhận. Xác nhận xong rồi mới sửa tiếp.")
                % {"who": newest.asked_name}
            )
        if newest is not None and newest.number != seen:
            raise Conflict(
                _("%(who)s đã sửa dịch vụ này lúc %(at)s. Phần anh/chị vừa ghi vẫn còn bên dưới.")
                % {
                    "who": newest.asked_name,
                    "at": f"{local(newest.decided_at or newest.asked_at):%H:%M %d/%m/%Y}",
                }
            )
        was, becomes = facts_of(service), _checked(wanted, at=at)
        why = normal(reason)
        if not why:
            raise Invalid(_("Hãy ghi vì sao sửa."), faults={"reason": _("Hãy ghi vì sao sửa.")})
        if was == becomes:
            raise Invalid(_("Chưa có gì thay đổi so với đang ghi."), faults={"title": _("Chưa sửa mục nào.")})
        row = ServiceChange.objects.create(
            id=new_id(),
            service=service,
            number=newest.number + 1 if newest else 1,
            was=was.kept(),
            becomes=becomes.kept(),
            reason=why,
            lowers=lowers(was, becomes),
            asked_by=parties.somebody(by),
            asked_name=by.name,
            asked_at=at,
        )
        if row.lowers:
            _ask_another(row, by=by, at=at)
        else:
            _apply(row, service, by=by, at=at)
        work.record(change=row.number, becomes=row.becomes, reason=why, waits=row.lowers)
    return not row.lowers


def confirm(change_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Say yes to a change that protects less. Raises NotAllowed for who asked, CannotChange when decided."""
    service_id = _of(change_id)
    with transactions.act(ACT, by=by, at=at, on=subjects.service(service_id)) as work:
        service = _held(service_id)
        row = _waiting(change_id)
        words = _("Người đề nghị không tự xác nhận. Hãy nhờ người vận hành khác.")
        parties.apart_from(by, frozenset({row.asked_by}), words)
        _apply(row, service, by=by, at=at)
        work.record(confirmed=row.number)


def refuse(change_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Say no, or take back an own one. Raises Invalid without a reason, CannotChange when decided."""
    service_id, why = _of(change_id), normal(reason)
    if not why:
        raise Invalid(_("Hãy ghi vì sao không đồng ý."))
    with transactions.act(ACT, by=by, at=at, on=subjects.service(service_id)) as work:
        _held(service_id)
        row = _waiting(change_id)
        row.refusal = why
        _decide(row, accepted=False, by=by, at=at)
        work.record(refused=row.number, reason=why)


def lowers(was: Facts, becomes: Facts) -> bool:
    """Whether a change protects data less: a wider class, or a personal field that is named no more."""
    order = list(CLASSES)
    wider = order.index(ServiceClass(becomes.service_class)) < order.index(ServiceClass(was.service_class))
    return wider or bool(set(was.personal_fields) - set(becomes.personal_fields))


def differences(row: ServiceChange, units: dict[str, str]) -> list[Difference]:
    """What a change touches, in words; `units` are names of owners by id."""
    return [
        Difference(str(label), _worded(name, row.was[name], units), _worded(name, row.becomes[name], units))
        for name, label in LABELS.items()
        if row.was[name] != row.becomes[name]
    ]


def owners(rows: list[ServiceChange]) -> dict[str, str]:
    """Names of the owners that changes speak of, by id. Two queries."""
    ids = {id for row in rows for facts in (row.was, row.becomes) if (id := read(facts["owner"]))}
    units = directory.units(ids)
    names = directory.names({unit.agency_id for unit in units.values()})
    return {str(id): f"{names[unit.agency_id]}: {unit.name}" for id, unit in units.items()}


def _worded(name: str, value: object, units: dict[str, str]) -> str:
    if name == "owner":
        return units.get(str(value), "") or _("chưa khai")
    if name == "service_class":
        return str(CLASSES[ServiceClass(str(value))])
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("không có")
    return str(value) or _("chưa khai")


def _checked(wanted: Facts, *, at: datetime) -> Facts:
    found = Facts(
        title=normal(wanted.title),
        owner=wanted.owner,
        legal_basis=normal(wanted.legal_basis),
        personal_fields=wanted.personal_fields,
        service_class=wanted.service_class,
    )
    faults = dict[str, str]()
    if not found.title:
        faults["title"] = _("Hãy ghi tên dịch vụ.")
    owner = read(found.owner)
    unit = directory.units([owner]).get(owner) if owner else None
    if unit is None or unit.id not in {one.id for one in directory.units_of(unit.agency_id, today(at))}:
        faults["owner"] = _("Hãy chọn đơn vị chủ dữ liệu.")
    if not found.legal_basis:
        faults["legal_basis"] = _("Hãy ghi văn bản cho phép chia sẻ dữ liệu.")
    if found.service_class not in frozenset(ServiceClass):
        faults["service_class"] = _("Hãy chọn nhóm chia sẻ.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return found


def _apply(row: ServiceChange, service: Service, *, by: ActorRef, at: datetime) -> None:
    now = row.becomes
    service.title, service.legal_basis = now["title"], now["legal_basis"]
    service.owner_unit_id, service.personal_fields = UUID(now["owner"]), now["personal_fields"]
    service.service_class = now["service_class"]
    service.save(update_fields=["title", "legal_basis", "owner_unit_id", "personal_fields", "service_class"])
    _decide(row, accepted=True, by=by, at=at)
    told = {str(LABELS[name]) for name in TOLD}
    lines = [
        _("%(what)s: từ “%(was)s” thành “%(becomes)s”.")
        % {"what": one.label, "was": one.was, "becomes": one.becomes}
        for one in differences(row, owners([row]))
        if one.label in told
    ]
    if lines:
        text = "\n".join([*lines, _("Lý do: %s") % row.reason])
        title = _("Đổi thông tin dịch vụ")
        notices.told(service, title=title, text=text, effective_on=today(at), by=by, at=at)


def _decide(row: ServiceChange, *, accepted: bool, by: ActorRef, at: datetime) -> None:
    row.accepted, row.decided_by, row.decided_name = accepted, parties.somebody(by), by.name
    row.decided_at = at
    row.save(update_fields=["accepted", "decided_by", "decided_name", "decided_at", "refusal"])
    open_work.changed()


def _ask_another(row: ServiceChange, *, by: ActorRef, at: datetime) -> None:
    facts = {
        "service": row.service.title,
        "what": _("thay đổi chờ người thứ hai xác nhận"),
        "who": by.name,
        "text": row.reason,
    }
    link = LINK % row.service_id
    telling.tell(parties.operators(at=at), telling.SERVICE, facts, link=link, by=by.id, at=at)


def _of(change_id: UUID) -> UUID:
    found = ServiceChange.objects.filter(id=change_id).values_list("service_id", flat=True).first()
    if found is None:
        raise NotFound(_("Không có thay đổi này."))
    return found


def _waiting(change_id: UUID) -> ServiceChange:
    row = ServiceChange.objects.select_for_update().get(id=change_id)
    if row.accepted is not None:
        raise CannotChange(_("%(who)s đã quyết định. Hãy tải lại trang.") % {"who": row.decided_name})
    return row


def _held(service_id: UUID) -> Service:
    found = Service.objects.select_for_update().filter(id=service_id).first()
    if found is None:
        raise NotFound(_("Không có dịch vụ này."))
    return found

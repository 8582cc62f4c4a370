"""Services that subsystems of this server offer, and who may call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.exchange.contracts import ServiceKind, SubjectKind
from tinhso.exchange.models import Endpoint, Group, Right, Service, Subsystem
from tinhso.exchange.models.services import RESERVED
from tinhso.exchange.operations import descriptions, service_facts, subjects
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef

CHANGEABLE = frozenset(
    {
        "url", "verify_tls", "timeout_seconds", "most_bytes", "body_log", "masks", "contract_check",
        "breaker", "mirror", "mock",
    }
)  # fmt: skip
STATED = frozenset({"title", "owner_unit_id", "legal_basis", "personal_fields", "service_class"})
"""What is said at registration and changed by `restating` only, with its history."""


def register_rest(
    *, subsystem_id: UUID, code: str, title: str, url: str, by: ActorRef, at: datetime, **facts: Any
) -> UUID:
    """Offer a REST service that has no description; its id. It is disabled.

    `facts` are `CHANGEABLE` or `STATED`. Raises Invalid; Conflict when the subsystem has
    a service of that code.
    """
    (made,) = _register(
        [Service(code=code, kind=ServiceKind.REST, title=title, url=url)],
        {},
        subsystem_id=subsystem_id,
        by=by,
        at=at,
        facts=facts,
    )
    return made


def register_openapi(
    *, subsystem_id: UUID, code: str, url: str, description: str, by: ActorRef, at: datetime, **facts: Any
) -> UUID:
    """Offer a service described by OpenAPI 3 (JSON or YAML), with its endpoints; its id. Disabled."""
    offered = descriptions.openapi(description)
    service = Service(
        code=code, kind=ServiceKind.OPENAPI, title=offered.title or code, url=url, description=description
    )
    (made,) = _register(
        [service], {code: offered.endpoints}, subsystem_id=subsystem_id, by=by, at=at, facts=facts
    )
    return made


def register_wsdl(
    *, subsystem_id: UUID, description: str, url: str = "", by: ActorRef, at: datetime, **facts: Any
) -> list[UUID]:
    """Offer each operation of a WSDL text as a service; their ids. All are disabled."""
    services = [
        Service(
            code=each.code,
            version=each.version,
            kind=ServiceKind.WSDL,
            title=each.title or each.code,
            url=url or each.url,
            description=description,
        )
        for each in descriptions.wsdl(description)
    ]
    return _register(services, {}, subsystem_id=subsystem_id, by=by, at=at, facts=facts)


def describe_anew(*, service_id: UUID, description: str, by: ActorRef, at: datetime) -> None:
    """Put a newer OpenAPI text in the place of the old, with its endpoints; rights stay. Raises Invalid."""
    offered = descriptions.openapi(description)
    with transactions.act("exchange.change_service", by=by, at=at, on=subjects.service(service_id)) as work:
        service = _held(service_id)
        if service.kind != ServiceKind.OPENAPI:
            raise Invalid(_("Chỉ dịch vụ mô tả bằng OpenAPI mới thay được mô tả như thế này."))
        service.description = description
        service_facts.check(service)
        service.save(update_fields=["description"])
        service.endpoints.all().delete()
        _add_endpoints(service, offered.endpoints)
        work.record(endpoints=len(offered.endpoints))


def change(*, service_id: UUID, by: ActorRef, at: datetime, **facts: Any) -> None:
    """Change facts of a service (`CHANGEABLE`). Raises NotFound, Invalid."""
    _check_facts(facts, CHANGEABLE)
    with transactions.act("exchange.change_service", by=by, at=at, on=subjects.service(service_id)) as work:
        service = _held(service_id)
        for name, value in facts.items():
            setattr(service, name, value)
        service_facts.check(service)
        service.save(update_fields=list(facts))
        work.record(changed=sorted(facts))


def change_masks(
    *,
    service_id: UUID,
    add: Mapping[str, str] | None = None,
    remove: Mapping[str, str] | None = None,
    by: ActorRef,
    at: datetime,
) -> None:
    """Add a rule of `guards.masking`, or take one away. Raises NotFound, Invalid."""
    with transactions.act("exchange.change_service", by=by, at=at, on=subjects.service(service_id)) as work:
        service = _held(service_id)
        if remove is not None and remove not in service.masks:
            raise NotFound(_("Không có quy tắc che này, hoặc đã có người bỏ."))
        kept = [rule for rule in service.masks if rule != remove and rule != add]
        service.masks = [*kept, dict(add)] if add is not None else kept
        service_facts.check(service)
        service.save(update_fields=["masks"])
        work.record(masks=len(service.masks))


def enable(*, service_id: UUID, by: ActorRef, at: datetime) -> None:
    """Open a service to those who have the right. Raises NotFound."""
    with transactions.act("exchange.switch_service", by=by, at=at, on=subjects.service(service_id)) as work:
        _held(service_id)
        Service.objects.filter(id=service_id).update(enabled=True, notice="")
        work.record(enabled=True)


def disable(*, service_id: UUID, notice: str, by: ActorRef, at: datetime) -> None:
    """Close a service with a notice that its callers receive (§7). Raises NotFound, Invalid."""
    if not notice.strip():
        raise Invalid(_("Hãy ghi lời báo cho bên gọi: vì sao tắt, khi nào mở lại."))
    with transactions.act("exchange.switch_service", by=by, at=at, on=subjects.service(service_id)) as work:
        _held(service_id)
        Service.objects.filter(id=service_id).update(enabled=False, notice=notice.strip())
        work.record(enabled=False, notice=notice.strip())


def allow(
    *,
    service_id: UUID,
    kind: SubjectKind,
    subject: str,
    method: str = "*",
    path: str = "**",
    agreement_id: UUID | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Let a client or group call a service or one endpoint; the right's id. Raises Invalid, Conflict.

    `path` is a glob: `*` stands for one segment, `**` for any number (§7.1).
    """
    _check_right(kind, subject, method, path)
    with transactions.act("exchange.grant_right", by=by, at=at, on=subjects.service(service_id)) as work:
        owner = _held(service_id).subsystem_id
        known = Group.objects.filter(owner=owner, code=subject)
        if kind is SubjectKind.LOCAL_GROUP and not known.exists():
            words = _("Hệ thống cung cấp không có nhóm này. Lập nhóm ở trang của hệ thống trước.")
            raise Invalid(words, faults={"subject": words})
        right = Right.objects.create(
            service_id=service_id,
            subject_kind=kind,
            subject=subject,
            method=method,
            path=path,
            agreement_id=agreement_id,
            granted_at=at,
        )
        work.record(allowed=subject, method=method, path=path)
    return right.id


def withdraw(*, right_id: UUID, by: ActorRef, at: datetime) -> None:
    """End a right at once. Raises NotFound."""
    right = Right.objects.filter(id=right_id, ended_at=None).first()
    if right is None:
        raise NotFound(_("Không có quyền gọi này."))
    with transactions.act(
        "exchange.grant_right", by=by, at=at, on=subjects.service(right.service_id)
    ) as work:
        Right.objects.filter(id=right_id).update(ended_at=at)
        work.record(withdrawn=right.subject)


def _register(
    services: list[Service],
    endpoints: dict[str, tuple[tuple[str, str], ...]],
    *,
    subsystem_id: UUID,
    by: ActorRef,
    at: datetime,
    facts: dict[str, Any],
) -> list[UUID]:
    _check_facts(facts, CHANGEABLE | STATED)
    for service in services:
        service.id = new_id()
        service.subsystem_id, service.registered_at = subsystem_id, at
        for name, value in facts.items():
            setattr(service, name, value)
        _check_new(service)
    subject = subjects.service(services[0].id)
    with transactions.act("exchange.register_service", by=by, at=at, on=subject) as work:
        if not Subsystem.objects.filter(id=subsystem_id, ended_at=None).exists():
            raise NotFound(_("Không có hệ thống này trên trục."))
        Service.objects.bulk_create(services)
        for service in services:
            _add_endpoints(service, endpoints.get(service.code, ()))
        work.record(services=[each.code for each in services])
    return [each.id for each in services]


def _add_endpoints(service: Service, endpoints: Iterable[tuple[str, str]]) -> None:
    Endpoint.objects.bulk_create(
        Endpoint(service=service, method=method, path=path) for method, path in endpoints
    )


def _check_new(service: Service) -> None:
    if service.code in RESERVED:
        raise Invalid(_("Mã dịch vụ %(code)s dành cho trục. Hãy chọn mã khác.") % {"code": service.code})
    if not service.code or any(one in service.code for one in "%:;/\\"):
        raise Invalid(_("Mã dịch vụ không được có dấu phần trăm, hai chấm, chấm phẩy hay gạch chéo."))
    service_facts.check(service)


def _check_facts(facts: dict[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(facts) - known):
        raise TypeError(f"a service has no {', '.join(unknown)}")


def _check_right(kind: SubjectKind, subject: str, method: str, path: str) -> None:
    faults = {}
    if kind is SubjectKind.SUBSYSTEM and not _is_subsystem(subject):
        faults["subject"] = _("Quyền gọi cấp cho hệ thống con, không cấp cho thành viên nói chung.")
    elif not subject.strip():
        faults["subject"] = _("Nhập mã nhóm.")
    if method != "*" and method not in descriptions.VERBS:
        faults["method"] = _("Chọn một phương thức HTTP, hoặc mọi phương thức.")
    if path != "**" and not path.startswith("/"):
        faults["path"] = _("Đường dẫn bắt đầu bằng dấu /, hoặc là ** cho cả dịch vụ.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def _is_subsystem(subject: str) -> bool:
    try:
        return bool(parse_client(subject).subsystem)
    except Fault:
        return False


def _held(service_id: UUID) -> Service:
    service = Service.objects.select_for_update().filter(id=service_id).first()
    if service is None:
        raise NotFound(_("Không có dịch vụ này."))
    return service

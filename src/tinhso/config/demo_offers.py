"""What the demo province offers on the exchange: where a dossier stands, by agreement; who used whose data.

The national service portal of the sandbox asks both. Nothing is agreed yet: its developer (`tinh.phattrien`)
asks, a leader of the province decides (`tinh.lanhdao`), the operator opens (`tinh.quantri`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.exchange.contracts import ContractCheck, Quota, ServiceClass, SubjectKind
from tinhso.exchange.models import Application, Plan, QuotaClass, Service
from tinhso.exchange.operations import applications, plans, quotas, services
from tinhso.exchange.pages.public.tracker import PLACE as LOG_SERVICE
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

OWNER, OFFICE = "ubnd-91", "van-phong"
STATE, LOG = "tinh-trang-ho-so", "theo-doi"
PORTAL, PORTAL_OWNER = "Cổng Dịch vụ công quốc gia (thử)", "Văn phòng Chính phủ (thử)"
USUAL = Quota(per_minute=60, per_day=10_000, parallel=5)
CONDITIONS = """\
1. Chỉ hỏi khi chính chủ hồ sơ yêu cầu, bằng số định danh của người đó.
2. Ghi lý do hỏi bằng lời chủ hồ sơ đọc được; chủ hồ sơ thấy từng lần hỏi.
3. Không lưu câu trả lời quá thời hạn đã ghi trong thỏa thuận, không chuyển cho bên thứ ba.
4. Báo cho tỉnh trong 24 giờ khi nghi lộ dữ liệu hoặc khóa của hệ thống."""


def offer(*, subsystem: UUID, portal: str, site: str, at: datetime) -> None:
    """Register what there is to ask, the portal as a system that may ask, and its developer; safe to repeat.

    `site` is where our own pages answer on this machine, `portal` the identifier of the portal.
    """
    unit = _office(at=at)
    log = _service(
        LOG,
        subsystem=subsystem,
        url=site + LOG_SERVICE,
        title="Nhật ký dùng dữ liệu của một người",
        owner_unit_id=unit,
        legal_basis="Nghị định 278/2025/NĐ-CP",
        personal_fields=["số định danh", "ai đã dùng dữ liệu, khi nào, để làm gì"],
        service_class=ServiceClass.SHARED,
        at=at,
    )
    if not log.rights.filter(subject=portal, ended_at=None).exists():
        services.allow(
            service_id=log.id, kind=SubjectKind.SUBSYSTEM, subject=portal, method="GET", by=SYSTEM, at=at
        )
    state = _service(
        STATE,
        subsystem=subsystem,
        url=site + dossiers.STATE_SERVICE,
        description=dossiers.state_description(),
        owner_unit_id=unit,
        legal_basis="Nghị định 118/2025/NĐ-CP; Nghị định 278/2025/NĐ-CP",
        personal_fields=["số định danh", "mã hồ sơ", "thủ tục", "tình trạng hồ sơ"],
        service_class=ServiceClass.LIMITED,
        contract_check=ContractCheck.ENFORCE,
        at=at,
    )
    if not Plan.objects.filter(service=state).exists():
        _plan(state.id, at=at)
    if not Application.objects.filter(identifier=portal, ended_at=None).exists():
        _application(portal, at=at)


def _office(*, at: datetime) -> UUID:
    """The unit of the province's committee that answers for the data."""
    day = today(at)
    units = directory.units_of(directory.agency(OWNER, day).id, day)
    return next((unit.id for unit in units if unit.code == OFFICE), units[0].id)


def _service(
    code: str, *, subsystem: UUID, url: str, description: str = "", at: datetime, **facts: Any
) -> Service:
    held = Service.objects.filter(subsystem=subsystem, code=code).first()
    if held is None:
        known: dict[str, Any] = {"subsystem_id": subsystem, "code": code, "url": url, "by": SYSTEM, "at": at}
        made = (
            services.register_openapi(**known, description=description, **facts)
            if description
            else services.register_rest(**known, **facts)
        )
        services.enable(service_id=made, by=SYSTEM, at=at)
    elif held.url != url:
        services.change(service_id=held.id, url=url, by=SYSTEM, at=at)
    return Service.objects.get(subsystem=subsystem, code=code)


def _plan(service: UUID, *, at: datetime) -> None:
    day = today(at)
    held = QuotaClass.objects.filter(code="thuong").values_list("id", flat=True).first()
    quota = held or quotas.name_quota("thuong", "Thường", USUAL, since=day, by=SYSTEM, at=at)
    plan = plans.draft(
        service,
        plans.Offer(
            code="co-ban",
            name="Hỏi từng hồ sơ",
            quota_class=quota,
            description="Mỗi lần hỏi một hồ sơ, khi chủ hồ sơ yêu cầu.",
            question="Hệ thống làm sao biết người hỏi chính là chủ hồ sơ?",
            endpoints=(("POST", "/tra-cuu"),),
        ),
        by=SYSTEM,
        at=at,
    )
    plans.publish_conditions(plan, CONDITIONS, by=SYSTEM, at=at)
    plans.publish(plan, by=SYSTEM, at=at)


def _application(portal: str, *, at: datetime) -> None:
    asked = applications.Asked(
        name=PORTAL,
        identifier=portal,
        organisation=PORTAL_OWNER,
        contact_name="Trung tâm vận hành Cổng (thử)",
        contact_email="van-hanh@cong.example",
        contact_phone="18001096",
    )
    made = applications.register(asked, by=SYSTEM, at=at)
    for developer in identity.holders_anywhere(role=identity.Role.DEVELOPER, at=at):
        applications.add_developer(made, developer, by=SYSTEM, at=at)

"""A service with its data owner, an operator, a developer of another system, and a plan: laid for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.support import people
from tinhso.exchange.contracts import AgreementFacts, Quota, ServiceKind, Stop, Validation
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Agreement, Service, Subsystem
from tinhso.exchange.operations import agreements, applications, plans, quotas
from tinhso.exchange.operations.wording import Wish
from tinhso.exchange.queries import standings
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role

AT = people.AT
DAY = today(AT)
CLIENT = "VN-DEMO/COM/VNPT/BHXH"


@dataclass(frozen=True, slots=True)
class Place:
    """Who and what one agreement needs."""

    unit: UUID
    service: UUID
    application: UUID
    quota: UUID
    plan: UUID
    owner: ActorRef
    operator: ActorRef
    developer: ActorRef


def service(unit: UUID | None, *, code: str = "tra-cuu") -> Service:
    """An enabled REST service of a subsystem here."""
    identifier = "VN-DEMO/GOV/H01/TINHSO"
    subsystem, _made = Subsystem.objects.get_or_create(
        identifier=identifier,
        defaults={"member_name": "UBND tỉnh", "name": "Tỉnh Số", "registered_at": AT},
    )
    return Service.objects.create(
        id=new_id(),
        subsystem=subsystem,
        code=code,
        kind=ServiceKind.REST,
        title="Tra cứu hộ tịch",
        url="http://127.0.0.1:9/",
        enabled=True,
        owner_unit_id=unit,
        registered_at=AT,
    )


def asked(name: str = "Bảo hiểm xã hội", identifier: str = CLIENT) -> applications.Asked:
    """An application of an organisation outside."""
    return applications.Asked(
        name=name,
        identifier=identifier,
        contact_name="Vũ Minh",
        contact_email="vu.minh@example.com",
        organisation="Tập đoàn VNPT",
    )


def offer(quota: UUID, *, code: str = "co-ban", validation: Validation = Validation.MANUAL) -> plans.Offer:
    """A plan over the whole service."""
    return plans.Offer(code=code, name="Gói cơ bản", quota_class=quota, validation=validation)


def wish(starts_on: date = DAY, ends_on: date = DAY + timedelta(days=99)) -> Wish:
    """Whole terms."""
    return Wish(
        legal_basis="Nghị định 278/2025/NĐ-CP, Điều 10",
        purpose="Xác minh tình trạng hôn nhân khi chi trả bảo hiểm",
        data_fields=("họ tên", "số định danh", "tình trạng hôn nhân"),
        retention_days=30,
        contact="Vũ Minh, 0912 000 000",
        starts_on=starts_on,
        ends_on=ends_on,
    )


def place(
    *, validation: Validation = Validation.MANUAL, code: str = "tra-cuu", client: str = CLIENT
) -> Place:
    """Everything up to a published plan with its first conditions."""
    unit = people.unit()
    owner = people.officer(Role.LEADER, unit, name="Lê Chủ Dữ Liệu")
    operator = people.officer(Role.ADMINISTRATOR, name="Hồ Vận Hành")
    developer = people.officer(Role.DEVELOPER, name="Vũ Phát Triển")
    offered = service(unit, code=code)
    application = applications.register(asked(identifier=client), by=operator, at=AT)
    assert developer.id
    applications.add_developer(application, developer.id, by=operator, at=AT)
    quota = quotas.name_quota(f"thuong-{code}", "Thường", Quota(60, 10_000, 5), since=DAY, by=operator, at=AT)
    plan = plans.draft(offered.id, offer(quota, validation=validation), by=owner, at=AT)
    plans.publish_conditions(plan, "Chỉ dùng đúng mục đích.", by=owner, at=AT)
    plans.publish(plan, by=owner, at=AT)
    return Place(unit, offered.id, application, quota, plan, owner, operator, developer)


def ask(laid: Place, *, at: datetime = AT, conditions: int = 1) -> UUID:
    """The developer asks."""
    return agreements.ask(
        laid.application, laid.plan, wish(), conditions=conditions, by=laid.developer, at=at
    )


def opened(laid: Place, *, at: datetime = AT) -> UUID:
    """Asked, accepted, opened."""
    id = ask(laid, at=at)
    agreements.accept(id, by=laid.owner, at=at)
    agreements.enable(id, by=laid.operator, at=at)
    return id


def facts(agreement: UUID) -> AgreementFacts:
    """What the guards know of one agreement."""
    return standings.of([agreement])[agreement]


def stopped(agreement: UUID, at: datetime) -> Stop | None:
    """Why nothing passes under an agreement."""
    return standing.stopped(facts(agreement), at)


def row(agreement: UUID) -> Agreement:
    """The agreement as it stands."""
    return Agreement.objects.select_related("terms").get(id=agreement)

"""What crosses the door of the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import NotFound, Unable


class Authentication(StrEnum):
    """How an information system shows who it is (exchange protocol §14.2)."""

    HTTP = "http"
    HTTPS = "https"
    MUTUAL = "mutual"


class ServiceKind(StrEnum):
    """How a service is described and spoken to."""

    REST = "REST"
    OPENAPI = "OPENAPI"
    WSDL = "WSDL"


class ServiceClass(StrEnum):
    """Who may learn what a service gives: open data, shared by law, or by agreement only."""

    OPEN = "open"
    SHARED = "shared"
    LIMITED = "limited"


class BodyLog(StrEnum):
    """What the message log keeps (§11.2); only `full` is evidence, a masked body shows digests alone."""

    FULL = "full"
    MASKED = "masked"
    METADATA = "metadata"
    NONE = "none"


class ContractCheck(StrEnum):
    """What happens to a message that its description does not allow."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


class SubjectKind(StrEnum):
    """Whom an access right names (§7); a member as such is nobody."""

    SUBSYSTEM = "subsystem"
    GLOBAL_GROUP = "global"
    LOCAL_GROUP = "local"


class KeyUse(StrEnum):
    """What a key of the server is for."""

    TLS = "tls"
    SIGNING = "signing"


class KeyKind(StrEnum):
    """What a key of the server is made of (§10.1)."""

    EC = "ec"
    RSA = "rsa"


class PlanStatus(StrEnum):
    """Where an offer stands: being written, open to all, kept for those who have it, over."""

    STAGING = "staging"
    PUBLISHED = "published"
    DEPRECATED = "deprecated"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_PLAN_LABELS[self])


_PLAN_LABELS = {
    PlanStatus.STAGING: _("Đang soạn"),
    PlanStatus.PUBLISHED: _("Đang mở"),
    PlanStatus.DEPRECATED: _("Không nhận thêm"),
    PlanStatus.CLOSED: _("Đã đóng"),
}


class Validation(StrEnum):
    """Who says yes to an application: the plan itself, or the data owner each time."""

    AUTO = "auto"
    MANUAL = "manual"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_VALIDATION_LABELS[self])


_VALIDATION_LABELS = {
    Validation.AUTO: _("Tự động chấp thuận"),
    Validation.MANUAL: _("Chủ dữ liệu duyệt từng lần"),
}


class AgreementStatus(StrEnum):
    """Where an agreement stands. A pause is not a status: each side has its own (`AgreementFacts`)."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_AGREEMENT_LABELS[self])


_AGREEMENT_LABELS = {
    AgreementStatus.PENDING: _("Chờ duyệt"),
    AgreementStatus.ACCEPTED: _("Đã chấp thuận"),
    AgreementStatus.REJECTED: _("Từ chối"),
    AgreementStatus.CLOSED: _("Đã kết thúc"),
}


class Side(StrEnum):
    """Who may hold an agreement still, each by its own word."""

    PROVIDER = "provider"
    CONSUMER = "consumer"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_SIDE_LABELS[self])


_SIDE_LABELS = {
    Side.PROVIDER: _("Bên cung cấp"),
    Side.CONSUMER: _("Bên sử dụng"),
}


@dataclass(frozen=True, slots=True)
class Quota:
    """How much an agreement may ask: per minute, per day (of Hà Nội), and at the same time."""

    per_minute: int
    per_day: int
    parallel: int


@dataclass(frozen=True, slots=True)
class DatedQuota:
    """A quota from `valid_from` until the day before `valid_to` (None: until further notice)."""

    valid_from: date
    valid_to: date | None
    quota: Quota


@dataclass(frozen=True, slots=True)
class ConditionsFacts:
    """A material revision of a plan's general conditions: without acceptance nothing passes from `due_at`."""

    revision: int
    due_at: datetime


class Stop(StrEnum):
    """Why nothing passes under an agreement."""

    NOT_ACCEPTED = "not_accepted"
    NOT_ENABLED = "not_enabled"
    NOT_YET = "not_yet"
    OVER = "over"
    PROVIDER_PAUSED = "provider_paused"
    CONSUMER_PAUSED = "consumer_paused"
    PLAN_CLOSED = "plan_closed"
    CONDITIONS = "conditions"
    NO_QUOTA = "no_quota"

    @property
    def label(self) -> str:
        """What people read."""
        return str(_STOP_LABELS[self])


_STOP_LABELS = {
    Stop.NOT_ACCEPTED: _("chưa được chấp thuận hoặc đã kết thúc"),
    Stop.NOT_ENABLED: _("chưa mở kỹ thuật"),
    Stop.NOT_YET: _("chưa đến ngày bắt đầu"),
    Stop.OVER: _("đã hết hạn"),
    Stop.PROVIDER_PAUSED: _("bên cung cấp tạm dừng"),
    Stop.CONSUMER_PAUSED: _("bên sử dụng tạm dừng"),
    Stop.PLAN_CLOSED: _("gói dịch vụ đã đóng"),
    Stop.CONDITIONS: _("chưa chấp nhận điều kiện sử dụng mới"),
    Stop.NO_QUOTA: _("hạng sử dụng chưa có số lượt cho ngày này"),
}


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """All that decides whether a message passes under an agreement (exchange lessons §4.1).

    `client` is the subsystem's identifier, `service_id` the service of the plan. `revision` is that of the
    terms in force; message log rows keep it. The period is whole days, both included. A pause holds the
    ground it was given, None while that side does not pause; `conditions_accepted` is the newest revision
    the consumer accepted. `enabled` is false until the operator opened it. Every request names one of
    `reason_codes`, where there are any.
    """

    id: UUID
    number: str
    revision: int
    service_id: UUID
    client: str
    status: AgreementStatus
    enabled: bool
    starts_on: date
    ends_on: date
    plan_status: PlanStatus
    conditions_accepted: int
    conditions: tuple[ConditionsFacts, ...]
    provider_paused: str | None
    consumer_paused: str | None
    quotas: tuple[DatedQuota, ...]
    log_mode: BodyLog
    purpose: str
    reason_codes: frozenset[str]

    def quota(self, day: date) -> Quota | None:
        """What may be asked on that day; None when its class has no numbers for it."""
        for one in self.quotas:
            if one.valid_from <= day and (one.valid_to is None or day < one.valid_to):
                return one.quota
        return None


@dataclass(frozen=True, slots=True)
class MaintenanceFacts:
    """A window told ahead in which a service (None: all) may not answer; callers read its `reason`."""

    service_id: UUID | None
    begins_at: datetime
    ends_at: datetime
    reason: str


class NoSuchAgreement(NotFound):
    """No such agreement, plan, application or notice, or it is not this officer's to see."""

    code = "no-such-agreement"


class CannotChange(Unable):
    """What was asked does not follow from where the agreement or plan stands."""

    code = "cannot-change-agreement"


class DependencyKind(StrEnum):
    """What kind of system exchange depends on."""

    DIRECTORY = "directory"
    OCSP = "ocsp"
    STAMPING = "stamping"
    PEER = "peer"
    GATEWAY = "gateway"
    REGISTER = "register"


class Cause(StrEnum):
    """Why a dependency does not serve; each has its remedy in `diagnosing.remedies`."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    ANSWERED_WRONG = "answered_wrong"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    STALE = "stale"
    REVOKED = "revoked"
    CLOCK = "clock"
    UNCONFIGURED = "unconfigured"

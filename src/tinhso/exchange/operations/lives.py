"""Where plans and agreements may go from where they stand (exchange lessons §4.1); triggers hold the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tinhso.exchange.contracts import AgreementStatus, PlanStatus

PLANS: Mapping[PlanStatus, frozenset[PlanStatus]] = {
    PlanStatus.STAGING: frozenset({PlanStatus.PUBLISHED, PlanStatus.CLOSED}),
    PlanStatus.PUBLISHED: frozenset({PlanStatus.DEPRECATED, PlanStatus.CLOSED}),
    PlanStatus.DEPRECATED: frozenset({PlanStatus.CLOSED}),
    PlanStatus.CLOSED: frozenset(),
}

AGREEMENTS: Mapping[AgreementStatus, frozenset[AgreementStatus]] = {
    AgreementStatus.PENDING: frozenset(
        {AgreementStatus.ACCEPTED, AgreementStatus.REJECTED, AgreementStatus.CLOSED}
    ),
    AgreementStatus.ACCEPTED: frozenset({AgreementStatus.CLOSED}),
    AgreementStatus.REJECTED: frozenset(),
    AgreementStatus.CLOSED: frozenset(),
}


class Step(StrEnum):
    """What happened to an agreement."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ENABLED = "enabled"
    PAUSED_BY_PROVIDER = "paused_by_provider"
    RESUMED_BY_PROVIDER = "resumed_by_provider"
    PAUSED_BY_CONSUMER = "paused_by_consumer"
    RESUMED_BY_CONSUMER = "resumed_by_consumer"
    CONDITIONS_ACCEPTED = "conditions_accepted"
    CONDITIONS_LAPSED = "conditions_lapsed"
    TERMS_ASKED = "terms_asked"
    TERMS_ACCEPTED = "terms_accepted"
    TERMS_REFUSED = "terms_refused"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people read in the history."""
        return str(_LABELS[self])


_LABELS = {
    Step.ASKED: _("Đề nghị kết nối"),
    Step.ACCEPTED: _("Chấp thuận"),
    Step.REJECTED: _("Từ chối"),
    Step.ENABLED: _("Mở kỹ thuật"),
    Step.PAUSED_BY_PROVIDER: _("Bên cung cấp tạm dừng"),
    Step.RESUMED_BY_PROVIDER: _("Bên cung cấp mở lại"),
    Step.PAUSED_BY_CONSUMER: _("Bên sử dụng tạm dừng"),
    Step.RESUMED_BY_CONSUMER: _("Bên sử dụng mở lại"),
    Step.CONDITIONS_ACCEPTED: _("Chấp nhận điều kiện sử dụng"),
    Step.CONDITIONS_LAPSED: _("Dừng vì chưa chấp nhận điều kiện mới"),
    Step.TERMS_ASKED: _("Đề nghị gia hạn, đổi nội dung"),
    Step.TERMS_ACCEPTED: _("Chấp thuận gia hạn, nội dung mới"),
    Step.TERMS_REFUSED: _("Từ chối gia hạn, nội dung mới"),
    Step.CLOSED: _("Kết thúc"),
}

"""Kinds and levels of the catalogue as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.procedures.contracts import AgencyLevel, ApplicantKind, ChannelKind, OnlineLevel

APPLICANTS: Mapping[str, str | Promise] = {
    ApplicantKind.CITIZEN: gettext_lazy("Công dân Việt Nam"),
    ApplicantKind.OVERSEAS: gettext_lazy("Người Việt Nam định cư ở nước ngoài"),
    ApplicantKind.FOREIGNER: gettext_lazy("Người nước ngoài"),
    ApplicantKind.OFFICIAL: gettext_lazy("Cán bộ, công chức, viên chức"),
    ApplicantKind.HOUSEHOLD_BUSINESS: gettext_lazy("Hộ kinh doanh"),
    ApplicantKind.ENTERPRISE: gettext_lazy("Doanh nghiệp"),
    ApplicantKind.FOREIGN_INVESTED: gettext_lazy("Doanh nghiệp có vốn đầu tư nước ngoài"),
    ApplicantKind.COOPERATIVE: gettext_lazy("Hợp tác xã"),
    ApplicantKind.ORGANISATION: gettext_lazy("Tổ chức khác"),
    ApplicantKind.FOREIGN_ORGANISATION: gettext_lazy("Tổ chức nước ngoài"),
}


def applicant(kind: ApplicantKind) -> str:
    """A kind of applicant as people say it."""
    return str(APPLICANTS[kind])


def channel(kind: ChannelKind) -> str:
    """A way of filing as people say it."""
    return {
        ChannelKind.ONLINE: _("Trên mạng"),
        ChannelKind.COUNTER: _("Tại quầy"),
        ChannelKind.POST: _("Qua bưu chính"),
    }[kind]


def level(kind: AgencyLevel) -> str:
    """The level people go to."""
    return {
        AgencyLevel.COMMUNE: _("Xã, phường, đặc khu"),
        AgencyLevel.PROVINCE: _("Tỉnh"),
        AgencyLevel.MINISTRY: _("Bộ, ngành"),
        AgencyLevel.OTHER: _("Cơ quan khác"),
    }[kind]


def online(kind: OnlineLevel) -> str:
    """How much is done online, in plain words."""
    return {
        OnlineLevel.FULL: _("Làm trọn trên mạng"),
        OnlineLevel.PARTIAL: _("Làm một phần trên mạng"),
        OnlineLevel.INFORMATION: _("Làm tại quầy"),
    }[kind]

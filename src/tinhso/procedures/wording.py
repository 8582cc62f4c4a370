"""Kinds and levels of the catalogue as people say them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.procedures.contracts import AgencyLevel, ApplicantKind, ChannelKind, OnlineLevel


def applicant(kind: ApplicantKind) -> str:
    """A kind of applicant as people say it."""
    return {
        ApplicantKind.CITIZEN: _("Công dân Việt Nam"),
        ApplicantKind.OVERSEAS: _("Người Việt Nam định cư ở nước ngoài"),
        ApplicantKind.FOREIGNER: _("Người nước ngoài"),
        ApplicantKind.OFFICIAL: _("Cán bộ, công chức, viên chức"),
        ApplicantKind.HOUSEHOLD_BUSINESS: _("Hộ kinh doanh"),
        ApplicantKind.ENTERPRISE: _("Doanh nghiệp"),
        ApplicantKind.FOREIGN_INVESTED: _("Doanh nghiệp có vốn đầu tư nước ngoài"),
        ApplicantKind.COOPERATIVE: _("Hợp tác xã"),
        ApplicantKind.ORGANISATION: _("Tổ chức khác"),
        ApplicantKind.FOREIGN_ORGANISATION: _("Tổ chức nước ngoài"),
    }[kind]


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

"""Small descriptions of procedures for tests."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api
from tinhso.procedures.api import (
    Agencies,
    AgencyLevel,
    ApplicantKind,
    Channel,
    ChannelKind,
    Content,
    Fee,
    FeeKind,
    LegalBasis,
    OnlineLevel,
    PaperAsked,
    ResultGiven,
    Term,
    Unit,
)

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)

CONTENT = Content(
    name="Thủ tục đăng ký khai sinh",
    short_name="Đăng ký khai sinh",
    sector="Hộ tịch",
    summary="Ghi vào sổ hộ tịch việc một em bé ra đời.",
    levels=(AgencyLevel.COMMUNE,),
    agency_level=AgencyLevel.COMMUNE,
    applicant_kinds=(ApplicantKind.CITIZEN,),
    agencies=Agencies(implementing="Ủy ban nhân dân cấp xã"),
    online_level=OnlineLevel.FULL,
    words=("làm khai sinh", "giấy khai sinh cho con"),
    term=Term(8, Unit.HOUR),
    steps=("Nộp tờ khai.", "Nhận giấy khai sinh."),
    channels=(Channel(kind=ChannelKind.COUNTER, term=Term(8, Unit.HOUR)),),
    papers=(
        PaperAsked(code="giay-chung-sinh", name="Giấy chứng sinh", originals=1),
        PaperAsked(
            code="uy-quyen", name="Văn bản ủy quyền", originals=1, required=False, case="Nhờ người khác"
        ),
    ),
    fees=(Fee(code="le-phi", kind=FeeKind.CHARGE, name="Lệ phí hộ tịch", amount=0),),
    legal_bases=(LegalBasis(number="60/2014/QH13", title="Luật Hộ tịch"),),
    results=(ResultGiven(name="Giấy khai sinh"),),
)


def content(**changes: Any) -> Content:
    """A complete description with changes."""
    return dataclasses.replace(CONTENT, **changes)


def published(code: str = "1.001193", *, since: date = TODAY, **changes: Any) -> UUID:
    """A published version of a procedure; returns its id."""
    version = api.draft(code=code, content=content(**changes), by=SYSTEM, at=AT)
    api.publish(version_id=version, effective_from=since, by=SYSTEM, at=AT)
    return version

"""Vaults of the demo's people: papers that hold, one that is over, own uploads, uses and a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.foundation import files, paper
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.vault.contracts import Source
from tinhso.vault.models import Document
from tinhso.vault.operations.documents import keep, revoke
from tinhso.vault.operations.shares import share
from tinhso.vault.operations.uses import lend


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper of the demo."""

    kind: str
    title: str
    issuer: str = ""
    number: str = ""
    source: Source = Source.ISSUED
    issued_on: date | None = None
    days_left: int | None = None
    lines: tuple[str, ...] = field(default=())


_BIEN = (
    _Paper(
        "giay-chung-nhan-ket-hon",
        "Giấy chứng nhận kết hôn",
        "UBND phường Rạch Giá",
        "114/2004",
        Source.DIGITISED,
        date(2004, 6, 18),
    ),
    _Paper(
        "giay-to-dat",
        "Giấy chứng nhận quyền sử dụng đất",
        "Sở Nông nghiệp và Môi trường",
        "CS 04512",
        Source.DIGITISED,
        date(2019, 3, 4),
    ),
    _Paper(
        "xac-nhan-tinh-trang-hon-nhan",
        "Giấy xác nhận tình trạng hôn nhân",
        "UBND phường Rạch Giá",
        "88/UBND-XNTTHN",
        issued_on=date(2025, 9, 1),
        days_left=-30,
    ),
    _Paper(
        "xac-nhan-cu-tru", "Giấy xác nhận nơi ở", "UBND phường Rạch Giá", "215/XN", issued_on=date(2026, 2, 9)
    ),
    _Paper("giay-chung-sinh", "Giấy chứng sinh của con gái út", source=Source.UPLOADED),
)
_HAN = (
    _Paper(
        "giay-khai-sinh", "Giấy khai sinh", "UBND phường Long Xuyên", "77/1998", issued_on=date(1998, 8, 3)
    ),
    _Paper("van-bang", "Bằng tốt nghiệp đại học", source=Source.UPLOADED),
)
_SAU = (
    _Paper(
        "xac-nhan-ho-ngheo",
        "Giấy xác nhận hộ cận nghèo",
        "UBND xã Gò Quao",
        "12/GXN",
        issued_on=date(2026, 1, 5),
        days_left=300,
    ),
)
_HELD = {"091078004512": _BIEN, "089198007231": _HAN, "091049001187": _SAU}  # persons of the demo
_REVOKED = "Giấy xác nhận nơi ở"
_GROUND = "Ghi sai nơi ở, đã cấp lại. Quyết định 31/QĐ-UBND ngày 02/03/2026"


def load(*, at: datetime) -> None:
    """Give each of the demo's people some documents. Safe to repeat: the same bytes are kept once."""
    for number, papers in _HELD.items():
        person = identity.find_person(number)
        if person is None or Document.objects.filter(owner_id=person).exists():
            continue
        owner = OwnerRef("person", person)
        ids = {each.title: _keep(each, owner, at=at) for each in papers}
        _happened(owner, ActorRef(ActorKind.PERSON, person, identity.names([person])[person]), ids, at=at)


def _keep(each: _Paper, owner: OwnerRef, *, at: datetime) -> UUID:
    data: dict[str, Any] = {
        "title": each.title,
        "agency": each.issuer or "Bản chụp của người dân",
        "kind": each.title,
        "number": each.number,
        "body": [f"{each.title}. Dữ liệu trình diễn, không có giá trị sử dụng.", *each.lines],
    }
    stored = files.keep(
        paper.render(template="decision", data=data), name=f"{each.title}.pdf", by=SYSTEM, at=at
    )
    day = today(at)
    return keep(
        owner=owner,
        file_id=stored.id,
        sha256=stored.sha256,
        kind=each.kind,
        title=each.title,
        issuer=each.issuer,
        number=each.number,
        source=each.source,
        issued_on=each.issued_on,
        valid_from=each.issued_on,
        valid_to=None if each.days_left is None else day + timedelta(days=each.days_left),
        at=at - timedelta(days=40),
    )


def _happened(owner: OwnerRef, person: ActorRef, ids: dict[str, UUID], *, at: datetime) -> None:
    """Uses, a revocation and a link, so that the pages have something to tell."""
    with transaction.atomic():
        for number, (title, id) in enumerate(ids.items()):
            if number == 0:
                lend([id], owner=owner, why="Nộp hồ sơ: Đăng ký hộ kinh doanh", by=person, at=at)
                share(
                    document_id=id,
                    owner=owner,
                    purpose="Ngân hàng xem để vay vốn",
                    days=7,
                    most=5,
                    by=person,
                    at=at,
                )
            if title == _REVOKED:
                revoke(document_id=id, ground=_GROUND, by=SYSTEM, at=at)

"""Certified copies of the demo: with the sandbox's help one that is sealed; without it one that waits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tinhso.certification.contracts import Original
from tinhso.certification.models import CertifiedCopy
from tinhso.certification.operations import preparing, signing
from tinhso.certification.permissions import PREPARE, SIGN
from tinhso.foundation import files, paper
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity

REQUESTER = "091078004512"  # a person of the demo
PREPARER, SIGNER = "rachgia.tiepnhan", "rachgia.lanhdao"
ORIGINALS = (
    Original(
        kind="van-bang",
        title="Bằng tốt nghiệp trung học phổ thông",
        number="A 0458817",
        issuer="Sở Giáo dục và Đào tạo Kiên Giang",
        issued_on=date(1996, 8, 1),
    ),
    Original(
        kind="giay-khai-sinh",
        title="Giấy khai sinh của con",
        number="205/2008",
        issuer="UBND phường Vĩnh Thanh Vân",
        issued_on=date(2008, 5, 20),
    ),
)


def load(*, at: datetime) -> None:
    """Lay out two copies that wait for the leader of Rạch Giá. Safe to repeat."""
    owner = identity.find_person(REQUESTER)
    preparer = _officer(PREPARER, PREPARE, at=at)
    signer = identity.by_login(SIGNER, at)
    if owner is None or preparer is None or signer is None:
        return
    for original in ORIGINALS:
        if CertifiedCopy.objects.filter(owner_id=owner, title=original.title).exists():
            continue
        content = paper.render(
            template="decision",
            data={
                "title": original.title,
                "agency": original.issuer,
                "kind": original.title,
                "number": original.number,
                "body": ["Bản chính của dữ liệu trình diễn, không có giá trị sử dụng."],
            },
        )
        scan = files.keep(content, name="ban-quet.pdf", by=preparer, at=at)
        preparing.prepare(
            owner=OwnerRef("person", owner),
            original=original,
            scans=[scan.id],
            seen=True,
            signer=signer.id,
            by=preparer,
            at=at,
        )


def finish(*, at: datetime) -> None:
    """Sign and seal the first of them, as its leader would, when the sandbox confirms by itself."""
    row = CertifiedCopy.objects.filter(title=ORIGINALS[0].title, state="drafted").first()
    leader = _officer(SIGNER, SIGN, at=at)
    if row is None or leader is None:
        return
    _seal(row.id, leader, at=at)


def _seal(copy_id: UUID, leader: ActorRef, *, at: datetime) -> None:
    try:
        signing.ask(copy_id=copy_id, by=leader, at=at)
        if signing.collect(copy_id=copy_id, by=leader, at=at):
            signing.seal(copy_id=copy_id, by=leader, at=at)
    except Unable:
        return


def _officer(login: str, act: str, *, at: datetime) -> ActorRef | None:
    found = identity.by_login(login, at)
    if found is None:
        return None
    return identity.acting_as(ActorRef(ActorKind.OFFICER, found.id, found.full_name), act, None, at)

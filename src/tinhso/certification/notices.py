"""What owners are told of their certified copies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from tinhso.certification.models import CertifiedCopy
from tinhso.certification.queries.copies import subject_of
from tinhso.identity import api as identity
from tinhso.notify import api as notify

DELIVERED = notify.declare(
    "certification.delivered",
    subject=_("Bản sao chứng thực đã vào kho giấy tờ"),
    body=_(
        "Bản sao chứng thực “%(title)s” đã ký, đóng dấu và vào kho giấy tờ của ông/bà."
        " Lần sau nộp hồ sơ, ông/bà dùng lại bản này, không cần mang bản chính."
    ),
    sms=_("Bản sao chứng thực đã vào kho giấy tờ của ông/bà."),
    kind=notify.RESULTS,
)
REVOKED = notify.declare(
    "certification.revoked",
    subject=_("Một bản sao chứng thực đã bị thu hồi"),
    body=_("Bản sao chứng thực “%(title)s” không còn giá trị. Lý do: %(ground)s"),
    sms=_("Một bản sao chứng thực trong kho giấy tờ của ông/bà đã bị thu hồi."),
    kind=notify.RESULTS,
)


def delivered(copy: CertifiedCopy, *, at: datetime, by: UUID | None) -> None:
    """Tell the owner that the copy is in the vault."""
    _tell(copy, DELIVERED, {"title": copy.title}, at=at, by=by)


def revoked(copy: CertifiedCopy, *, at: datetime, by: UUID | None) -> None:
    """Tell the owner that the copy holds no more, and why."""
    _tell(copy, REVOKED, {"title": copy.title, "ground": copy.ended_because}, at=at, by=by)


def _tell(
    copy: CertifiedCopy, template: str, facts: dict[str, str], *, at: datetime, by: UUID | None
) -> None:
    known = identity.persons([copy.owner_id]).get(copy.owner_id)
    if known is None or known.erased:
        return
    notify.send(
        to=notify.Recipient(
            name=known.full_name, kind="person", id=known.id, email=known.email, phone=known.phone
        ),
        template=template,
        facts=facts,
        about=subject_of(copy),
        link=f"/cua-toi/giay-to/{copy.document}/",
        at=at,
        by=by,
    )

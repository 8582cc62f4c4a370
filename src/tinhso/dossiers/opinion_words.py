"""What officers are told of opinions, hand-overs and phases between agencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from tinhso.directory import api as directory
from tinhso.dossiers.models import Dossier, Opinion
from tinhso.dossiers.notices import said
from tinhso.dossiers.turning import subject_of
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.notify import api as notify

ASKED = notify.declare(
    "dossiers.alarm_opinion_asked",
    subject=_("%(asker)s xin ý kiến về hồ sơ %(code)s"),
    body=_("Trả lời trước %(due)s. Bấm vào liên kết để xem câu hỏi và giấy tờ."),
    kind=notify.DUE,
)
ANSWERED = notify.declare(
    "dossiers.alarm_opinion_answered",
    subject=_("%(agency)s đã trả lời về hồ sơ %(code)s"),
    body=_("Bấm vào liên kết để đọc ý kiến."),
    kind=notify.DUE,
)
OPINION_LATE = notify.declare(
    "dossiers.alarm_opinion_late",
    subject=_("Quá hạn cho ý kiến về hồ sơ %(code)s"),
    body=_("%(agency)s lẽ ra phải trả lời trước %(due)s."),
    kind=notify.OVERDUE,
)
TRANSFER_LATE = notify.declare(
    "dossiers.alarm_transfer_late",
    subject=_("Hồ sơ %(code)s chưa được xác nhận bàn giao"),
    body=_("%(agency)s lẽ ra phải xác nhận đã nhận trước %(due)s."),
    kind=notify.OVERDUE,
)
PHASE_LATE = notify.declare(
    "dossiers.alarm_phase_late",
    subject=_("Hồ sơ %(code)s quá hạn ở cơ quan"),
    body=_("Phần của %(agency)s lẽ ra phải xong trước %(due)s."),
    kind=notify.OVERDUE,
)
HANDS = (identity.Role.SPECIALIST, identity.Role.LEADER)


def asked(opinions: Sequence[Opinion], *, dossier: Dossier, asker: UUID, at: datetime) -> None:
    """Tell the officers of each agency's unit that their opinion is asked for."""
    name = directory.names([asker])[asker]
    for opinion in opinions:
        officers = identity.holders(role=identity.Role.SPECIALIST, unit=opinion.unit_id, at=at)
        facts = {"asker": name, "code": dossier.code, "due": said(opinion.due_at)}
        tell(officers, ASKED, facts, dossier=dossier, link=f"/can-bo/y-kien/{opinion.id}/", at=at)


def answered(opinion: Opinion, *, dossier: Dossier, agency: str, at: datetime) -> None:
    """Tell who has the dossier, or who asked, that an answer came."""
    officer = dossier.holder or opinion.request.asked_by
    facts = {"agency": agency, "code": dossier.code}
    officers = [officer] if officer else []
    tell(officers, ANSWERED, facts, dossier=dossier, link=f"/can-bo/ho-so/{dossier.code}/", at=at)


def late(
    template: str, *, dossier: Dossier, agency_id: UUID, due_at: datetime, link: str, at: datetime
) -> None:
    """Tell the agency that is late, its supervisors and who has the dossier."""
    units = [unit.id for unit in directory.units_of(agency_id, today(at))]
    officers: list[UUID] = [*identity.holders(role=identity.Role.SUPERVISOR, unit=units, at=at)]
    for role in HANDS:
        officers += identity.holders(role=role, unit=units, at=at)
    if dossier.holder:
        officers.append(dossier.holder)
    name = directory.names([agency_id])[agency_id]
    facts = {"agency": name, "code": dossier.code, "due": said(due_at)}
    tell(dict.fromkeys(officers), template, facts, dossier=dossier, link=link, at=at)


def tell(
    officers: Iterable[UUID],
    template: str,
    facts: Mapping[str, object],
    *,
    dossier: Dossier,
    link: str,
    at: datetime,
) -> None:
    """Send one notice to several officers."""
    names = identity.names(list(officers))
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=template,
                facts=facts,
                about=subject_of(dossier),
                link=link,
            )
            for officer, name in names.items()
        ],
        at=at,
    )

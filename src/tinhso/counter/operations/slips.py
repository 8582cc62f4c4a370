"""Paper mode: slips printed in advance, and what was taken in on them entered later."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.counter.contracts import LateReason, NoSuchOffice, SlipState
from tinhso.counter.models import Office, Slip
from tinhso.counter.subjects import of_office
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import legal, numbering, transactions, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef

MOST = 100
SERIES = "slip"
NUMBER = re.compile(r"(?:pg)?-?(\d{4})-?0*(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Late:
    """What a paper slip says: its number, when the papers were handed over (UTC), and why on paper."""

    number: str
    received_at: datetime
    reason: LateReason
    words: str = ""


def print_slips(*, office_id: UUID, count: int, by: ActorRef, at: datetime) -> tuple[Slip, ...]:
    """Number new blank slips for printing. Raises Invalid for a count out of 1 to 100, NotAllowed."""
    if not 1 <= count <= MOST:
        sentence = _("Hãy nhập số phiếu từ 1 đến %(most)d.") % {"most": MOST}
        raise Invalid(sentence, faults={"count": sentence})
    office = _office(office_id)
    year = today(at).year
    with transactions.act("counter.print_slips", by=by, at=at, on=of_office(office)) as work:
        made = []
        for _each in range(count):
            seq = numbering.take(scope=f"{SERIES}:{office.id}", period=str(year))
            made.append(
                Slip(id=new_id(), office=office, year=year, seq=seq, printed_at=at, printed_by=by.name)
            )
        Slip.objects.bulk_create(made)
        work.record(first=str(made[0]), last=str(made[-1]))
    return tuple(made)


def spoil(*, slip_id: UUID, because: str, by: ActorRef, at: datetime) -> None:
    """Strike a blank slip that was torn, lost or miswritten; its number stays in the book with the reason."""
    if not because.strip():
        sentence = _("Hãy ghi vì sao huỷ phiếu.")
        raise Invalid(sentence, faults={"because": sentence})
    found = Slip.objects.select_related("office").filter(id=slip_id).first()
    if found is None:
        raise NoSuchOffice(_("Không có phiếu này."))
    with transactions.act("counter.spoil_slip", by=by, at=at, on=of_office(found.office)) as work:
        slip = _blank(Slip.objects.select_for_update().get(id=slip_id))
        slip.state, slip.words = SlipState.SPOILT.value, because.strip()
        slip.entered_at, slip.entered_by = at, by.name
        slip.save()
        work.record(slip=str(slip), because=slip.words)


def enter(
    given: dossiers.Submission, late: Late, *, office_id: UUID, by: ActorRef, at: datetime
) -> dossiers.Taken:
    """Enter what was taken in on a slip: number and promise go by when it was really handed over.

    The history keeps when it was entered, by whom and why. Raises Invalid with faults `phieu-so`,
    `phieu-gio`, `phieu-loi`, NotAllowed, and what `dossiers.take_in` raises.
    """
    office = _office(office_id)
    with transactions.act("counter.enter_late", by=by, at=at, on=of_office(office)) as work:
        slip = _slip(late.number, office=office)
        if slip.state == SlipState.USED.value:
            return _again(given, late, slip, by=by, at=at)
        _blank(slip)
        _check(late, slip, agency_id=given.agency_id, at=at)
        taken = dossiers.take_in(
            replace(given, received_at=late.received_at), by=by, at=at, note=_note(slip, late)
        )
        slip.state, slip.dossier_id, slip.received_at = SlipState.USED.value, taken.filed.id, late.received_at
        slip.entered_at, slip.entered_by = at, by.name
        slip.reason, slip.words = late.reason.value, late.words.strip()
        slip.save()
        work.record(slip=str(slip), dossier=taken.filed.code, received=late.received_at.isoformat())
    return taken


def dossier_of(number: str, *, office: Office) -> UUID | None:
    """The dossier that came in on this slip of the office, if the number is one and was entered."""
    found = NUMBER.fullmatch("".join(number.split()))
    if found is None:
        return None
    rows = Slip.objects.filter(office=office, year=int(found[1]), seq=int(found[2]))
    return rows.values_list("dossier_id", flat=True).first()


def _again(
    given: dossiers.Submission, late: Late, slip: Slip, *, by: ActorRef, at: datetime
) -> dossiers.Taken:
    """The first answer to a sheet that was sent twice. Raises Invalid when it is another sheet."""
    taken = dossiers.take_in(
        replace(given, received_at=slip.received_at), by=by, at=at, note=_note(slip, late)
    )
    if taken.filed.id != slip.dossier_id:
        _blank(slip)
    return taken


def _note(slip: Slip, late: Late) -> str:
    said = _("Nhận bằng phiếu giấy %(slip)s lúc %(at)s, nhập sau vì: %(reason)s.") % {
        "slip": str(slip),
        "at": f"{local(late.received_at):%H:%M %d/%m/%Y}",
        "reason": late.reason.label,
    }
    return f"{said} {late.words.strip()}".strip()


def _check(late: Late, slip: Slip, *, agency_id: UUID, at: datetime) -> None:
    """Whether the time can be: after printing, not to come, on a working day, and not too long ago."""
    calendar = directory.working_calendar(agency_id, today(late.received_at))
    days = legal.integer("late_entry_days", on=today(late.received_at))
    until = worktime.promise(
        start=late.received_at, term=worktime.Term(days, worktime.Unit.WORKING_DAY), calendar=calendar
    ).due_at
    faults: dict[str, str] = {}
    if late.received_at > at:
        faults["phieu-gio"] = _("Giờ nhận hồ sơ phải là lúc này hoặc trước lúc này.")
    elif late.received_at < slip.printed_at:
        faults["phieu-gio"] = _("Phiếu này in lúc %(at)s. Giờ nhận hồ sơ phải sau lúc in phiếu.") % {
            "at": f"{local(slip.printed_at):%H:%M %d/%m/%Y}"
        }
    elif not calendar.works_on(today(late.received_at)):
        faults["phieu-gio"] = _("Ngày này cơ quan không làm việc. Hãy xem lại ngày ghi trên phiếu.")
    elif at > until:
        faults["phieu-gio"] = _(
            "Đã quá %(days)d ngày làm việc kể từ lúc nhận nên không nhập theo giờ cũ được. "
            "Hãy huỷ phiếu có ghi lý do và tiếp nhận như hồ sơ mới."
        ) % {"days": days}
    if late.reason is LateReason.OTHER and not late.words.strip():
        faults["phieu-loi"] = _("Hãy ghi vì sao phải nhận bằng phiếu giấy.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def _slip(number: str, *, office: Office) -> Slip:
    found = NUMBER.fullmatch("".join(number.split()))
    row = (
        Slip.objects.select_for_update().filter(office=office, year=int(found[1]), seq=int(found[2])).first()
        if found
        else None
    )
    if row is None:
        sentence = _("Không có phiếu số này của bộ phận. Ví dụ: PG-2026-0012, in ở góc phiếu.")
        raise Invalid(sentence, faults={"phieu-so": sentence})
    return row


def _blank(slip: Slip) -> Slip:
    if slip.state != SlipState.BLANK.value:
        sentence = _("Phiếu %(slip)s đã nhập hoặc đã huỷ. Hãy xem lại số phiếu.") % {"slip": str(slip)}
        raise Invalid(sentence, faults={"phieu-so": sentence})
    return slip


def _office(office_id: UUID) -> Office:
    found = Office.objects.filter(id=office_id).first()
    if found is None:
        raise NoSuchOffice(_("Không có bộ phận này."))
    return found

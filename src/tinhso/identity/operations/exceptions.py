"""Giving and ending inspections; opening a subject in an emergency before a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import moments, transactions
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import limits
from tinhso.identity.authorisation.holding import agencies_of, held
from tinhso.identity.authorisation.judging import can
from tinhso.identity.authorisation.witnesses import may_witness, watchers
from tinhso.identity.contracts import Role
from tinhso.identity.messenger import tell
from tinhso.identity.models import Inspection, Opening, Post
from tinhso.identity.operations.looks import look

SHORTEST_REASON = 10


def give_inspection(
    *,
    officer_id: UUID,
    agency_id: UUID,
    decision: str,
    about: str = "",
    valid_from: date,
    valid_to: date,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Let an inspector read an agency's dossiers by a decision, until the day before `valid_to`.

    Raises Invalid without a decision, for a period without days, for oneself, and for who is no inspector.
    """
    decision = decision.strip()
    faults = {}
    if not decision:
        faults["decision"] = _("Hãy ghi số quyết định thanh tra. Ví dụ: 12/QĐ-TTr.")
    if valid_to <= valid_from:
        faults["valid_to"] = _("Ngày kết thúc phải sau ngày bắt đầu.")
    if officer_id == by.id:
        faults["login"] = _("Không ai tự giao thanh tra cho mình. Hãy nhờ quản trị khác.")
    elif not Post.objects.filter(officer_id=officer_id, role=Role.INSPECTOR).exists():
        faults["login"] = _("Cán bộ này không giữ vai trò thanh tra.")
    if faults:
        raise Invalid(_("Chưa giao được. Hãy sửa các mục được nêu."), faults=faults)
    row = Inspection(
        id=new_id(),
        officer_id=officer_id,
        agency_id=agency_id,
        decision=decision,
        about=about.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        given_by=by.id,
        given_at=at,
    )
    with transactions.act("identity.give_inspection", by=by, at=at, on=_officer(officer_id)) as work:
        row.save(force_insert=True)
        work.record(decision=decision, agency=str(agency_id), valid_from=valid_from, valid_to=valid_to)
    return row.id


def end_inspection(*, inspection_id: UUID, by: ActorRef, at: datetime) -> None:
    """End an inspection from tomorrow on; one that has not begun never begins. Raises NotFound."""
    day = moments.today(at)
    row = Inspection.objects.filter(id=inspection_id, valid_to__gt=day).first()
    if row is None:
        raise NotFound(_("Cuộc thanh tra này đã kết thúc."))
    with transactions.act("identity.give_inspection", by=by, at=at, on=_officer(row.officer_id)) as work:
        if row.valid_from >= day:
            row.delete()
        else:
            Inspection.objects.filter(id=row.id).update(valid_to=day)
        work.record(ended=str(inspection_id), decision=row.decision)


@dataclass(frozen=True, slots=True)
class ToOpen:
    """What is opened: the subject, what people call it, where it stands, and whose data it is."""

    subject: SubjectRef
    label: str
    link: str


def open_in_emergency(wanted: ToOpen, *, reason: str, by: ActorRef, at: datetime) -> bool:
    """Open a subject for the dated number of minutes; False while it waits for a second person's yes.

    Officers of the agency open at once and the second person is alarmed; administrators wait for the yes
    (Luật 91/2025/QH15: look only on purpose). The person whose data it is reads the reason. Raises Invalid
    without a reason, or when there is no second person to alarm; NotAllowed.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            _("Hãy ghi rõ lý do: người dân và người chứng kiến sẽ đọc."),
            faults={"reason": _("Hãy ghi rõ lý do mở khẩn, ít nhất một câu.")},
        )
    at_once = can(by, "identity.open_in_emergency", wanted.subject, at)
    act = "identity.open_in_emergency" if at_once else "identity.ask_to_open"
    with transactions.act(act, by=by, at=at, on=wanted.subject, purpose=reason) as work:
        agency = next(iter(sorted(agencies_of(wanted.subject.units))))
        seconds = _second_persons(agency, besides=by.id, at=at)
        if not seconds:
            raise Invalid(_("Chưa có người thứ hai để báo nên chưa mở được. Hãy gọi lãnh đạo cơ quan."))
        owner = wanted.subject.owner
        row = Opening.objects.create(
            officer_id=by.id,
            agency_id=agency,
            subject_kind=wanted.subject.kind,
            subject_id=wanted.subject.id,
            label=wanted.label,
            link=wanted.link,
            person_id=owner.id if owner and owner.kind == "person" else None,
            reason=reason,
            asked_at=at,
        )
        facts = {"label": wanted.label, "officer": by.name, "reason": reason}
        for second in seconds:
            tell(to=second, template="identity.second_person", facts=facts, by=by, at=at)
        if at_once:
            _open(row, by=by, at=at)
        work.record(opening=str(row.id), label=wanted.label, at_once=at_once)
    return at_once


def witness(*, opening_id: UUID, agree: bool, by: ActorRef, at: datetime) -> None:
    """The second person's word: yes opens what waits, no ends what is open.

    Raises Invalid, also for a yes after the minutes that an opening lasts; NotAllowed, also for an
    administrator while somebody watches over the agency, and for who does so only for the one who opens.
    """
    row = _standing(opening_id)
    on = SubjectRef("opening", row.id, units=_units(row.agency_id, at))
    with transactions.act("identity.witness", by=by, at=at, on=on) as work:
        row = _standing(opening_id, lock=True)
        if row.officer_id == by.id:
            raise Invalid(_("Người mở khẩn không tự chứng kiến được. Hãy chờ người thứ hai."))
        _ask_second(row, by=by, at=at)
        if agree and row.opened_at is None and at >= row.asked_at + _lasts(at):
            raise Invalid(_("Lời xin mở khẩn này đã quá lâu. Hãy chấm dứt để người xin gửi lại nếu còn cần."))
        row.witness_id, row.witnessed_at, row.agreed = by.id, at, agree
        row.save(update_fields=["witness", "witnessed_at", "agreed"])
        if agree and row.opened_at is None:
            _open(row, by=ActorRef(by.kind, row.officer_id, row.officer.full_name), at=at)
        elif not agree and row.ends_at is not None and row.ends_at > at:
            Opening.objects.filter(id=row.id).update(ends_at=at)
        work.record(opening=str(row.id), agree=agree, subject=str(row.subject_id))


def _ask_second(row: Opening, *, by: ActorRef, at: datetime) -> None:
    """Return for a second person of this opening. Raises NotAllowed."""
    near = watchers([row.agency_id], at)[row.agency_id]
    posts = held(by.id, at) if by.id else ()
    if not may_witness(posts, agency=row.agency_id, opener=row.officer_id, near=near):
        raise NotAllowed(_("Cơ quan này có người giám sát hoặc lãnh đạo: hãy để người đó chứng kiến."))


def _lasts(at: datetime) -> timedelta:
    return limits.minutes("emergency_opening_minutes", at)


def _open(row: Opening, *, by: ActorRef, at: datetime) -> None:
    ends = at + _lasts(at)
    Opening.objects.filter(id=row.id).update(opened_at=at, ends_at=ends)
    if row.person_id is None:
        return
    subject = SubjectRef(row.subject_kind, row.subject_id)
    look(by, row.person_id, _("Mở khẩn: %(reason)s") % {"reason": row.reason}, subject, at)
    facts = {"label": row.label, "officer": by.name, "reason": row.reason}
    tell(to=row.person_id, template="identity.opened_in_emergency", facts=facts, by=by, at=at)


def _standing(opening_id: UUID, *, lock: bool = False) -> Opening:
    rows = Opening.objects.select_for_update(of=("self",)) if lock else Opening.objects
    row = rows.select_related("officer").filter(id=opening_id).first()
    if row is None:
        raise NotFound(_("Không có lần mở khẩn này."))
    if row.witness_id is not None:
        raise Invalid(_("Lần mở khẩn này đã có người chứng kiến."))
    return row


def _second_persons(agency_id: UUID, *, besides: UUID | None, at: datetime) -> tuple[UUID, ...]:
    """Supervisors and leaders of the agency; administrators where there is none."""
    near = [one for one in watchers([agency_id], at)[agency_id] if one != besides]
    if near:
        return tuple(sorted(near))
    far = Post.objects.filter(
        role=Role.ADMINISTRATOR, period__contains=moments.today(at), officer__account__is_active=True
    ).exclude(officer_id=besides)
    return tuple(far.values_list("officer_id", flat=True).distinct())


def _units(agency_id: UUID, at: datetime) -> tuple[UUID, ...]:
    return tuple(unit.id for unit in directory.units_of(agency_id, moments.today(at)))


def _officer(officer_id: UUID) -> SubjectRef:
    return SubjectRef("officer", officer_id)

"""Apologising and promising a later date (xin lỗi và hẹn lại, form 04): asked by an officer, decided by whom
the rule of the day of receipt names, no oftener than it allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.events import PromiseMoved
from tinhso.dossiers.lifecycle import EXTENSION_ASKED
from tinhso.dossiers.models import Dossier, Extension
from tinhso.dossiers.operations import clock
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.extending import leaders_decide
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation import legal
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorKind, ActorRef

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Later:
    """A later promise: the working days it takes, and the moment that follows (UTC)."""

    days: int
    due_at: datetime


def ask(
    *, dossier_id: UUID, until: date, reason: str, by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Ask the leader for a later promise on the legal day `until`. The promise stays until it is granted.

    Raises Invalid for a day that cannot be promised, without a reason, or when the rule allows no more.
    """
    with turn("ask_extension", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        asked = _asked(taken, until=until, reason=reason)
        taken.dossier.flags = sorted({*taken.dossier.flags, EXTENSION_ASKED})
        taken.note, taken.public = asked.reason, False
        notices.extension_asked(taken, until=until)


def grant(
    *, dossier_id: UUID, answer: str = "", by: ActorRef, at: datetime, seen: int | None = None
) -> datetime:
    """Grant what was asked (đồng ý hẹn lại); the applicant is told. Returns the new promise (UTC).

    Raises Invalid when nothing is asked, or the day asked for has passed meanwhile.
    """
    with turn("grant_extension", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        asked = _open(dossier_id)
        taken.dossier.flags = [flag for flag in taken.dossier.flags if flag != EXTENSION_ASKED]
        return _give(taken, asked, answer=answer)


def deny(*, dossier_id: UUID, answer: str, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Deny what was asked, with an answer for the officer. The promise stays. Invalid without an answer."""
    if not answer.strip():
        fault = _("Hãy ghi vì sao không đồng ý.")
        raise Invalid(fault, faults={"answer": fault})
    with turn("deny_extension", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        asked = _open(dossier_id)
        asked.granted, asked.decided_at, asked.decided_by_name = False, at, by.name
        asked.answer = answer.strip()
        asked.save()
        taken.dossier.flags = [flag for flag in taken.dossier.flags if flag != EXTENSION_ASKED]
        taken.note, taken.public = asked.answer, False
        notices.extension_denied(taken, to=asked.asked_by, answer=asked.answer)


def apologise(
    *, dossier_id: UUID, until: date, reason: str, by: ActorRef, at: datetime, seen: int | None = None
) -> datetime:
    """Apologise and promise `until` at once, without a request. Returns the new promise (UTC).

    Where leaders decide it, only they may: NotAllowed. Raises Invalid as `ask` does.
    """
    with turn("apologise", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if leaders_decide(taken.dossier.submitted_at) and by.kind is not ActorKind.SYSTEM:
            authority().require(by=by, act="dossiers.grant_extension", on=subject_of(taken.dossier), at=at)
        return _give(taken, _asked(taken, until=until, reason=reason), answer="")


def later(dossier: Dossier, *, until: date, at: datetime) -> Later:
    """The working days to add so that the promise falls on `until`. Raises Invalid, saying why it cannot."""
    before = clock.promised(dossier, at=at).due_at
    if until <= local(before).date() or until < today(at):
        raise _unfit(_("Ngày hẹn lại phải sau ngày đã hẹn và chưa qua."))
    if until - local(before).date() > FARTHEST:
        raise _unfit(_("Ngày hẹn lại quá xa. Hãy chọn trong vòng một năm."))
    for days in range(1, (until - local(before).date()).days + 1):
        due = clock.promised(dossier, at=at, later_by=days).due_at
        if local(due).date() >= until:
            break
    if local(due).date() != until:
        raise _unfit(_("Ngày này cơ quan nghỉ. Hãy chọn một ngày làm việc."))
    if due <= at:
        raise _unfit(_("Giờ hẹn của ngày này đã qua. Hãy chọn ngày sau."))
    return Later(days=days, due_at=due)


def _unfit(sentence: str) -> Invalid:
    return Invalid(sentence, faults={"until": sentence})


def _asked(taken: Turn, *, until: date, reason: str) -> Extension:
    if not reason.strip():
        fault = _("Hãy ghi vì sao phải hẹn lại.")
        raise Invalid(fault, faults={"reason": fault})
    dossier = taken.dossier
    rule = legal.rule("extension_max", on=today(dossier.submitted_at))
    given = len(clock.granted(dossier.id))
    if given >= int(rule.value):
        raise Invalid(
            _("Hồ sơ này đã hẹn lại %(given)d lần; quy định cho nhiều nhất %(most)d lần (%(basis)s).")
            % {"given": given, "most": int(rule.value), "basis": rule.basis}
        )
    if Extension.objects.filter(dossier_id=dossier.id, decided_at=None, lapsed_at=None).exists():
        raise Conflict(_("Đã có đề nghị hẹn lại đang chờ lãnh đạo quyết định."))
    found = later(dossier, until=until, at=taken.at)
    taken.work.record(until=until.isoformat(), days=found.days)
    return Extension.objects.create(
        dossier_id=dossier.id,
        asked_at=taken.at,
        asked_by=taken.by.id,
        asked_by_name=taken.by.name,
        reason=reason.strip(),
        until=until,
        days=found.days,
        due_before=dossier.due_at or taken.at,
    )


def _open(dossier_id: UUID) -> Extension:
    found = (
        Extension.objects.select_for_update()
        .filter(dossier_id=dossier_id, decided_at=None, lapsed_at=None)
        .first()
    )
    if found is None:
        raise Invalid(_("Không có đề nghị hẹn lại nào đang chờ quyết định."))
    return found


def _give(taken: Turn, asked: Extension, *, answer: str) -> datetime:
    """Move the promise and tell the applicant. The days are counted anew: the clock may have stood since."""
    dossier = taken.dossier
    asked.days = later(dossier, until=asked.until, at=taken.at).days
    asked.due_before = dossier.due_at or asked.due_before
    asked.granted, asked.decided_at, asked.decided_by_name = True, taken.at, taken.by.name
    asked.answer = answer.strip()
    asked.due_after = clock.promised(dossier, at=taken.at, later_by=asked.days).due_at
    asked.save()
    due = clock.promise(taken, cause="extension")
    taken.note = asked.reason
    taken.work.record(due_before=asked.due_before.isoformat(), due_after=due.isoformat())
    taken.work.emit(
        PromiseMoved(
            dossier=dossier.id,
            code=dossier.code,
            by=taken.by,
            at=taken.at,
            promised_at=due,
            reason=asked.reason,
        )
    )
    notices.apologised(taken, reason=asked.reason, before=asked.due_before, promised_at=due)
    return due

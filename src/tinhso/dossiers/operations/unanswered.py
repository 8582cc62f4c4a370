"""The person's time to supplement runs out: they are reminded before, the office after; what may follow.

The dated rule `supplement_unanswered` says what: `officer` leaves it to whoever has the dossier, `end` ends
it, refused before intake and stopped after it, on the ground of the rule of the day of the request.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers import alarm_words, notices
from tinhso.dossiers.contracts import AlarmKind
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import Alarm, Supplement
from tinhso.dossiers.operations import alarms, endings, intake
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.notify import api as notify

logger = logging.getLogger(__name__)
REMIND = notify.declare(
    "dossiers.supplement_soon",
    subject=gettext_noop("Hồ sơ %(code)s sắp hết hạn bổ sung giấy tờ"),
    body=gettext_noop("Còn chờ: %(rest)s. Gửi trước %(until)s, nếu không cơ quan có thể dừng giải quyết."),
    sms=gettext_noop("Hồ sơ %(code)s còn thiếu giấy tờ, gửi trước %(until)s."),
    kind=notify.ASKS,
)


class NotTold(Exception):
    """Of some requests nobody could be told; of all others they were."""


def run(*, at: datetime) -> int:
    """Remind who has little time left, tell offices of what ran out, end what the rule ends; how many.

    Each request is told of once on either side. Safe to repeat. One that fails is logged and waits for the
    next time. Raises NotTold once all were tried.
    """
    days = legal.integer("supplement_remind_days", on=today(at))
    near = _untold(AlarmKind.ANSWER_SOON).filter(answer_by__gte=at, answer_by__lte=at + timedelta(days=days))
    over = _untold(AlarmKind.ANSWER_LATE).filter(answer_by__lt=at)
    found = [*near.order_by("answer_by", "id"), *over.order_by("answer_by", "id")]
    done, failed = 0, 0
    for one in found:
        try:
            done += _remind(one, at=at) if one.answer_by >= at else _ran_out(one, at=at)
        except Exception:  # whatever is wrong with one dossier, the others' time runs out too
            logger.exception("cannot tell that time to supplement dossier %s runs out", one.dossier_id)
            failed += 1
    if failed:
        raise NotTold(f"{failed} requests could not be told of, {done} were: the log names them")
    return done


def _untold(kind: AlarmKind) -> QuerySet[Supplement]:
    told = Alarm.objects.filter(
        dossier_id=OuterRef("dossier_id"), due_at=OuterRef("answer_by"), kind=kind.value
    )
    return Supplement.objects.filter(~Exists(told), answered_at=None).select_related("dossier")


def _told(request: Supplement, kind: AlarmKind, *, at: datetime) -> None:
    Alarm.objects.create(dossier_id=request.dossier_id, due_at=request.answer_by, kind=kind.value, at=at)


@transaction.atomic
def _remind(request: Supplement, *, at: datetime) -> bool:
    _told(request, AlarmKind.ANSWER_SOON, at=at)
    rest = request.faults.filter(answered_at=None).order_by("id").values_list("name", flat=True)
    facts = {"rest": ", ".join(rest), "until": notices.said(request.answer_by)}
    notices.tell_all(request.dossier, REMIND, facts, at=at)
    return True


@transaction.atomic
def _ran_out(request: Supplement, *, at: datetime) -> bool:
    """Tell the office, or end the dossier; neither when somebody acts on it this moment: then next time."""
    rule = legal.rule("supplement_unanswered", on=today(request.asked_at))
    _told(request, AlarmKind.ANSWER_LATE, at=at)
    if rule.value != "end":
        alarms.tell([(request.dossier, alarm_words.UNANSWERED, request.answer_by)], at=at)
        return True
    end = intake.refuse if request.before_intake else endings.stop
    reason = _("Hết hạn %(until)s mà chưa bổ sung giấy tờ") % {"until": notices.in_words(request.answer_by)}
    try:
        end(
            dossier_id=request.dossier_id,
            reason=reason,
            ground=rule.basis,
            by=SYSTEM,
            at=at,
            seen=request.dossier.version,
        )
    except (Stale, WrongTurn):
        transaction.set_rollback(True)
        return False
    return True

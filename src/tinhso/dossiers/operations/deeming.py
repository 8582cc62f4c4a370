"""Silence that decides: where the law says so, a promise that runs out with no answer is one.

What counts as an answer, and what the outcome carries: docs/decisions/deemed-decisions.md. Nothing is deemed
while the clock stands; a dossier that was late before it stood is deemed when its clock runs again.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import deeming_words, marks, notices, opinion_words, prints
from tinhso.dossiers.contracts import AlarmKind
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import Alarm, Dossier, Recount, Result
from tinhso.dossiers.operations import clock, endings, passing, recount_between, results
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.queries.silence import undecided
from tinhso.dossiers.turning import Turn
from tinhso.foundation import files
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.procedures import api as procedures

logger = logging.getLogger(__name__)
APPROVAL = procedures.DeemedOutcome.APPROVAL


class NotDeemed(Exception):
    """Some promises that ran out could not count as decided; all others did."""


def run(*, at: datetime) -> int:
    """Let every promise that ran out without an answer count as decided; how many did. Safe to repeat.

    One whose calendar was corrected waits until it is counted anew: what is deemed is never taken back. One
    that fails is logged and waits for the next time. Raises NotDeemed once all were tried.
    """
    due = Dossier.objects.filter(undecided(), due_at__lt=at).order_by("due_at", "id")
    done, failed = 0, 0
    for dossier in list(due.exclude(agency_id__in=_being_counted(due, at=at))):
        try:
            done += _deemed(dossier, at=at)
        except Exception:  # whatever is wrong with one dossier, the others' day has come too
            logger.exception("silence cannot decide dossier %s", dossier.id)
            failed += 1
    if failed:
        raise NotDeemed(f"{failed} dossiers could not be decided, {done} were: the log names them")
    return done


def _being_counted(due: QuerySet[Dossier], *, at: datetime) -> set[UUID]:
    """Agencies of these dossiers whose promises are being counted anew. One query while none are."""
    under_way = Recount.objects.filter(finished_at=None).order_by().values_list("calendar", flat=True)
    corrected = set(under_way.distinct())
    agencies = set(due.order_by().values_list("agency_id", flat=True).distinct()) if corrected else set()
    return {id for code in corrected for id in recount_between.calendars(CalendarRef(code), agencies, at=at)}


def warn(*, at: datetime) -> int:
    """Tell offices and their leaders what silence will decide within `deemed_warning_days`; how many.

    Each promise is told of once; one that moved is told of anew.
    """
    told = Alarm.objects.filter(
        dossier_id=OuterRef("id"), due_at=OuterRef("due_at"), kind=AlarmKind.DEEMED.value
    )
    waiting = Dossier.objects.filter(undecided(), ~Exists(told), due_at__gte=at)
    near: list[Dossier] = []
    for agency_id in waiting.order_by().values_list("agency_id", flat=True).distinct():
        limit = clock.deemed_warning(agency_id=agency_id, at=at)
        near += waiting.filter(agency_id=agency_id, due_at__lte=limit).order_by("due_at", "id")
    for dossier in near:
        _warn(dossier, at=at)
    return len(near)


@transaction.atomic
def _warn(dossier: Dossier, *, at: datetime) -> None:
    Alarm.objects.create(
        dossier_id=dossier.id, due_at=dossier.due_at or at, kind=AlarmKind.DEEMED.value, at=at
    )
    _tell_offices(deeming_words.SOON[_rule(dossier).outcome], dossier, at=at)


def _rule(dossier: Dossier) -> procedures.Deemed:
    rule = procedures.version(dossier.procedure_version_id).deemed
    if rule is None:
        raise ValueError("silence decides nothing in this procedure")
    return rule


def _tell_offices(template: str, dossier: Dossier, *, at: datetime) -> None:
    """The agency that answers for it, and the one where it lies, each told as an agency that is late is."""
    for agency_id in {dossier.agency_id, passing.has(dossier)}:
        opinion_words.late(
            template,
            dossier=dossier,
            agency_id=agency_id,
            due_at=dossier.due_at or at,
            link=f"/can-bo/ho-so/{dossier.code}/",
            at=at,
        )


def _deemed(found: Dossier, *, at: datetime) -> bool:
    """Let one count as decided, unless somebody acted on it meanwhile: then it is looked at again later."""
    rule = _rule(found)
    kept = _statement(found, rule, at=at) if rule.outcome is APPROVAL else None
    act = "deem_approved" if kept else "deem_refused"
    try:
        with turn(act, dossier_id=found.id, by=SYSTEM, at=at, seen=found.version) as taken:
            if taken.dossier.due_at != found.due_at:
                raise WrongTurn(_("Hồ sơ này chưa hết hạn."), act=act)
            _decide(taken, rule)
            if kept:
                _keep(taken, kept)
    except (Stale, WrongTurn):
        return False
    return True


def _statement(dossier: Dossier, rule: procedures.Deemed, *, at: datetime) -> files.StoredFile:
    made = prints.deemed_approval(dossier, ground=rule.ground, at=at)
    return files.keep(made, name=f"{dossier.code}-xac-nhan.pdf", by=SYSTEM, at=at)


def _decide(taken: Turn, rule: procedures.Deemed) -> None:
    dossier = taken.dossier
    due = notices.in_words(dossier.due_at)
    marks.put(dossier, marks.DEEMED)
    _tell_offices(deeming_words.TO_OFFICE[rule.outcome], dossier, at=taken.at)
    endings.end(taken, reason=_("Hết hạn %(due)s mà chưa có trả lời") % {"due": due}, ground=rule.ground)
    taken.work.record(deemed=rule.outcome.value, due=dossier.due_at.isoformat() if dossier.due_at else "")
    notices.tell_all(
        dossier,
        deeming_words.TO_APPLICANT[rule.outcome],
        {"due": notices.said(dossier.due_at), "ground": rule.ground.rstrip(".")},
        at=taken.at,
    )


def _keep(taken: Turn, statement: files.StoredFile) -> None:
    """The statement takes the place of a result, in the dossier and in each applicant's vault."""
    dossier = taken.dossier
    version = procedures.version(dossier.procedure_version_id)
    Result.objects.filter(dossier_id=dossier.id, current=True).update(current=False)
    result = Result.objects.create(
        dossier_id=dossier.id,
        title=_("Xác nhận được coi là đã chấp thuận: %(name)s")
        % {"name": version.short_name or version.name},
        state=ResultState.DEEMED.value,
        draft_file=statement.id,
        frozen=bytes.fromhex(statement.sha256),
        drafted_at=taken.at,
        drafted_by=taken.by.name,
    )
    taken.work.record(result=str(result.id), sha256=statement.sha256)
    results.keep_in_vault(taken, result, file_id=statement.id)

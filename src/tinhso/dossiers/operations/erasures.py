"""Erasing dossiers of persons who asked, once the law no longer keeps them."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from tinhso.dossiers.events import DossierErased
from tinhso.dossiers.models import (
    ActDraft,
    Content,
    Correction,
    Delivery,
    Dossier,
    Draft,
    DraftPaper,
    Ending,
    Erasure,
    Extension,
    Fault,
    FiledBy,
    HandOver,
    HistoryEntry,
    Letter,
    Member,
    Note,
    Opinion,
    OpinionRequest,
    OriginalsReturn,
    PostArrival,
    Rating,
    Reversible,
    Revocation,
    SharedPaper,
    SubmittedPaper,
    Supplement,
    SupplementFile,
)
from tinhso.dossiers.retention import kept_until
from tinhso.dossiers.turning import subject_of
from tinhso.foundation import files, transactions
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM

logger = logging.getLogger(__name__)
ERASED = gettext_noop("Đã xóa")
BY_THE_PERSON = ("submit", "answer_supplement", "withdraw", "rate")


class NotErased(RuntimeError):
    """Some dossiers whose time is over could not be erased; all others were."""


def ask(person_id: UUID, *, at: datetime) -> None:
    """Remember that each of the person's dossiers goes when it need not be kept any more."""
    theirs = Dossier.objects.filter(owner_kind="person", owner_id=person_id).values_list("id", flat=True)
    Erasure.objects.bulk_create(
        (Erasure(dossier_id=id, asked_at=at) for id in theirs), ignore_conflicts=True, batch_size=1000
    )


def run(*, at: datetime) -> int:
    """Erase what waits and need not be kept any more; how many were. Each is a transaction of its own.

    One that fails is logged and waits for the next night. Raises NotErased once all were tried.
    """
    waiting = Erasure.objects.filter(done_at=None).order_by("dossier_id")
    done, failed = 0, 0
    for id in waiting.values_list("dossier_id", flat=True).iterator():
        try:
            done += _erased(id, at=at)
        except Exception:  # whatever is wrong with one dossier, the law's day has come for the others too
            logger.exception("cannot erase dossier %s", id)
            failed += 1
    if failed:
        raise NotErased(f"{failed} dossiers could not be erased, {done} were: the log names them")
    return done


def _erased(id: UUID, *, at: datetime) -> bool:
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(id=id)
        until = kept_until(dossier)
        if until is None or until > today(at):
            return False
        _erase(dossier, at=at)
        return True


def _erase(dossier: Dossier, *, at: datetime) -> None:
    """What the person wrote and gave goes; code, dates, statuses and the result's number stay.

    The result itself is a document of the agency with a period of its own.
    """
    of_it = {"dossier_id": dossier.id}
    with transactions.act("dossiers.erase", by=SYSTEM, at=at, on=subject_of(dossier)) as work:
        dossier.applicant_name, dossier.applicant_folded = ERASED, ""
        dossier.personal_hash = dossier.phone_hash = None
        dossier.joint = []
        dossier.version += 1
        dossier.changed_at, dossier.changed_by = at, SYSTEM.name
        dossier.save()
        Content.objects.filter(**of_it).update(answers={}, aside=None)
        _let_go(dossier, at=at)
        work.emit(DossierErased(dossier=dossier.id, at=at))
        for written in (Note, Letter, ActDraft, Reversible):
            written.objects.filter(**of_it).delete()
        Rating.objects.filter(**of_it).update(words="")
        Member.objects.filter(**of_it).delete()
        Delivery.objects.filter(**of_it).delete()
        PostArrival.objects.filter(**of_it).delete()
        FiledBy.objects.filter(**of_it).update(
            filer_name=ERASED, filer_id=None, sealed=None, proof_number="", proof_issuer=""
        )
        told = HistoryEntry.objects.filter(**of_it)
        told.update(note="")
        told.filter(act__in=BY_THE_PERSON, unit_id=None).update(actor_name=ERASED)
        Supplement.objects.filter(**of_it).update(message="")
        _forget_turns(dossier)
        Fault.objects.filter(supplement__dossier_id=dossier.id).update(reason=ERASED)
        OpinionRequest.objects.filter(**of_it).update(question=ERASED)
        Opinion.objects.filter(request__dossier_id=dossier.id).exclude(text="").update(text=ERASED)
        Erasure.objects.filter(**of_it).update(done_at=at)
        work.record(code=dossier.code)


def _forget_turns(dossier: Dossier) -> None:
    """Words about the person in its turns; dates, grounds and decisions of the agency stay."""
    of_it = {"dossier_id": dossier.id}
    Supplement.objects.filter(**of_it, beyond=True).update(again_because=ERASED)
    Ending.objects.filter(**of_it).update(reason=ERASED)
    Extension.objects.filter(**of_it).update(reason=ERASED)
    Extension.objects.filter(**of_it, granted=False).update(answer=ERASED)
    Extension.objects.filter(**of_it).exclude(granted=False).update(answer="")
    Correction.objects.filter(**of_it).update(reason=ERASED)
    Revocation.objects.filter(result__dossier_id=dossier.id).update(reason=ERASED)
    HandOver.objects.filter(**of_it, from_unit=None).update(by_name=ERASED)
    OriginalsReturn.objects.filter(**of_it).delete()


def _let_go(dossier: Dossier, *, at: datetime) -> None:
    """Papers and the draft they came from, with their files unless something else holds those."""
    of_it = {"dossier_id": dossier.id}
    papers = SubmittedPaper.objects.filter(**of_it)
    answered = SupplementFile.objects.filter(supplement__dossier_id=dossier.id)
    drafted = DraftPaper.objects.filter(draft__dossier_id=dossier.id)
    held = {id for id in papers.values_list("file_id", flat=True) if id}
    held |= {*answered.values_list("file_id", flat=True), *drafted.values_list("file_id", flat=True)}
    letters = Letter.objects.filter(**of_it, file__isnull=False)
    held |= {id for id in letters.values_list("file", flat=True) if id}
    files.loosen(held, at=at)
    SharedPaper.objects.filter(request__dossier_id=dossier.id).delete()
    papers.delete()
    answered.delete()
    drafted.delete()
    Draft.objects.filter(**of_it).delete()

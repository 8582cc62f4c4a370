"""Whom a corrected calendar concerns hears of it once: each applicant, each officer who has such dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_noop as _

from tinhso.dossiers.handing_words import officer
from tinhso.dossiers.models import MovedPromise, Recount
from tinhso.dossiers.notices import in_words, recipient
from tinhso.dossiers.outcomes import Movable
from tinhso.dossiers.turning import subject_of
from tinhso.foundation.refs import SubjectRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify

BATCH = 200
NAMED = 10
MOVED = notify.declare(
    "dossiers.promise_moved",
    subject=_("Ngày hẹn trả kết quả đã đổi"),
    body=_("Lịch làm việc được sửa (%(what)s) nên ngày hẹn đổi:\n%(dates)s"),
    sms=_("Ngày hẹn trả kết quả hồ sơ %(code)s đã đổi. Xem ngày mới:"),
    kind=notify.PROGRESS,
)
HOLDS_MOVED = notify.declare(
    "dossiers.held_promises_moved",
    subject=_("%(count)s hồ sơ của anh/chị đổi ngày hẹn hoặc hạn"),
    body=_("Lịch làm việc được sửa (%(what)s). Bấm vào liên kết để xem từng hồ sơ, ngày cũ và ngày mới."),
    kind=notify.DUE,
)


def _said(pairs: Sequence[tuple[str, datetime, datetime]]) -> str:
    return "\n".join(f"{code}: {in_words(was)} → {in_words(becomes)}" for code, was, becomes in pairs)


said = lazy(_said, str)


def run(recount_id: UUID, *, at: datetime, batch: int = BATCH) -> None:
    """Tell everybody who has not been told yet; safe to repeat. Applicants hear only of what is promised."""
    recount = Recount.objects.get(id=recount_id)
    waiting = _promised(recount)
    while True:
        owners = waiting.order_by("dossier__owner_id", "dossier_id").values_list(
            "dossier_id", "dossier__owner_id"
        )
        found = list(owners[:batch])
        if not found:
            break
        whole = {owner for _dossier, owner in found if owner is not None}
        alone = [dossier for dossier, owner in found if owner is None]
        _applicants(recount, whole, alone, at=at)
    _officers(recount, at=at)


def _promised(recount: Recount) -> QuerySet[MovedPromise]:
    """Promises to people that moved and of which they have not been told."""
    return MovedPromise.objects.filter(
        recount=recount, what=Movable.PROMISE.value, told_at=None, dossier__accepted_at__isnull=False
    )


@transaction.atomic
def _applicants(recount: Recount, owners: set[UUID], alone: list[UUID], *, at: datetime) -> None:
    """One message for each owner over all their dossiers, and for each dossier without an account."""
    rows = _promised(recount)
    theirs = rows.filter(dossier__owner_id__in=owners) | rows.filter(dossier_id__in=alone)
    ordered = list(theirs.select_related("dossier").order_by("dossier__owner_id", "dossier_id"))
    notices = []
    for _whose, group in groupby(ordered, key=lambda row: row.dossier.owner_id or row.dossier_id):
        moved = list(group)
        dossier = moved[0].dossier
        notices.append(
            notify.Notice(
                to=recipient(dossier),
                template=MOVED,
                facts={
                    "code": dossier.code,
                    "what": recount.what,
                    "dates": said([(row.dossier.code, row.was, row.becomes) for row in moved[:NAMED]]),
                },
                about=subject_of(dossier),
                link=f"/ho-so/{dossier.code}/" if len(moved) == 1 else "/ho-so/",
            )
        )
    notify.send_all(notices, at=at)
    MovedPromise.objects.filter(id__in=[row.id for row in ordered]).update(told_at=at)


@transaction.atomic
def _officers(recount: Recount, *, at: datetime) -> None:
    if not Recount.objects.select_for_update().filter(id=recount.id, told_at=None).exists():
        return
    held = MovedPromise.objects.filter(recount=recount, dossier__holder__isnull=False)
    counts = dict(held.order_by().values_list("dossier__holder").annotate(n=Count("dossier", distinct=True)))
    names = identity.officer_names(list(counts))
    notify.send_all(
        [
            notify.Notice(
                to=officer(id, names.get(id, "")),
                template=HOLDS_MOVED,
                facts={"count": count, "what": recount.what},
                about=SubjectRef("recount", recount.id),
                link=f"/can-bo/lich/dieu-chinh/{recount.id}/?cua-toi=1",
            )
            for id, count in counts.items()
        ],
        at=at,
    )
    Recount.objects.filter(id=recount.id).update(told_at=at)

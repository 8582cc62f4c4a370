"""Drafts nobody goes on with: their owner is told in time, then they are deleted, and their files let go.

Sent drafts go without a word once as old, since all they say stands in their dossier; so does what an
officer typed into a form of the desk and left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from tinhso.dossiers.models import ActDraft, Draft
from tinhso.dossiers.notices import said
from tinhso.foundation import files, legal, transactions
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, OwnerRef, SubjectRef
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures

BATCH = 200
ENDING = notify.declare(
    "dossiers.draft_ending",
    subject=_("Hồ sơ đang viết dở sắp bị xóa: %(procedure)s"),
    body=_(
        "Hồ sơ viết dở đã lâu không được mở. Mở ra và lưu lại trước %(until)s để giữ;"
        " sau đó hồ sơ và giấy tờ đính kèm sẽ bị xóa."
    ),
)


def warn(*, at: datetime, batch: int = BATCH) -> int:
    """Tell owners of drafts that will be deleted in `draft_warned_days`; how many were told."""
    ends = at - _days("draft_kept_days", at) + _days("draft_warned_days", at)
    told = 0
    while done := _warn(ends, at=at, batch=batch):
        told += done
    return told


@transaction.atomic
def _warn(ends: datetime, *, at: datetime, batch: int) -> int:
    rows = list(
        Draft.objects.select_for_update(skip_locked=True)
        .filter(dossier=None, warned_at=None, saved_at__lte=ends)
        .order_by("saved_at")[:batch]
    )
    briefs = procedures.briefs([row.procedure_version_id for row in rows])
    until = at + _days("draft_warned_days", at)
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name="", kind=row.owner_kind, id=row.owner_id),
                template=ENDING,
                facts={"procedure": briefs[row.procedure_version_id].name, "until": said(until)},
                about=SubjectRef(kind="draft", id=row.id),
                link=f"/nop/{briefs[row.procedure_version_id].code}/",
            )
            for row in rows
        ],
        at=at,
    )
    Draft.objects.filter(id__in=[row.id for row in rows]).update(warned_at=at)
    return len(rows)


def drop(*, at: datetime, batch: int = BATCH) -> int:
    """Delete drafts that are over their time: open ones only `draft_warned_days` after the warning.

    The number of filings dropped; forms of the desk go beside them.
    """
    ActDraft.objects.filter(saved_at__lte=at - _days("draft_kept_days", at)).delete()
    old = Draft.objects.filter(saved_at__lte=at - _days("draft_kept_days", at))
    warned = old.filter(dossier=None, warned_at__lte=at - _days("draft_warned_days", at))
    sent = old.filter(dossier__isnull=False)
    dropped = 0
    for rows in (warned, sent):
        while ids := list(rows.order_by("saved_at").values_list("id", flat=True)[:batch]):
            _drop(ids, at=at)
            dropped += len(ids)
    return dropped


def _drop(ids: Iterable[UUID], *, at: datetime) -> None:
    for id in ids:
        draft = Draft.objects.filter(id=id).first()
        if draft is None:
            continue
        subject = SubjectRef(kind="draft", id=id, owner=OwnerRef(draft.owner_kind, draft.owner_id))
        with transactions.act("dossiers.draft", by=SYSTEM, at=at, on=subject) as work:
            held = Draft.objects.select_for_update().filter(id=id, saved_at=draft.saved_at).first()
            if held is not None:
                files.loosen(held.papers.values_list("file_id", flat=True), at=at)
                held.delete()
            work.record(draft=str(id), deleted=held is not None)


def _days(key: str, at: datetime) -> timedelta:
    return timedelta(days=legal.integer(key, on=today(at)))

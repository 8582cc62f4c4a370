"""One act on many dossiers: looked at first, asked for once, done by a job one by one, each its own act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from tinhso.dossiers import handing_words, lifecycle
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import EXTENSION_ASKED
from tinhso.dossiers.models import Bulk, BulkItem, Dossier, Extension
from tinhso.dossiers.operations import extensions, intake, routing
from tinhso.dossiers.queries.extending import leaders_decide
from tinhso.dossiers.turning import subject_of
from tinhso.foundation import legal
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity

MOST = 500
LARGEST_VERSION = 2**31


def _assign(*, to: str, reason: str, **given: Any) -> UUID | None:
    """Give one to the officer, quietly; who had it."""
    return routing.assign(to=UUID(to), reason=reason, quiet=True, **given)


def _apologise(*, until: str, reason: str, **given: Any) -> None:
    extensions.apologise(until=date.fromisoformat(until), reason=reason, **given)


ACTS: Mapping[str, Callable[..., object]] = {
    "accept": intake.accept,
    "apologise": _apologise,
    "assign": _assign,
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of an act on many: those it can be done to, and the others with the reason."""

    able: tuple[Dossier, ...]
    unable: tuple[tuple[Dossier, str], ...]


def look(codes: Sequence[str], *, act: str, by: ActorRef, at: datetime) -> Looked:
    """Which of these dossiers the act can be done to. Three queries. Raises Invalid for too many.

    Of a dossier that the officer may not list, nothing is told but that it is not theirs.
    """
    if act not in ACTS:
        raise NotFound(_("Không làm hàng loạt được việc này."), act=act)
    if len(codes) > MOST:
        raise Invalid(_("Mỗi lần làm nhiều nhất %(most)d hồ sơ.") % {"most": MOST})
    rows = list(Dossier.objects.filter(code__in=codes).order_by("submitted_at", "id"))
    subjects = [subject_of(row) for row in rows]
    listed = identity.allowed_on(by, "dossiers.list", subjects, at)
    allowed = identity.allowed_on(by, f"dossiers.{act}", subjects, at)
    against = _against(rows, act=act, by=by, at=at)
    able, unable = [], []
    for row in rows:
        if row.id not in listed:
            row.applicant_name = ""
            unable.append((row, _("không thuộc đơn vị của anh/chị")))
        elif Status(row.status) not in lifecycle.TURNS[act]:
            label = lifecycle.MEANINGS[Status(row.status)].label
            unable.append((row, _("đang ở trạng thái «%(status)s»") % {"status": label}))
        elif row.id not in allowed:
            unable.append((row, _("không thuộc đơn vị của anh/chị")))
        elif row.id in against:
            unable.append((row, against[row.id]))
        else:
            able.append(row)
    return Looked(able=tuple(able), unable=tuple(unable))


def _against(rows: Sequence[Dossier], *, act: str, by: ActorRef, at: datetime) -> dict[UUID, str]:
    """What stands against the act beyond status and rights, in words, by dossier."""
    return _no_apology(rows, by=by, at=at) if act == "apologise" else {}


def _no_apology(rows: Sequence[Dossier], *, by: ActorRef, at: datetime) -> dict[UUID, str]:
    """Why an apology cannot be sent for some: not theirs to decide, had already, waits, or is not late."""
    deciding = identity.allowed_on(by, "dossiers.grant_extension", [subject_of(row) for row in rows], at)
    given = Extension.objects.filter(dossier__in=rows, granted=True).order_by()
    had = dict(given.values_list("dossier_id").annotate(times=Count("id")))
    against = {}
    for row in rows:
        if row.id not in deciding and leaders_decide(row.submitted_at):
            against[row.id] = _("lãnh đạo quyết định việc hẹn lại")
        elif had.get(row.id, 0) >= legal.integer("extension_max", on=today(row.submitted_at)):
            against[row.id] = _("đã hẹn lại đủ số lần quy định cho phép")
        elif EXTENSION_ASKED in row.flags:
            against[row.id] = _("đang chờ quyết định hẹn lại")
        elif row.due_at is None or row.due_at > at:
            against[row.id] = _("chưa quá hạn")
    return against


def ask(
    items: Sequence[tuple[UUID, int]],
    *,
    act: str,
    given: Mapping[str, str] | None = None,
    each: Mapping[UUID, Mapping[str, str]] | None = None,
    by: ActorRef,
    at: datetime,
) -> Bulk:
    """Ask for the act on dossiers, each with the version that was looked at. The job is the caller's.

    `given` is what the act takes besides: for apologising the legal day `until` (ISO) and the `reason`,
    for giving to another officer the `reason`; `each` is what it takes of one
    dossier: `to` (an id).

    Raises Invalid for none or too many. Dossiers that the officer may not list are left out. Whether the
    act is allowed is asked again for each, when it is done.
    """
    items = _theirs(dict(items[: MOST + 1]), by=by, at=at)
    if act not in ACTS or by.id is None or not 0 < len(items) <= MOST:
        raise Invalid(_("Hãy chọn từ 1 đến %(most)d hồ sơ.") % {"most": MOST})
    with transaction.atomic():
        bulk = Bulk.objects.create(
            act=act,
            officer=by.id,
            officer_name=by.name,
            unit=by.unit,
            asked_at=at,
            total=len(items),
            given=dict(given or {}),
        )
        BulkItem.objects.bulk_create(
            BulkItem(
                bulk=bulk, dossier_id=dossier, version=version, given=dict((each or {}).get(dossier, {}))
            )
            for dossier, version in items
        )
    return bulk


def _theirs(items: Mapping[UUID, int], *, by: ActorRef, at: datetime) -> list[tuple[UUID, int]]:
    subjects = [subject_of(row) for row in Dossier.objects.filter(id__in=items)]
    listed = identity.allowed_on(by, "dossiers.list", subjects, at)
    return [(id, version) for id, version in items.items() if id in listed and 0 < version < LARGEST_VERSION]


def run(bulk_id: UUID, *, at: datetime) -> None:
    """Do what was asked for and is not done yet, one dossier at a time; safe to repeat."""
    bulk = Bulk.objects.get(id=bulk_id)
    by = ActorRef(kind=ActorKind.OFFICER, id=bulk.officer, name=bulk.officer_name, unit=bulk.unit)
    had: defaultdict[UUID, Counter[UUID | None]] = defaultdict(Counter)
    for item in BulkItem.objects.filter(bulk=bulk, done_at=None).order_by("id"):
        answer = _one(item, bulk=bulk, by=by, at=at)
        if bulk.act == "assign" and not item.fault:
            had[UUID((bulk.given | item.given)["to"])][answer if isinstance(answer, UUID) else None] += 1
    for to, before in had.items():
        handing_words.many(to=to, before=before, reason=bulk.given["reason"], by=by.id, who=by.name, at=at)
    Bulk.objects.filter(id=bulk_id, finished_at=None).update(finished_at=at)


def _one(item: BulkItem, *, bulk: Bulk, by: ActorRef, at: datetime) -> object:
    """Do it and tick it off together, so that a job begun again after a crash tells the truth."""
    item.done_at = at
    try:
        with transaction.atomic():
            given = bulk.given | item.given
            answer = ACTS[bulk.act](dossier_id=item.dossier_id, by=by, at=at, seen=item.version, **given)
            item.save(update_fields=["done_at"])
            return answer
    except Unable as fault:
        item.fault = fault.message
        item.save(update_fields=["done_at", "fault"])
    return None

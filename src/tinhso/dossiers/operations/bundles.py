"""Filing a bundle: every part is judged at once, what can begin begins, the rest waits for results.

A part becomes a dossier of its own, with its own agency, code and promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from tinhso.dossiers import agencies, contact, marks, notices
from tinhso.dossiers.contracts import Filed, PaperForm, PaperGiven, PartState, Status, Via
from tinhso.dossiers.lifecycle import offered
from tinhso.dossiers.models import Bundle, BundlePart, Dossier, Result
from tinhso.dossiers.operations import endings
from tinhso.dossiers.operations.submission import Submission, faults_of, scope_of, submit
from tinhso.foundation import ids, numbering, transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.procedures import api as procedures

CODE = "bundle"
Asked = procedures.BundlePart


def file(given: Submission, *, by: ActorRef, at: datetime) -> Filed:
    """File a bundle once; the receipt of its first dossier. A repeat of the key gives the first answer.

    Raises Invalid with the faults of every part, in the words of the merged form.
    """
    version = procedures.version(given.version_id)
    parts = [(part, procedures.published(code=part.procedure, at=at)) for part in version.bundle]
    _ask_sound(given, parts, at=at)
    first = _of_part(given, parts[0][0], parts[0][1], agency_id=_agency(given, parts[0][0], at=at))
    owner = given.applicant.owner
    bundle_id = ids.new_id()
    with transactions.act("dossiers.file_bundle", by=by, at=at, on=_subject(bundle_id, owner)) as work:
        filed = submit(first, by=by, at=at)
        if BundlePart.objects.filter(dossier_id=filed.id).exists():
            work.leave_no_entry()
            return filed
        Bundle.objects.create(
            id=bundle_id,
            code=numbering.next(CODE, scope_of(given.agency_id, at=at), at).text,
            procedure_version_id=version.id,
            agency_id=given.agency_id,
            collect_id=given.collect,
            owner_kind=owner.kind if owner else "",
            owner_id=owner.id if owner else None,
            via=given.via.value,
            answers=given.answers,
            papers=msgspec.to_builtins(given.papers),
            sent_at=at,
        )
        BundlePart.objects.bulk_create(
            BundlePart(
                bundle_id=bundle_id,
                position=position,
                procedure_version_id=each.id,
                agency_id=_agency(given, part, at=at),
                state=PartState.WAITING.value if position else PartState.STARTED.value,
                dossier_id=None if position else filed.id,
                changed_at=at,
            )
            for position, (part, each) in enumerate(parts)
        )
        _mark(filed.id)
        work.record(dossier=str(filed.id), parts=[each.code for _part, each in parts])
        start(bundle_id, by=by, at=at)
    return filed


def _ask_sound(
    given: Submission, parts: Iterable[tuple[Asked, procedures.VersionView]], *, at: datetime
) -> None:
    """Judge the merged form and every part now, so that none fails when its turn comes. Raises Invalid."""
    faults = dict(faults_of(procedures.version(given.version_id), given.answers, given.papers, at=at))
    for part, version in parts:
        back = dict(part.answers)
        papers = [_renamed(paper, part) for paper in given.papers if _source(paper, part)]
        awaited = {target for target, _source in part.results}
        found = faults_of(version, answers_of(part, given.answers), papers, at=at)
        for path, sentence in found.items():
            if path.removeprefix("papers.") not in awaited:
                faults.setdefault(_merged(path, back), sentence)
    if faults:
        raise Invalid(_("Hồ sơ còn chỗ chưa đúng. Hãy sửa các mục được nêu rồi gửi lại."), faults=faults)


def _merged(path: str, back: Mapping[str, str]) -> str:
    """The path of the merged form behind a path of a part's form."""
    target = next((one for one in back if path == one or path.startswith(f"{one}.")), None)
    return path if target is None else back[target] + path.removeprefix(target)


def answers_of(part: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a part out of those of the merged form."""
    found: dict[str, Any] = {}
    for target, source in part.answers:
        value: Any = answers
        for key in source.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            place = found
            *above, last = target.split(".")
            for key in above:
                place = place.setdefault(key, {})
            place[last] = value
    return found


def _source(paper: PaperGiven, part: Asked) -> str:
    return next((target for target, source in part.papers if source == paper.code), "")


def _renamed(paper: PaperGiven, part: Asked) -> PaperGiven:
    return replace(paper, code=_source(paper, part))


def _of_part(
    given: Submission,
    part: Asked,
    version: procedures.VersionView,
    *,
    agency_id: UUID,
    results: tuple[PaperGiven, ...] = (),
) -> Submission:
    papers = tuple(_renamed(paper, part) for paper in given.papers if _source(paper, part))
    return Submission(
        version_id=version.id,
        agency_id=agency_id,
        applicant=given.applicant,
        answers=answers_of(part, given.answers),
        papers=(*papers, *results),
        via=given.via,
        key=f"{given.key}:{part.procedure}",
        intake=given.intake if agency_id == given.agency_id else None,
        collect=given.collect or (given.agency_id if agency_id != given.agency_id else None),
    )


def _agency(given: Submission, part: Asked, *, at: datetime) -> UUID:
    return agencies.meant(part.agency, part.code, receiving=given.agency_id, at=at)


def _subject(bundle_id: UUID, owner: OwnerRef | None) -> SubjectRef:
    return SubjectRef(kind="bundle", id=bundle_id, owner=owner)


def start(bundle_id: UUID, *, by: ActorRef = SYSTEM, at: datetime) -> int:
    """Begin every waiting part whose results are there; how many began. Safe to repeat."""
    bundle = Bundle.objects.select_for_update().get(id=bundle_id)
    parts = list(bundle.parts.order_by("position"))
    asked = procedures.version(bundle.procedure_version_id).bundle
    sealed = _sealed(parts, asked)
    ready = [
        (row, part)
        for row, part in zip(parts, asked, strict=True)
        if row.state == PartState.WAITING and set(part.needs) <= sealed.keys()
    ]
    for row, part in sorted(ready, key=lambda pair: pair[0].agency_id):
        papers = tuple(
            PaperGiven(code=target, form=PaperForm.ELECTRONIC, file_id=sealed[source], copies=1)
            for target, source in part.results
        )
        version = procedures.version(row.procedure_version_id)
        filed = submit(
            _of_part(_given(bundle, parts[0]), part, version, agency_id=row.agency_id, results=papers),
            by=by,
            at=at,
        )
        BundlePart.objects.filter(id=row.id).update(
            state=PartState.STARTED.value, dossier_id=filed.id, changed_at=at
        )
        _mark(filed.id)
    _forget_when_done(bundle)
    return len(ready)


def _sealed(parts: list[BundlePart], asked: Iterable[Asked]) -> dict[str, UUID]:
    """The sealed results of the parts, by procedure."""
    of = {row.dossier_id: part.procedure for row, part in zip(parts, asked, strict=True) if row.dossier_id}
    found = Result.objects.filter(dossier_id__in=list(of), current=True, sealed_file__isnull=False)
    sealed = found.values_list("dossier_id", "sealed_file")
    return {of[dossier_id]: file_id for dossier_id, file_id in sealed if file_id}


def _given(bundle: Bundle, first: BundlePart) -> Submission:
    """What was filed, as it is kept for the parts that wait."""
    dossier = Dossier.objects.get(bundle_part=first)
    return Submission(
        version_id=bundle.procedure_version_id,
        agency_id=bundle.agency_id,
        applicant=contact.opened(dossier),
        answers=bundle.answers,
        papers=tuple(msgspec.convert(bundle.papers, list[PaperGiven])),
        via=Via(bundle.via),
        key=f"bundle:{bundle.id}",
        collect=bundle.collect_id,
    )


def _mark(dossier_id: UUID) -> None:
    dossier = Dossier.objects.get(id=dossier_id)
    marks.put(dossier, marks.BUNDLED)
    Dossier.objects.filter(id=dossier_id).update(flags=dossier.flags)


def _forget_when_done(bundle: Bundle) -> None:
    """What was filed is kept no longer than a part needs it: each dossier has its own answers."""
    if not bundle.parts.filter(state=PartState.WAITING.value).exists():
        Bundle.objects.filter(id=bundle.id).update(answers={}, papers=[])


def ended(dossier_id: UUID, *, at: datetime) -> None:
    """A part ended without a result: drop the parts that wait for it, and tell the person what goes on."""
    row = BundlePart.objects.filter(dossier_id=dossier_id).select_related("bundle").first()
    if row is None:
        return
    bundle = Bundle.objects.select_for_update().get(id=row.bundle_id)
    parts = list(bundle.parts.select_related("dossier").order_by("position"))
    asked = procedures.version(bundle.procedure_version_id).bundle
    gone = {asked[row.position].procedure}
    name = procedures.names([row.procedure_version_id])[row.procedure_version_id]
    dropped = []
    for each, part in zip(parts, asked, strict=True):
        if each.state == PartState.WAITING and gone & set(part.needs):
            gone.add(part.procedure)
            dropped.append(each)
    reason = _("Cần kết quả «%(name)s», mà hồ sơ đó đã kết thúc không có kết quả.") % {"name": name}
    BundlePart.objects.filter(id__in=[each.id for each in dropped]).update(
        state=PartState.DROPPED.value, reason=reason, changed_at=at
    )
    _forget_when_done(bundle)
    if bundle.withdrawn_at is not None:
        return
    names = procedures.names([each.procedure_version_id for each in parts])
    open_ones = [each for each in parts if each.dossier and each.dossier.finished_at is None]
    notices.bundle_changed(
        Dossier.objects.get(id=dossier_id),
        bundle=bundle.code,
        ended=name,
        dropped=[names[each.procedure_version_id] for each in dropped],
        goes_on=[names[each.procedure_version_id] for each in open_ones if each.id != row.id],
        at=at,
    )


def withdraw(*, bundle_id: UUID, reason: str = "", by: ActorRef, at: datetime) -> int:
    """Take the whole bundle back: what waits is dropped, open dossiers are withdrawn; how many were open.

    Dossiers that have a result or ended stay as they are. Dossiers are locked before their bundle, as whoever
    ends one of them does. Raises NotAllowed, NotFound.
    """
    found = Bundle.objects.filter(id=bundle_id).first()
    if found is None:
        raise NotFound(_("Không có nhóm hồ sơ này."))
    owner = OwnerRef(found.owner_kind, found.owner_id) if found.owner_id else None
    with transactions.act("dossiers.withdraw_bundle", by=by, at=at, on=_subject(bundle_id, owner)) as work:
        theirs = Dossier.objects.filter(bundle_part__bundle_id=bundle_id).order_by("id")
        list(theirs.select_for_update(of=("self",)).values_list("id", flat=True))
        bundle = Bundle.objects.select_for_update().get(id=bundle_id)
        Bundle.objects.filter(id=bundle_id).update(withdrawn_at=at)
        bundle.parts.filter(state=PartState.WAITING.value).update(
            state=PartState.DROPPED.value, reason=_("Người nộp rút cả nhóm hồ sơ."), changed_at=at
        )
        rows = bundle.parts.filter(dossier__isnull=False).select_related("dossier").order_by("dossier_id")
        open_ones = [
            row.dossier_id
            for row in rows
            if row.dossier and "withdraw" in offered(Status(row.dossier.status))
        ]
        for dossier_id in open_ones:
            if dossier_id:
                endings.withdraw(dossier_id=dossier_id, reason=reason, by=by, at=at)
        _forget_when_done(bundle)
        work.record(withdrawn=[str(id) for id in open_ones])
    return len(open_ones)

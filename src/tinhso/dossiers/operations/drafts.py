"""What a person is writing: begun, saved page by page, sent. Only its owner may touch it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.dossiers import applicants, asked_papers
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, PaperGiven, Via
from tinhso.dossiers.faults import AlreadySent, ProcedureChanged, TooManySubmissions, WrittenElsewhere
from tinhso.dossiers.models import Dossier, Draft, DraftPaper
from tinhso.dossiers.operations import arriving, bundles, delivery, grouping, joining
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.queries.rebasing import way
from tinhso.forms import api as forms
from tinhso.foundation import files, ids, legal, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

ACT = "dossiers.draft"


def start(
    *,
    owner: OwnerRef,
    version_id: UUID,
    agency_id: UUID | None,
    whom: applicants.For = applicants.ONESELF,
    carried: forms.Answers | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Begin a filing, or go on with the one that is open: one per owner and version. Its id.

    It begins with the answers `carried` over from an earlier one, and with what is known of the applicant.
    Raises MayNotFile when `whom` is somebody one may not file for any more.
    """
    version = procedures.version(version_id)
    filled = forms.Prefilled(answers={})
    if version.form_version_id:
        known = applicants.facts(owner, whom, by=by, at=at)
        filled = forms.prefill(version.form_version_id, known, owner=_holder(owner, whom), at=at)
    answers, origins = _filled(carried or {}, filled)
    draft_id = ids.new_id()
    with transactions.act(ACT, by=by, at=at, on=_subject(draft_id, owner)) as work:
        draft, made = Draft.objects.get_or_create(
            owner_id=owner.id,
            procedure_version_id=version_id,
            dossier=None,
            defaults={
                "id": draft_id,
                "owner_kind": owner.kind,
                "agency_id": agency_id,
                "answers": answers,
                "origins": origins,
                "relation": whom.relation,
                "members": _kept(whom.members),
                "started_at": at,
                "saved_at": at,
            },
        )
        work.record(draft=str(draft.id), begun=made)
    if not made and agency_id is not None:
        place(draft_id=draft.id, agency_id=agency_id, by=by, at=at)
    return draft.id


def choose(*, draft_id: UUID, whom: applicants.For, by: ActorRef, at: datetime) -> None:
    """Write it for somebody else instead. What was typed stays; what was filled in for the former goes.

    Raises MayNotFile, NotFound, AlreadySent.
    """
    with _opened(draft_id, by=by, at=at) as draft:
        owner = OwnerRef(draft.owner_kind, draft.owner_id)
        form = procedures.version(draft.procedure_version_id).form_version_id
        same = draft.relation == whom.relation
        draft.relation, draft.members = whom.relation, _kept(whom.members)
        if form is None or same:
            return
        answers = draft.answers
        for path in draft.origins:
            answers = _without(answers, path)
        known = applicants.facts(owner, whom, by=by, at=at)
        filled = forms.prefill(form, known, owner=_holder(owner, whom), at=at)
        draft.answers, draft.origins = _filled(answers, filled)


def fill(*, draft_id: UUID, filled: forms.Prefilled, asked_for: Draft, by: ActorRef, at: datetime) -> None:
    """Put in what registers gave where nothing was typed, unless it is for another or renewed meanwhile."""
    with _opened(draft_id, by=by, at=at) as draft:
        if (draft.relation, draft.procedure_version_id) == (
            asked_for.relation,
            asked_for.procedure_version_id,
        ):
            draft.answers, origins = _filled(draft.answers, filled)
            draft.origins = draft.origins | origins


def _holder(owner: OwnerRef, whom: applicants.For) -> OwnerRef | None:
    """Whose documents may fill the form: one's own, when one files for oneself."""
    return owner if whom.relation is None else None


def _without(answers: forms.Answers, path: str) -> forms.Answers:
    """The answers without the one at a path."""
    first, _dot, rest = path.partition(".")
    if not rest:
        return {name: value for name, value in answers.items() if name != first}
    inner = answers.get(first)
    return {**answers, first: _without(inner, rest)} if isinstance(inner, dict) else answers


def _filled(typed: forms.Answers, filled: forms.Prefilled) -> tuple[forms.Answers, dict[str, str]]:
    """What is known of the new applicant where nothing was typed, each with its origin."""
    answers, origins = typed, {}
    for path, origin in filled.origins.items():
        if _answer(typed, path) in (None, "", {}):
            answers = _with(answers, path, _answer(filled.answers, path))
            origins[path] = origin
    return answers, origins


def _with(answers: forms.Answers, path: str, value: Any) -> forms.Answers:
    first, _dot, rest = path.partition(".")
    inner = answers.get(first)
    nested = _with(inner if isinstance(inner, dict) else {}, rest, value) if rest else value
    return {**answers, first: nested}


def _kept(members: Sequence[Applicant]) -> list[dict[str, str]]:
    return [
        {"name": member.name, "personal_id": member.personal_id, "phone": member.phone} for member in members
    ]


def place(*, draft_id: UUID, agency_id: UUID, by: ActorRef, at: datetime) -> None:
    """Choose the agency that will handle it. Raises NotFound, NotAllowed, AlreadySent."""
    with _opened(draft_id, by=by, at=at) as draft:
        draft.agency_id = agency_id


def collect_at(*, draft_id: UUID, agency_id: UUID | None, by: ActorRef, at: datetime) -> None:
    """Choose the centre where the result is collected; None for that of the agency itself."""
    with _opened(draft_id, by=by, at=at) as draft:
        draft.collect_id, draft.post = agency_id, {}


def deliver_to(*, draft_id: UUID, answers: dict[str, Any], by: ActorRef, at: datetime) -> None:
    """Choose that the result goes by post. Raises Invalid with faults by the form's paths."""
    with _opened(draft_id, by=by, at=at) as draft:
        draft.post = delivery.checked(answers, at=at)


def renew(*, draft_id: UUID, version_id: UUID, by: ActorRef, at: datetime) -> None:
    """Go on under the version now in force; answers and files stay and are judged anew when sent.

    Its owner is told of what changed until they have read it (`read_changes`).
    """
    with _opened(draft_id, by=by, at=at) as draft:
        before = draft.renewed_from_id or draft.procedure_version_id
        draft.procedure_version_id = version_id
        draft.renewed_from_id = before if before != version_id and _concerns(before, version_id) else None


def read_changes(*, draft_id: UUID, by: ActorRef, at: datetime) -> None:
    """The owner has read what changed since they began."""
    with _opened(draft_id, by=by, at=at) as draft:
        draft.renewed_from_id = None


def _concerns(before: UUID, after: UUID) -> bool:
    """Whether two versions differ in what the person is asked or told."""
    return bool(way(before, after).for_the_person)


def save_page(
    *,
    draft_id: UUID,
    page: str,
    posted: QueryDict,
    by: ActorRef,
    at: datetime,
    seen: str = "",
    typing: bool = False,
    under: UUID | None = None,
) -> forms.Answers:
    """Keep what was typed on one page, sound or not; all answers so far.

    Answers that no longer are what the account gave lose the mark of their origin. With `seen`, the
    fingerprint of the page as it was read, nothing written elsewhere meanwhile is overwritten: then
    WrittenElsewhere is raised. While the person is `typing` the trace gets no entry: going on leaves one.
    `under` is the version the page was drawn under, when it is not the draft's.
    """
    with _opened(draft_id, by=by, at=at, told=not typing) as draft:
        version = procedures.version(under or draft.procedure_version_id)
        form = version.form_version_id
        if form is None:
            raise NotFound(_("Thủ tục này không có tờ khai trên mạng."))
        before = draft.answers
        answers = forms.read_page(form, page, posted, answers=before, at=at)
        held = forms.fingerprint(form, page, before)
        if seen and held not in (seen, forms.fingerprint(form, page, answers)):
            raise WrittenElsewhere(_("Trang này vừa được ghi ở máy khác hoặc ở cửa sổ khác."))
        draft.answers = answers
        draft.origins = {
            path: mark
            for path, mark in draft.origins.items()
            if _answer(answers, path) == _answer(before, path)
        }
    return answers


def attach(*, draft_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Put a kept file to one of the papers asked for. Raises Invalid for a paper nobody asks."""
    with _opened(draft_id, by=by, at=at) as draft:
        asked = {each.code for each in procedures.version(draft.procedure_version_id).papers}
        if paper not in asked | ({PROOF} if draft.members else set()):
            raise Invalid(_("Thủ tục này không hỏi giấy tờ này."))
        if draft.papers.filter(code=paper, document__isnull=False).exists():
            raise Invalid(_("Giấy này đang lấy từ kho. Hãy bấm “Bỏ” ở giấy đó rồi gửi ảnh khác."))
        DraftPaper.objects.get_or_create(
            draft_id=draft.id, code=paper, file_id=file_id, defaults={"attached_at": at}
        )


def reuse(*, draft_id: UUID, paper: str, document_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a document of the owner's vault for one of the papers asked for; it stands alone for it.

    Raises Invalid for a paper nobody asks or one that has files, NotInVault, NoLongerHolds.
    """
    with _opened(draft_id, by=by, at=at) as draft:
        asked = {each.code for each in procedures.version(draft.procedure_version_id).papers}
        if paper not in asked:
            raise Invalid(_("Thủ tục này không hỏi giấy tờ này."))
        owner = OwnerRef(draft.owner_kind, draft.owner_id)
        document = vault.usable(document_id, owner=owner, at=at)
        if draft.papers.filter(code=paper).exclude(document=document_id).exists():
            raise Invalid(_("Giấy này đã có tệp. Hãy bỏ tệp đó rồi lấy giấy từ kho."))
        DraftPaper.objects.get_or_create(
            draft_id=draft.id,
            code=paper,
            document=document_id,
            defaults={"file_id": document.file_id, "attached_at": at},
        )


def detach(*, draft_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a file away again; taking away what is not there changes nothing."""
    with _opened(draft_id, by=by, at=at) as draft:
        if DraftPaper.objects.filter(draft_id=draft.id, code=paper, file_id=file_id).delete()[0]:
            files.loosen([file_id], at=at)


def discard(*, draft_id: UUID, by: ActorRef, at: datetime) -> None:
    """Throw the draft away. Raises AlreadySent for one that became a dossier."""
    with _locked(draft_id, by=by, at=at) as draft:
        files.loosen(draft.papers.values_list("file_id", flat=True), at=at)
        draft.delete()


def send(*, draft_id: UUID, by: ActorRef, at: datetime) -> str:
    """Send the draft; the code of its dossier. Sending again gives the same code, whoever presses first.

    Raises Invalid with `faults` per answer (`con.ho_ten`) or paper (`papers.giay-chung-sinh`), also while
    a file that was announced for a paper is not whole; ProcedureChanged when the version in force at that
    moment asks something else than the one it was written under; TooManySubmissions (legal value
    `submissions_per_day`).
    """
    try:
        with _locked(draft_id, by=by, at=at) as draft:
            _slow_down(draft, at=at)
            arriving.require_whole(arriving.DRAFT, draft_id, by=by, at=at)
            version = _in_force(draft, at=at)
            attached, reused = _attached(draft, version, at=at), _reused(draft, version, at=at)
        names = {paper.code: paper.name for paper in version.papers}
        papers = joining.papers(attached, names=names, by=by, at=at)
        with _locked(draft_id, by=by, at=at) as draft:
            arriving.require_whole(arriving.DRAFT, draft_id, by=by, at=at)
            draft.procedure_version_id = _in_force(draft, at=at).id
            if _attached(draft, version, at=at) != attached or _reused(draft, version, at=at) != reused:
                raise Conflict(_("Giấy tờ của hồ sơ vừa thay đổi ở máy khác. Hãy xem lại rồi gửi."))
            if draft.agency_id is None:
                raise Invalid(_("Hãy chọn nơi nộp hồ sơ."), faults={"agency": _("Hãy chọn nơi nộp hồ sơ.")})
            given = _submission(draft, draft.agency_id, (*papers, *reused), by=by, at=at)
            put_in = bundles.file if version.bundle else submit
            filed = put_in(given, by=by, at=at)
            draft.dossier_id = filed.id
            draft.saved_at, draft.warned_at = at, None
            draft.save(update_fields=["dossier", "procedure_version", "saved_at", "warned_at"])
            return filed.code
    except AlreadySent as sent:
        return str(sent.facts["dossier"])


def _slow_down(draft: Draft, *, at: datetime) -> None:
    most = legal.integer("submissions_per_day", on=today(at))
    lately = Dossier.objects.filter(
        owner_id=draft.owner_id, via=Via.ONLINE, submitted_at__gt=at - timedelta(days=1)
    )
    if lately.values("id")[:most].count() >= most:
        raise TooManySubmissions(
            _("Tài khoản này đã gửi %(most)d hồ sơ trong 24 giờ. Bản đang viết vẫn còn: mai hãy gửi.")
            % {"most": most}
        )


def _in_force(draft: Draft, *, at: datetime) -> procedures.VersionView:
    """The version it is judged by. Raises ProcedureChanged when its owner has to read what changed first."""
    written = draft.procedure_version_id
    now = procedures.published(code=procedures.version(written).code, at=at)
    if now.id != written and _concerns(written, now.id):
        raise ProcedureChanged(
            _("Hồ sơ chưa gửi vì thủ tục vừa đổi. Hãy xem phần đổi, sửa nếu cần, rồi bấm gửi lại.")
        )
    return now


def _wanted(draft: Draft, version: procedures.VersionView, *, at: datetime) -> set[str]:
    """The papers that go along: those asked for with the answers as they are; files of others stay here."""
    own = {PROOF} if draft.members else set()
    return own | {paper.code for paper in asked_papers.asked(version, draft.answers, at=at)}


def _attached(draft: Draft, version: procedures.VersionView, *, at: datetime) -> dict[str, list[UUID]]:
    wanted = _wanted(draft, version, at=at)
    found: dict[str, list[UUID]] = {}
    sent = draft.papers.filter(document=None).order_by("attached_at", "id")
    for code, file_id in sent.values_list("code", "file_id"):
        if code in wanted:
            found.setdefault(code, []).append(file_id)
    return found


def _reused(draft: Draft, version: procedures.VersionView, *, at: datetime) -> tuple[PaperGiven, ...]:
    wanted = _wanted(draft, version, at=at)
    rows = draft.papers.filter(document__isnull=False).order_by("attached_at", "id")
    return tuple(
        PaperGiven(code=code, file_id=file_id, document=document)
        for code, file_id, document in rows.values_list("code", "file_id", "document")
        if code in wanted
    )


def _submission(
    draft: Draft, agency_id: UUID, papers: tuple[PaperGiven, ...], *, by: ActorRef, at: datetime
) -> Submission:
    members = grouping.members(draft.members, at=at)
    whom = applicants.For(relation=draft.relation, members=members)
    both = applicants.sides(OwnerRef(draft.owner_kind, draft.owner_id), whom, by=by, at=at)
    filer, papers = grouping.with_proof(both.filer, papers, on=today(at))
    return Submission(
        version_id=draft.procedure_version_id,
        agency_id=agency_id,
        applicant=both.applicant,
        answers=draft.answers,
        papers=papers,
        via=Via.ONLINE,
        key=str(draft.id),
        filer=filer,
        members=members,
        collect=draft.collect_id,
        post=draft.post,
    )


@contextmanager
def _locked(draft_id: UUID, *, by: ActorRef, at: datetime, told: bool = True) -> Iterator[Draft]:
    """The draft under a lock, inside an act of its owner that leaves an entry when `told`."""
    found = Draft.objects.filter(id=draft_id).first()
    if found is None:
        raise NotFound(_("Bản đang viết này không còn. Hãy bắt đầu lại từ trang thủ tục."))
    owner = OwnerRef(found.owner_kind, found.owner_id)
    with transactions.act(ACT, by=by, at=at, on=_subject(draft_id, owner)) as work:
        if not told:
            work.leave_no_entry()
        draft = Draft.objects.select_for_update().filter(id=draft_id).first()
        if draft is None:
            raise NotFound(_("Bản đang viết này không còn. Hãy bắt đầu lại từ trang thủ tục."))
        if draft.dossier_id is not None:
            code = Dossier.objects.values_list("code", flat=True).get(id=draft.dossier_id)
            raise AlreadySent(_("Hồ sơ này đã gửi."), dossier=code)
        yield draft


@contextmanager
def _opened(draft_id: UUID, *, by: ActorRef, at: datetime, told: bool = True) -> Iterator[Draft]:
    """The same, saved at the end."""
    with _locked(draft_id, by=by, at=at, told=told) as draft:
        yield draft
        draft.saved_at, draft.warned_at = at, None
        draft.save()


def _subject(draft_id: UUID, owner: OwnerRef) -> SubjectRef:
    return SubjectRef(kind="draft", id=draft_id, owner=owner)


def _answer(answers: Any, path: str) -> Any:
    for key in path.split("."):
        answers = answers.get(key) if isinstance(answers, dict) else None
    return answers

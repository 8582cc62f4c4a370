"""The studio for machines: drafts and their parts, packages in and out. Nothing here publishes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import judging
from tinhso.studio.contracts import DraftState, DraftView, PartName, Problem
from tinhso.studio.files import archives
from tinhso.studio.files.folder import Sheaf
from tinhso.studio.operations import checking, drafts, sharing
from tinhso.studio.queries import drafts as reading

router = Router(tags=["studio"])
ZIP = "application/zip"


class DraftIn(Schema):
    """A draft to begin: of a procedure in force by its code, or of a new one with its title."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,59}$")]
    title: Annotated[str, Field(max_length=500)] = ""


class DraftLineOut(Schema):
    """A draft in a list. Times are UTC."""

    id: UUID
    code: str
    title: str
    state: DraftState
    started_by: str
    changed_at: datetime


class DraftPageOut(Schema):
    """A keyset page: `after` is the cursor of the next, empty on the last."""

    items: list[DraftLineOut]
    after: str


class PartOut(Schema):
    """A part as it stands; `revision` is what a change must have seen."""

    name: PartName
    revision: int
    body: dict[str, Any]


class DraftOut(Schema):
    """A draft with its parts."""

    id: UUID
    code: str
    title: str
    state: DraftState
    base: UUID | None
    version: UUID | None
    parts: list[PartOut]


class PartIn(Schema):
    """A part to save, as read at revision `seen`."""

    seen: Annotated[int, Field(ge=0)]
    body: dict[str, Any]


class ProblemOut(Schema):
    """What is wrong; one that `blocks` keeps the draft from being published."""

    part: PartName
    where: str
    sentence: str
    blocks: bool


class SavedOut(Schema):
    """A part as kept, others' changes in other places put in, and what is wrong with it."""

    revision: int
    body: dict[str, Any]
    problems: list[ProblemOut]


class ArrivalOut(Schema):
    """A package that was taken in; `foreign` when another agency than this province signed it."""

    id: UUID
    code: str
    title: str
    origin: str
    signer: str
    foreign: bool
    problems: list[ProblemOut]


class BegunOut(Schema):
    """The draft that an act made or found."""

    id: UUID


@router.get("/studio/drafts", response=DraftPageOut, summary="Bản đang soạn")
@access.machine("studio.write")
def list_drafts(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[str, Query(max_length=100)] = "",
) -> DraftPageOut:
    """Open drafts, the last changed first."""
    identity.require(identity.actor_of(request), "studio.write", None, moments.now())
    lines = reading.open_drafts(before=_cursor(after), limit=limit + 1)
    more = len(lines) > limit
    shown = lines[:limit]
    return DraftPageOut(
        items=[DraftLineOut.from_orm(line) for line in shown],
        after=f"{shown[-1].changed_at.isoformat()},{shown[-1].id}" if more else "",
    )


@router.post("/studio/drafts", response={201: BegunOut}, summary="Bắt đầu soạn")
@access.machine("studio.open")
def begin_draft(request: HttpRequest, body: DraftIn) -> Status[BegunOut]:
    """Begin a draft from the version in force, or of a new procedure; the open one where there is one."""
    actor, at = identity.actor_of(request), moments.now()
    found = procedures.by_codes([body.code], at=at)
    base = procedures.version(found[0].version_id) if found else None
    title = body.title or (base.short_name or base.name if base else "")
    if not title:
        fault = _("Hãy ghi tên thủ tục: chưa có thủ tục nào mang mã này.")
        raise Invalid(fault, faults={"title": fault})
    draft = drafts.begin(code=body.code, title=title, by=actor, at=at, base=base)
    return Status(201, BegunOut(id=draft))


@router.get("/studio/drafts/{draft_id}", response=DraftOut, summary="Một bản soạn và các phần")
@access.machine("studio.write")
def read_draft(request: HttpRequest, draft_id: UUID) -> DraftOut:
    """A draft with all its parts."""
    draft = _draft(request, draft_id)
    return DraftOut(
        id=draft.id,
        code=draft.code,
        title=draft.title,
        state=draft.state,
        base=draft.base,
        version=draft.version,
        parts=[PartOut.from_orm(part) for part in draft.parts.values()],
    )


@router.get("/studio/drafts/{draft_id}/parts/{part}", response=PartOut, summary="Một phần của bản soạn")
@access.machine("studio.write")
def read_part(request: HttpRequest, draft_id: UUID, part: PartName) -> PartOut:
    """One part as it stands."""
    return PartOut.from_orm(_draft(request, draft_id).parts[part])


@router.put("/studio/drafts/{draft_id}/parts/{part}", response=SavedOut, summary="Lưu một phần")
@access.machine("studio.write")
def save_part(request: HttpRequest, draft_id: UUID, part: PartName, body: PartIn) -> SavedOut:
    """Save a part. Another's change in the same place answers 409 with the `places`; nothing is lost."""
    actor, at = identity.actor_of(request), moments.now()
    draft = _draft(request, draft_id)
    sheaf = Sheaf(draft.code, draft.title, {part: body.body})
    checking.judged(sheaf, at=at)
    revision, kept = drafts.save(
        draft_id=draft_id, part=part, body=checking.whole(sheaf)[part], seen=body.seen, by=actor, at=at
    )
    found = judging.problems(reading.draft(draft_id))
    return SavedOut(revision=revision, body=kept, problems=[_out(one) for one in found if one.part is part])


@router.get("/studio/drafts/{draft_id}/problems", response=list[ProblemOut], summary="Các chỗ cần sửa")
@access.machine("studio.write")
def read_problems(request: HttpRequest, draft_id: UUID) -> list[ProblemOut]:
    """All that is wrong with a draft."""
    return [_out(one) for one in judging.problems(_draft(request, draft_id))]


@router.get("/studio/drafts/{draft_id}/package", response=bytes, summary="Gói có chữ ký của bản soạn")
@access.machine("studio.export")
def package_of_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft as a signed package (zip)."""
    actor, at = identity.actor_of(request), moments.now()
    identity.require(actor, "studio.export", None, at)
    sheaf = sharing.of_draft(reading.draft(draft_id))
    return _sent(sharing.sealed(sheaf, number=0, by=actor, at=at))


@router.get("/studio/procedures/{code}/package", response=bytes, summary="Gói có chữ ký của thủ tục")
@access.machine("studio.export")
def package_of_procedure(request: HttpRequest, code: Annotated[str, Field(max_length=60)]) -> HttpResponse:
    """The version in force as a signed package (zip)."""
    actor, at = identity.actor_of(request), moments.now()
    identity.require(actor, "studio.export", None, at)
    version = procedures.published(code=code, at=at)
    return _sent(sharing.sealed(sharing.of_version(version), number=version.number, by=actor, at=at))


@router.post("/studio/packages", response={201: ArrivalOut}, summary="Nhận một gói")
@access.machine("studio.take_in")
def take_package(request: HttpRequest, package: Annotated[UploadedFile, File()]) -> Status[ArrivalOut]:
    """Check a package and keep what it says; no draft is made yet."""
    actor, at = identity.actor_of(request), moments.now()
    if (package.size or 0) > archives.LARGEST:
        raise archives.BadArchive(_("Gói quá lớn (trên 8 MB)."))
    row = sharing.arrival(sharing.take_in(package.read(), by=actor, at=at))
    problems = checking.judged(sharing.sheaf_of(row), at=at)
    taken = ArrivalOut(
        id=row.id,
        code=row.code,
        title=row.title,
        origin=row.origin_name,
        signer=row.signer,
        foreign=row.foreign,
        problems=[_out(one) for one in problems],
    )
    return Status(201, taken)


class AcceptIn(Schema):
    """Whether a package signed by another agency is used on purpose."""

    foreign: bool = False


@router.post("/studio/packages/{arrival_id}/draft", response=BegunOut, summary="Soạn từ một gói")
@access.machine("studio.accept")
def draft_of_package(request: HttpRequest, arrival_id: UUID, body: AcceptIn) -> BegunOut:
    """Make a draft of a package, or put it into the open one; 409 for a foreign signer nobody accepted."""
    actor, at = identity.actor_of(request), moments.now()
    return BegunOut(id=sharing.accept(arrival_id=arrival_id, foreign=body.foreign, by=actor, at=at))


def _draft(request: HttpRequest, draft_id: UUID) -> DraftView:
    identity.require(identity.actor_of(request), "studio.write", None, moments.now())
    return reading.draft(draft_id)


def _out(problem: Problem) -> ProblemOut:
    return ProblemOut.from_orm(problem)


def _sent(packed: sharing.Packed) -> HttpResponse:
    answer = HttpResponse(packed.content, content_type=ZIP)
    answer["Content-Disposition"] = f'attachment; filename="{packed.name}"'
    return answer


def _cursor(after: str) -> tuple[datetime, UUID] | None:
    if not after:
        return None
    changed, _comma, last = after.partition(",")
    try:
        moment = datetime.fromisoformat(changed.replace(" ", "+"))
        return (moment, UUID(last)) if moment.tzinfo else None
    except ValueError:
        raise Invalid(_("Con trỏ trang không đúng. Hãy gọi lại từ trang đầu.")) from None

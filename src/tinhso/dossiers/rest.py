"""The one-stop for machines: submit, list, read, act. Errors are RFC 9457 problems."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Field, Header, Query, Router, Schema
from pydantic import AwareDatetime

from tinhso.directory import api as directory
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, Filer, PaperForm, PaperGiven, Status, Via
from tinhso.dossiers.operations import acting, grouping
from tinhso.dossiers.operations.standing import standing
from tinhso.dossiers.operations.submission import Submission, submit_as_asked
from tinhso.dossiers.queries.feed import page_text
from tinhso.dossiers.queries.lists import LARGEST
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.reading import find, status_of
from tinhso.dossiers.queries.telling import told
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

router = Router(tags=["dossiers"])
JSON = "application/json"


class ApplicantIn(Schema):
    """Whose dossier it is."""

    name: Annotated[str, Field(max_length=200)]
    kind: Literal["person", "organisation"] = "person"
    personal_id: Annotated[str, Field(max_length=20)] = ""
    birth_date: date | None = None
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    address: Annotated[str, Field(max_length=500)] = ""


class ProofIn(Schema):
    """The paper by which the filer may: `kind` a code of the dated value `relation_proofs`."""

    kind: Annotated[str, Field(max_length=60)]
    number: Annotated[str, Field(max_length=100)] = ""
    issued_on: date | None = None
    issuer: Annotated[str, Field(max_length=200)] = ""
    valid_until: date | None = None
    file_id: UUID | None = None


class FilerIn(Schema):
    """Who files for the applicant, and in what capacity. An officer checks the proof at intake."""

    capacity: Literal["child", "ward", "proxy", "organisation", "group"]
    name: Annotated[str, Field(max_length=200)]
    personal_id: Annotated[str, Field(max_length=20)]
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    proof: ProofIn | None = None


class MemberIn(Schema):
    """Somebody who applies beside the applicant; needs `filer.capacity` group."""

    name: Annotated[str, Field(max_length=200)]
    personal_id: Annotated[str, Field(max_length=20)]
    phone: Annotated[str, Field(max_length=20)] = ""


class PaperIn(Schema):
    """One paper: an uploaded file, or a count of paper copies handed in."""

    code: Annotated[str, Field(max_length=60)]
    form: PaperForm = PaperForm.ELECTRONIC
    file_id: UUID | None = None
    originals: Annotated[int, Field(ge=0, le=99)] = 0
    copies: Annotated[int, Field(ge=0, le=99)] = 0


class DossierIn(Schema):
    """A submission: `procedure` is a procedure's code, `unit` an agency's code or identifier."""

    procedure: Annotated[str, Field(max_length=60)]
    unit: Annotated[str, Field(max_length=60)]
    applicant: ApplicantIn
    answers: dict[str, Any] = {}
    papers: Annotated[list[PaperIn], Field(max_length=100)] = []
    filer: FilerIn | None = None
    members: Annotated[list[MemberIn], Field(max_length=50)] = []


class FiledOut(Schema):
    """The receipt. Times are UTC."""

    id: UUID
    code: str
    status: Status
    submitted_at: datetime
    answer_by: datetime


class PageOut(Schema):
    """A keyset page: `after` is the cursor of the next, empty on the last."""

    items: list[dict[str, Any]]
    after: str


@router.post("/dossiers", response={201: FiledOut}, summary="Gửi hồ sơ")
@access.machine("dossiers.submit")
def submit_dossier(
    request: HttpRequest,
    body: DossierIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=255)],
) -> HttpResponse:
    """Submit a dossier. The same key with the same body gives the first answer again.

    Accounts and relations of a filer and of members are kept together with the dossier, or not at all.
    """
    actor, at = identity.actor_of(request), moments.now()
    with transaction.atomic() if body.filer or body.members else nullcontext():
        filed = submit_as_asked(
            lambda: _submission(body, key=idempotency_key, by=actor, at=at),
            key=idempotency_key,
            asked=orjson.dumps(body.dict(), option=orjson.OPT_SORT_KEYS),
            by=actor,
            at=at,
        )
    answer = HttpResponse(orjson.dumps(filed), status=201, content_type=JSON)
    answer["Location"] = f"/api/v1/dossiers/{filed.code}"
    return answer


def _submission(body: DossierIn, *, key: str, by: ActorRef, at: datetime) -> Submission:
    papers = tuple(PaperGiven(**paper.dict()) for paper in body.papers)
    named = _filer(body.filer)
    proof = named.proof if named else None
    shown = (PaperGiven(code=PROOF, file_id=proof.file_id),) if proof and proof.file_id else ()
    acting.ask_own_files((*papers, *shown), by=by)
    told = Applicant(**body.applicant.dict())
    applicant, filer = standing(named, told, origin=identity.Origin.MACHINE, by=by, at=at)
    others = [Applicant(**member.dict()) for member in body.members]
    return Submission(
        version_id=procedures.published(code=body.procedure, at=at).id,
        agency_id=_agency(body.unit, at=at),
        applicant=applicant,
        answers=body.answers,
        papers=papers,
        via=Via.MACHINE,
        key=key,
        filer=filer,
        members=grouping.with_accounts(others, at=at),
    )


def _filer(given: FilerIn | None) -> Filer | None:
    """The filer as a machine tells of them; nobody has seen their proof yet."""
    if given is None:
        return None
    return Filer(
        name=given.name,
        capacity=identity.Capacity(given.capacity),
        personal_id=given.personal_id,
        phone=given.phone,
        email=given.email,
        proof=identity.ProofGiven(**given.proof.dict()) if given.proof else None,
    )


@router.get("/dossiers", response=PageOut, summary="Danh sách hồ sơ")
@access.machine("dossiers.list")
def list_dossiers(
    request: HttpRequest,
    unit: Annotated[str, Query(max_length=60)] = "",
    status: Annotated[Status | None, Query()] = None,
    due_before: Annotated[AwareDatetime | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST)] = 50,
    after: Annotated[str, Query(max_length=200)] = "",
) -> HttpResponse:
    """All that a work list needs per row, in one call; newest first, or by deadline with `due_before`."""
    at = moments.now()
    agency = identity.agency_of_machine(identity.actor_of(request).id, at)
    asked = _agency(unit, at=at) if unit else None
    if agency is not None and asked is not None and asked != agency:
        return HttpResponse(b'{"items":[],"after":""}', content_type=JSON)
    narrow = Filter(
        agency=asked or agency,
        statuses=(status,) if status else (),
        due_before=due_before,
        open_only=due_before is not None,
    )
    return HttpResponse(page_text(narrow, limit=limit, after=after), content_type=JSON)


@router.get("/dossiers/{code}", response=dict[str, Any], summary="Một hồ sơ và lịch sử")
@access.machine("dossiers.read")
def read_dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier with its papers and history."""
    actor, at = identity.actor_of(request), moments.now()
    return HttpResponse(told(find(code), by=actor, at=at, purpose=_("Gọi qua API")), content_type=JSON)


@router.post("/dossiers/{code}/{act}", response=dict[str, Any], summary="Một việc trên hồ sơ")
@access.machine()
def act_on_dossier(
    request: HttpRequest, code: str, act: str, body: Annotated[dict[str, Any], Body()]
) -> HttpResponse:
    """Do an act of the life cycle; `version` in the body refuses to act on what changed meanwhile.

    A token that may not read is told the status only.
    """
    actor, at = identity.actor_of(request), moments.now()
    dossier_id = find(code)
    acting.do(act, dossier_id=dossier_id, body=body, by=actor, at=at)
    if identity.somewhere(actor, "dossiers.read", at):
        answer = told(dossier_id, by=actor, at=at, purpose=_("Gọi qua API"))
    else:
        answer = orjson.dumps({"code": code, "status": status_of(dossier_id)})
    return HttpResponse(answer, content_type=JSON)


def _agency(word: str, *, at: datetime) -> UUID:
    """The agency by its code or its identifier on that day. Raises Invalid."""
    found = directory.agencies_of_identifier(word, today(at))
    if found:
        return found[0].id
    try:
        return directory.agency(word, today(at)).id
    except directory.UnknownAgency:
        raise Invalid(
            _("Không có cơ quan mang mã “%(word)s”. Hãy kiểm tra lại mã.") % {"word": word},
            faults={"unit": _("Không có cơ quan mang mã này.")},
        ) from None

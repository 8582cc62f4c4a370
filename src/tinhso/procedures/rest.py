"""The catalogue for machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tinhso.foundation import access, moments
from tinhso.procedures import queries
from tinhso.procedures.contracts import AgencyLevel, OnlineLevel, VersionView
from tinhso.procedures.deciding import fees_to_read

router = Router(tags=["procedures"])
OPEN = "the catalogue is public by law (NĐ 63/2010/NĐ-CP)"


class LineOut(Schema):
    """A procedure in force. `version_id` is the version a dossier would be filed under."""

    code: str
    name: str
    short_name: str
    summary: str
    sector: str
    online_level: OnlineLevel
    agency_level: AgencyLevel
    fileable: bool
    version_id: UUID


LINE = tuple(LineOut.model_fields)


class PaperOut(Schema):
    """A paper asked; `case` is empty when it is asked always."""

    code: str
    name: str
    originals: int
    copies: int
    required: bool
    case: str


class FeeOut(Schema):
    """A sum in whole đồng."""

    code: str
    kind: str
    name: str
    amount: int
    condition: str
    exemption: str


class ProcedureOut(Schema):
    """A procedure as published. `term` is null when the source does not say how long it takes."""

    code: str
    name: str
    sector: str
    version_id: UUID
    version: int
    effective_from: date | None
    effective_to: date | None
    online_level: OnlineLevel
    term: dict[str, int | str] | None
    papers: list[PaperOut]
    fees: list[FeeOut]
    legal_bases: list[str]
    results: list[str]


@router.get("/procedures", response=list[LineOut], url_name="procedures")
@access.anyone(reason=OPEN)
def find(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HttpResponse:
    """Procedures in force that answer `q`, best first."""
    found = queries.find(q, at=moments.now(), limit=limit)
    lines = [{name: getattr(line, name) for name in LINE} for line in found]
    return HttpResponse(orjson.dumps(lines), content_type="application/json")


@router.get("/procedures/{code}", response=ProcedureOut, url_name="procedure")
@access.anyone(reason=OPEN)
def read(request: HttpRequest, code: Annotated[str, Field(max_length=60)]) -> ProcedureOut:
    """One procedure as it is in force today."""
    return _out(queries.published(code=code, at=moments.now()))


def _out(version: VersionView) -> ProcedureOut:
    return ProcedureOut(
        code=version.code,
        name=version.name,
        sector=version.sector,
        version_id=version.id,
        version=version.number,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        online_level=version.online_level,
        term={"amount": version.term.amount, "unit": version.term.unit.value} if version.term else None,
        papers=[PaperOut.from_orm(paper) for paper in version.papers],
        fees=[FeeOut.from_orm(fee) for fee in fees_to_read(version)],
        legal_bases=[basis.number for basis in version.legal_bases],
        results=[result.name for result in version.results],
    )

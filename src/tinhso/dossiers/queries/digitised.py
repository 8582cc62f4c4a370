"""What of a dossier's papers is electronic, for whoever digitises, and for index 766."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation.moments import midnight
from tinhso.tasks import api as tasks


@dataclass(frozen=True, slots=True)
class Digitised:
    """Of dossiers accepted in a time: how many have a digitised paper (`HoSoCoThanhPhanSoHoa`), a reused one
    (`DuocTaiSuDung`), one of the national store (`DuocLayTuKhoDMQG`)."""

    dossiers: int
    digitised: int
    reused: int
    national: int


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A dossier with papers that have no file yet: their codes with their names."""

    dossier: UUID
    code: str
    applicant: str
    version: UUID
    papers: tuple[tuple[str, str], ...]


def on_paper(*, agency: UUID, limit: int = 8) -> tuple[OnPaper, ...]:
    """The newest open dossiers of an agency that have papers without a file. Two queries."""
    bare = SubmittedPaper.objects.filter(current=True, file_id=None)
    rows = Dossier.objects.filter(agency_id=agency, finished_at=None)
    rows = rows.filter(Exists(bare.filter(dossier=OuterRef("pk")))).order_by("-submitted_at")[:limit]
    found = {row.id: row for row in rows}
    papers: dict[UUID, list[tuple[str, str]]] = {id: [] for id in found}
    for paper in bare.filter(dossier__in=found).order_by("id"):
        papers[paper.dossier_id].append((paper.code, paper.name))
    return tuple(
        OnPaper(row.id, row.code, row.applicant_name, row.procedure_version_id, tuple(papers[row.id]))
        for row in found.values()
    )


def at_hand(dossier_id: UUID, *, unit: UUID) -> bool:
    """Whether the dossier lies with the unit, or its work went through it. Two queries."""
    now = Dossier.objects.filter(id=dossier_id).values_list("unit_id", flat=True).first()
    return now == unit or unit in tasks.path(subject=SUBJECT, subject_id=dossier_id).units


def digitised(*, agency: UUID, first: date, last: date) -> Digitised:
    """The marks of an agency's dossiers accepted from one legal day to another, both in it. One query."""
    begins = midnight(first)
    ends = midnight(last + timedelta(days=1))
    papers = SubmittedPaper.objects.filter(dossier=OuterRef("pk"), current=True)
    found = (
        Dossier.objects.filter(agency_id=agency, accepted_at__gte=begins, accepted_at__lt=ends)
        .annotate(
            scanned=Exists(papers.filter(digitised_at__isnull=False)),
            again=Exists(papers.filter(reuse__gt=0)),
            fetched=Exists(papers.filter(national=True)),
        )
        .aggregate(
            every=Count("id"),
            scanned_count=Count("id", filter=Q(scanned=True)),
            again_count=Count("id", filter=Q(again=True)),
            fetched_count=Count("id", filter=Q(fetched=True)),
        )
    )
    return Digitised(found["every"], found["scanned_count"], found["again_count"], found["fetched_count"])

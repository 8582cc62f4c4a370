"""Dossiers of the demo province: sent, accepted, waiting, drafted; and, with the sandbox's help, results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from tinhso.directory import api as directory
from tinhso.dossiers import applicants, demo_between, demo_owing, demo_people, demo_turns, demo_weeks
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, PaperFault, Via
from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.dossiers.operations import intake, routing, supplements
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

AGENCIES = ("ubnd-30742", "ubnd-30952", "so-xay-dung")
NAMES = (
    "Nguyễn Thị Ánh Tuyết",
    "Trần Văn Út",
    "Danh Sóc Kha",
    "Lê Hoàng Phúc",
    "Phạm Thị Đẹp",
    "Thị Sà Rinh",
    "Võ Minh Đăng",
    "Huỳnh Ngọc Ẩn",
    "Đặng Thị Ngọc Ỷ",
    "Bùi Văn Ớt",
    "Châu Đa Ra",
    "Ngô Thị Én",
)
PER_AGENCY = 12
HOURS_APART = 7


@dataclass(frozen=True, slots=True)
class _Planned:
    """One dossier of the demo: when it was sent, and how far it went."""

    key: str
    agency: UUID
    version: procedures.VersionView
    name: str
    address: str
    sent_at: datetime
    stage: int


def load(*, at: datetime) -> None:
    """Some dossiers for each demo office, in every early state. Safe to repeat: keys are fixed."""
    for planned in _plan(at):
        if Dossier.objects.filter(applicant_name=planned.name, agency_id=planned.agency).exists():
            continue
        _bring(planned, at=at)
    _filed_for_others(at=at)
    demo_between.load(at=at)
    for code in AGENCIES:
        if offered := _without_form(directory.agency(code, today(at)).level, at=at):
            demo_turns.bring(code, offered, at=at)
            demo_turns.let_silence_decide(code, offered, at=at)
    demo_owing.load(AGENCIES[0], at=at)
    _publish_anew(at=at)


def _publish_anew(*, at: datetime) -> None:
    """One procedure of the first office changes today while dossiers of it are under way, once."""
    agency = directory.agency(AGENCIES[0], today(at))
    open_ones = Dossier.objects.filter(agency_id=agency.id, finished_at=None, owner_id=None)
    fullest = open_ones.order_by().values_list("procedure_version").annotate(n=Count("id"))
    found = fullest.order_by("-n", "procedure_version").first()
    version = procedures.version(found[0]) if found else None
    if version is None or len(procedures.versions_of(codes=(version.code,))) > 1:
        return
    said = {field.name: getattr(version, field.name) for field in fields(procedures.Content)}
    first, *others = version.papers or (procedures.PaperAsked(code="don", name="Đơn đề nghị"),)
    first = replace(first, hint="Theo mẫu mới từ hôm nay; đơn theo mẫu cũ đã nộp vẫn dùng được.")
    photo = procedures.PaperAsked(code="can-cuoc-anh", name="Ảnh chụp hai mặt căn cước", copies=1)
    procedures.release(
        code=version.code,
        content=procedures.Content(**said | {"papers": (first, *others, photo)}),
        authors=(),
        effective_from=today(at),
        by=SYSTEM,
        at=at,
    )


def fill(*, at: datetime, say: Callable[[str], object]) -> None:
    """Weeks of work of three offices; `say` tells how far it is. Safe to repeat."""
    demo_weeks.lay(at=at, say=say)


def finish(*, at: datetime) -> None:
    """Results of the first office: one that holds, one corrected, one revoked, some wanted by post.

    Needs the sandbox.
    """
    code = AGENCIES[0]
    offered = _without_form(directory.agency(code, today(at)).level, at=at)
    demo_turns.issue(code, offered, at=at)
    demo_turns.issue_by_post(code, offered, at=at)


def _filed_for_others(*, at: datetime) -> None:
    """At the first office: one filed by a proxy whose right is proven, one by a mother whose paper waits."""
    han = identity.find_person("089198007231")
    if han is None or Dossier.objects.filter(filed_under__isnull=False).exists():
        return
    agency = directory.agency(AGENCIES[0], today(at))
    by = ActorRef(ActorKind.PERSON, han, identity.person(han).full_name)
    version = next(iter(_without_form(agency.level, at=at)), None)
    for place, one in enumerate(identity.relations_of(han, name=by.name, at=at) if version else ()):
        if one.holds and version is not None:
            whom = applicants.For(relation=one.id)
            both = applicants.sides(OwnerRef("person", han), whom, by=by, at=at)
            filer = both.filer
            if filer is None:
                continue
            given = Submission(
                version_id=version.id,
                agency_id=agency.id,
                applicant=both.applicant,
                answers={},
                papers=demo_people.originals(version),
                via=Via.ONLINE,
                key=f"demo-thay-{place}",
                filer=replace(filer, seen=True),
            )
            dossier = submit(given, by=by, at=at)
            if one.proof is not None and one.proof.checked_at is None:
                SubmittedPaper.objects.filter(dossier_id=dossier.id, code=PROOF).update(verdict="unseen")


def _plan(at: datetime) -> Iterator[_Planned]:
    communes = directory.of_level(directory.TerritoryLevel.COMMUNE, today(at))
    for place, code in enumerate(AGENCIES):
        agency = directory.agency(code, today(at))
        offered = _without_form(agency.level, at=at)
        for number in range(PER_AGENCY if offered else 0):
            yield _Planned(
                key=f"demo-{code}-{number}",
                agency=agency.id,
                version=offered[number % len(offered)],
                name=NAMES[number % len(NAMES)],
                address=f"{communes[(7 * number + place) % len(communes)].name}, tỉnh An Giang",
                sent_at=at - timedelta(hours=HOURS_APART * (PER_AGENCY - number) + place),
                stage=number % 6,
            )


def _without_form(level: directory.AgencyLevel, *, at: datetime) -> list[procedures.VersionView]:
    """Procedures of one agency that ask only for papers, so that no answers need inventing."""
    lines = [
        line for sector in procedures.sectors(at=at) for line in procedures.listed(sector=sector.slug, at=at)
    ]
    found = [
        procedures.version(line.version_id)
        for line in lines
        if not line.fileable and line.agency_level.value == level.value
    ]
    return [version for version in found if not version.phases and not version.bundle]


def _bring(planned: _Planned, *, at: datetime) -> None:
    papers = demo_people.originals(planned.version)
    filed = submit(
        Submission(
            version_id=planned.version.id,
            agency_id=planned.agency,
            applicant=Applicant(name=planned.name, phone="0912000000", address=planned.address),
            answers={},
            papers=papers,
            via=Via.COUNTER,
            key=planned.key,
            identity_paper="can-cuoc",
        ),
        by=SYSTEM,
        at=planned.sent_at,
    )
    act: dict[str, Any] = {"dossier_id": filed.id, "by": SYSTEM}
    if planned.stage >= 2:
        intake.accept(at=planned.sent_at + timedelta(hours=1), **act)
    if planned.stage == 3 and papers:
        fault = PaperFault(code=papers[0].code, reason="Ảnh chụp mờ, không thấy dấu đỏ.")
        supplements.ask(faults=[fault], at=planned.sent_at + timedelta(hours=2), **act)
    if planned.stage == 4:
        routing.pause(reason="Chờ ý kiến cơ quan phối hợp", at=planned.sent_at + timedelta(hours=2), **act)

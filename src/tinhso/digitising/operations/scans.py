"""A scan's way: received into the office's tray, its pages put in order, attached to a paper, or dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.digitising.contracts import NoSuchScan, Page, ScanGone, ScanState, Way
from tinhso.digitising.models import Scan, Source
from tinhso.digitising.operations import sealing
from tinhso.digitising.permissions import SUBJECT
from tinhso.digitising.queries import scans
from tinhso.dossiers import api as dossiers
from tinhso.foundation import files, jobs, legal, transactions
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef, SubjectRef
from tinhso.foundation.text import normal
from tinhso.foundation.transactions import Work
from tinhso.vault import api as vault

READ_TEXT = "digitising.read_text"
LONGEST = 200
TURNS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of one paper, and whose they are when a label says so: ids of dossiers, codes of papers."""

    pages: tuple[Page, ...]
    dossier: UUID | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on the paper, for the owner's vault. `valid_to` is the first day it no longer holds."""

    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_to: date | None = None


def receive(
    *,
    unit: UUID,
    file_ids: Sequence[UUID],
    parts: Sequence[Part],
    way: Way,
    place: str = "",
    arrival: UUID | None = None,
    by: ActorRef,
    at: datetime,
) -> tuple[UUID, ...]:
    """Put scanned files into the tray of a unit, one scan for each part; their ids.

    Raises Invalid without files or pages, NotAllowed.
    """
    stored = files.describe(file_ids)
    if not parts or not file_ids or set(file_ids) - stored.keys():
        raise Invalid(
            _("Hãy chọn ít nhất một tệp quét."), faults={"tep": _("Hãy chọn ít nhất một tệp quét.")}
        )
    made = []
    with transactions.act("digitising.receive", by=by, at=at, on=subject(new_id(), unit)) as work:
        for number, part in enumerate(parts):
            scan = Scan.objects.create(
                id=new_id(),
                unit_id=unit,
                way=way.value,
                place=place,
                name=stored[file_ids[part.pages[0].source]].name,
                received_at=at,
                received_by=by.name,
                arrival=arrival,
                part=number,
                dossier_id=part.dossier,
                paper=part.paper,
                pages=[astuple(page) for page in part.pages],
            )
            Source.objects.bulk_create(
                Source(
                    scan=scan,
                    place=place_of,
                    file_id=each,
                    sha256=stored[each].sha256,
                    name=stored[each].name,
                )
                for place_of, each in enumerate(file_ids)
            )
            work.defer(jobs.jobs.get(READ_TEXT), scan_id=str(scan.id))
            made.append(scan.id)
        work.record(scans=[str(id) for id in made], files=[stored[each].sha256 for each in file_ids])
    return tuple(made)


def arrange(*, scan_id: UUID, pages: Sequence[Page], by: ActorRef, at: datetime) -> None:
    """Put the pages in this order and turn; those left out are dropped from the copy, not from the original.

    Opens the files: call it with no transaction open. Raises Invalid for no page left or one that the files
    do not have.
    """
    authority().require(by=by, act="digitising.arrange", on=subject(scan_id, scans.scan(scan_id).unit), at=at)
    known = {(page.source, page.page) for page in scans.every_page(scan_id, at=at)}
    with _in_tray("arrange", scan_id, by=by, at=at) as (scan, work):
        if not pages:
            raise Invalid(
                _("Bản quét phải còn ít nhất một trang. Muốn bỏ cả bản quét, hãy bấm “Bỏ bản quét”.")
            )
        if any((page.source, page.page) not in known or page.turn not in TURNS for page in pages):
            raise Invalid(_("Bản quét không có trang này. Hãy mở lại trang."))
        scan.pages = [astuple(page) for page in pages]
        scan.save(update_fields=["pages"])
        work.record(pages=len(pages))


def attach(
    *,
    scan_id: UUID,
    dossier_id: UUID,
    paper: str,
    facts: Facts | None = None,
    by: ActorRef,
    at: datetime,
) -> None:
    """Make one PDF/A of the pages and put it to a paper of a dossier: that paper is digitised from then on.

    Its owner's vault gets it too when the rule of the day says so (`digitised_into_vault`). Slow: call it
    with no transaction open. Raises Invalid, ScanGone, NotAllowed, and what dossiers says.
    """
    view = scans.scan(scan_id)
    authority().require(by=by, act="digitising.attach", on=subject(scan_id, view.unit), at=at)
    found = dossiers.read(dossier_id, by=SYSTEM, at=at, purpose=_("Số hóa giấy tờ"))
    name = next((each.name for each in found.papers if each.code == paper and each.current), "")
    if not name:
        fault = _("Hãy chọn giấy tờ của hồ sơ.")
        raise Invalid(fault, faults={"giay": fault})
    copy = files.archive(
        view.sources,
        picks=[(page.source, page.page, page.turn) for page in view.pages],
        name=f"{found.row.code} {name}",
        by=by,
        at=at,
    )
    copy = sealing.sealed(copy, unit=view.unit, by=by, at=at)
    with _in_tray("attach", scan_id, by=by, at=at) as (scan, work):
        if [Page(*page) for page in scan.pages] != list(view.pages):
            raise ScanGone(_("Trang của bản quét vừa được sắp lại ở máy khác. Hãy xem lại rồi làm tiếp."))
        dossiers.digitise(dossier_id=dossier_id, paper=paper, file_id=copy.id, by=by, at=at)
        _keep(found, paper, name, copy, facts or Facts(), at=at)
        scan.dossier_id, scan.paper = dossier_id, paper
        scan.file_id, scan.sha256 = copy.id, copy.sha256
        _end(scan, ScanState.ATTACHED, by=by, at=at)
        work.record(dossier=str(dossier_id), paper=paper, sha256=copy.sha256)


def drop(*, scan_id: UUID, because: str, by: ActorRef, at: datetime) -> None:
    """Take a scan out of the tray; its files stay by their hash. Raises Invalid, ScanGone."""
    if not normal(because):
        fault = _("Hãy ghi vì sao bỏ bản quét này.")
        raise Invalid(fault, faults={"vi-sao": fault})
    with _in_tray("drop", scan_id, by=by, at=at) as (scan, work):
        scan.because = normal(because)[:LONGEST]
        _end(scan, ScanState.DROPPED, by=by, at=at)
        work.record(because=scan.because)


def forget(dossier_id: UUID, *, at: datetime) -> None:
    """Let go what was scanned for a dossier that is erased, inside that act."""
    of_it = Scan.objects.filter(dossier_id=dossier_id)
    sources = Source.objects.filter(scan__in=of_it)
    held = {*sources.values_list("file_id", flat=True), *of_it.values_list("file_id", flat=True)} - {None}
    sources.delete()
    of_it.delete()
    files.loosen([each for each in held if each], at=at)


def subject(scan_id: UUID, unit: UUID) -> SubjectRef:
    """A scan as identity judges it: the work of the unit in whose tray it lies."""
    return SubjectRef(kind=SUBJECT, id=scan_id, units=(unit,))


@contextmanager
def _in_tray(act: str, scan_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[tuple[Scan, Work]]:
    known = Scan.objects.filter(id=scan_id).first()
    if known is None:
        raise NoSuchScan(_("Không tìm thấy bản quét này."))
    with transactions.act(f"digitising.{act}", by=by, at=at, on=subject(scan_id, known.unit_id)) as work:
        scan = Scan.objects.select_for_update().get(id=scan_id)
        if scan.state != ScanState.TRAY:
            raise ScanGone(_("Bản quét này đã được đưa vào hồ sơ hoặc đã bỏ. Hãy mở lại khay bản quét."))
        yield scan, work


def _end(scan: Scan, state: ScanState, *, by: ActorRef, at: datetime) -> None:
    scan.state, scan.ended_at, scan.ended_by = state.value, at, by.name
    scan.save()


def _keep(
    found: dossiers.DossierView,
    paper: str,
    name: str,
    copy: files.StoredFile,
    facts: Facts,
    *,
    at: datetime,
) -> None:
    """Put the copy into the owner's vault, if there is an owner, a kind and a rule."""
    day = today(at)
    owner = found.applicant.owner
    kinds = vault.kinds_for(procedure=found.row.procedure_code, paper=paper, name=name, on=day)
    if owner is None or not kinds or not legal.value("digitised_into_vault", on=day):
        return
    vault.keep(
        owner=owner,
        file_id=copy.id,
        sha256=copy.sha256,
        kind=kinds[0],
        title=name,
        number=normal(facts.number)[:LONGEST],
        issuer=normal(facts.issuer)[:LONGEST],
        issued_on=facts.issued_on,
        valid_to=facts.valid_to,
        source=vault.Source.DIGITISED,
        about=SubjectRef(kind="dossier", id=found.row.id),
        at=at,
    )

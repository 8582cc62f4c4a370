"""A scan's way: received, its pages put in order, attached as PDF/A, or dropped."""

from __future__ import annotations

import hashlib

import pypdfium2
import pytest

from tests.digitising.counter import Counter
from tests.support import archival, people, scanning
from tests.support.office import office
from tinhso.digitising.contracts import NoSuchScan, Page, ScanGone
from tinhso.digitising.models import Scan, Source
from tinhso.digitising.operations import scans
from tinhso.digitising.queries import scans as reading
from tinhso.dossiers.models import HistoryEntry, SubmittedPaper
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db


def test_pages_of_several_files_become_the_digitised_copy_of_the_paper(here: Counter) -> None:
    photo, scanned = scanning.jpeg("một"), scanning.tiff([scanning.page("hai"), scanning.page("ba")])
    scan = here.scan([photo, scanned], aimed=True)
    here.attach(scan)

    paper = SubmittedPaper.objects.get(dossier_id=here.dossier.id, code="don", current=True)
    row = Scan.objects.get(id=scan)
    copy = files.read(row.file_id)
    assert archival.faults(copy) == []
    with pypdfium2.PdfDocument(copy) as pdf:
        assert len(pdf) == 3
    assert (paper.file_id, paper.digitised_at, paper.originals) == (row.file_id, here.at, 1)
    kept = list(Source.objects.filter(scan=row).order_by("place").values_list("sha256", flat=True))
    assert kept == [hashlib.sha256(each).hexdigest() for each in (photo, scanned)]
    told = HistoryEntry.objects.get(dossier_id=here.dossier.id, act="digitise")
    assert (told.public, told.actor_name) == (False, "Lê Thị Hoa")


def test_pages_are_turned_moved_and_left_out(here: Counter) -> None:
    scan = here.scan([scanning.pdf([scanning.page(str(number)) for number in range(3)])], aimed=True)
    scans.arrange(scan_id=scan, pages=[Page(0, 2, 90), Page(0, 0)], by=here.office.intake, at=here.at)
    here.attach(scan)

    with pypdfium2.PdfDocument(files.read(Scan.objects.get(id=scan).file_id)) as pdf:
        sides = [pdf[number].get_size() for number in range(len(pdf))]
    assert [width > height for width, height in sides] == [True, False]
    assert len(Source.objects.get(scan_id=scan).sha256) == 64


@pytest.mark.parametrize("pages", [[], [Page(0, 5)], [Page(1, 0)], [Page(0, 0, 45)]])
def test_pages_that_are_not_there_are_refused(here: Counter, pages: list[Page]) -> None:
    with pytest.raises(Invalid):
        scans.arrange(scan_id=here.scan(), pages=pages, by=here.office.intake, at=here.at)


def test_a_scan_is_attached_once(here: Counter) -> None:
    scan = here.scan()
    here.attach(scan)
    with pytest.raises(ScanGone):
        here.attach(scan)
    with pytest.raises(ScanGone):
        scans.drop(scan_id=scan, because="Trùng", by=here.office.intake, at=here.at)
    assert SubmittedPaper.objects.filter(dossier_id=here.dossier.id, code="don").count() == 1


def test_a_second_scan_of_a_paper_takes_the_place_of_the_first(here: Counter) -> None:
    here.attach(here.scan())
    here.attach(here.scan([scanning.jpeg("rõ hơn")]))
    papers = SubmittedPaper.objects.filter(dossier_id=here.dossier.id, code="don").order_by("id")
    assert [(paper.current, bool(paper.digitised_at)) for paper in papers] == [(False, True), (True, True)]


def test_a_paper_that_is_not_in_the_dossier_takes_no_scan(here: Counter) -> None:
    scan = here.scan()
    with pytest.raises(Invalid) as refused:
        here.attach(scan, paper="khac")
    assert "giay" in refused.value.faults
    assert reading.scan(scan).state.value == "tray"


def test_what_is_dropped_says_why_and_keeps_its_files(here: Counter) -> None:
    scan = here.scan()
    with pytest.raises(Invalid):
        scans.drop(scan_id=scan, because=" ", by=here.office.intake, at=here.at)
    scans.drop(scan_id=scan, because="Quét nhầm", by=here.office.intake, at=here.at)
    assert reading.waiting([here.office.one_stop]) == 0
    assert files.read(Source.objects.get(scan_id=scan).file_id)


def test_another_office_has_nothing_to_do_with_the_tray(here: Counter) -> None:
    scan, other = here.scan(), office()
    assert reading.tray([other.one_stop]) == ((), "")
    with pytest.raises(NoSuchScan):
        reading.scan(scan, units=[other.one_stop])
    for by in (other.intake, here.office.specialist, here.office.citizen, people.person("Ai đó")):
        with pytest.raises(NotAllowed):
            scans.attach(scan_id=scan, dossier_id=here.dossier.id, paper="don", by=by, at=here.at)
        with pytest.raises(NotAllowed):
            scans.drop(scan_id=scan, because="x", by=by, at=here.at)

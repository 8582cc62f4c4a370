"""The scanner of the Rạch Giá office: scans in its tray, one of them with its dossier known."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tinhso.digitising import folders
from tinhso.digitising.contracts import Page, Way
from tinhso.digitising.models import Scan
from tinhso.digitising.operations import scans
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import files, paper
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM

AGENCY = "ubnd-30742"
FONT = Path(paper.__file__).parent / "fonts" / "Tinos-Regular.ttf"
SCANS = (
    ("scan_0007.tif", ("ỦY BAN NHÂN DÂN", "GIẤY KHAI SINH", "Số: 45/2024", "Ngày 12 tháng 3 năm 2024")),
    ("scan_0008.tif", ("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Số: CS 01234", "Ngày 5 tháng 9 năm 2019")),
)  # fmt: skip


def load(*, at: datetime) -> None:
    """Two scans, made once, and the folder that the scanner writes into. Safe to repeat."""
    day = today(at)
    agency = directory.agency(AGENCY, day)
    unit = next(
        each.id for each in directory.units_of(agency.id, day) if each.kind is directory.UnitKind.ONE_STOP
    )
    (folders.root() / agency.code / "quay-1").mkdir(parents=True, exist_ok=True)
    if Scan.objects.filter(unit_id=unit).exists():
        return
    waiting = dossiers.on_paper(agency=agency.id, limit=1)
    for number, (name, words) in enumerate(SCANS):
        kept = files.keep(_sheet(words), name=name, by=SYSTEM, at=at)
        known = waiting[0].dossier if waiting and number == 0 else None
        scans.receive(
            unit=unit,
            file_ids=[kept.id],
            parts=[scans.Part((Page(0, 0),), known)],
            way=Way.UPLOAD,
            by=SYSTEM,
            at=at,
        )


def _sheet(words: tuple[str, ...]) -> bytes:
    """A page as a scanner sends it: TIFF, 150 dots an inch."""
    sheet = Image.new("L", (1240, 1754), 250)
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT), 42)
    for number, line in enumerate(words):
        pen.text((140, 180 + number * 90), line, fill=20, font=font)
    out = BytesIO()
    sheet.save(out, "TIFF", dpi=(150, 150), compression="tiff_lzw")
    return out.getvalue()

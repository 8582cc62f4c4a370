"""Letters on scans: read when an engine is there, plainly absent when not; suggestions for the officer."""

from __future__ import annotations

import stat
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.digitising.counter import Counter
from tests.support import people
from tinhso.digitising import engines, jobs
from tinhso.digitising.hints import hints
from tinhso.digitising.models import Scan
from tinhso.digitising.queries import scans as reading
from tinhso.foundation.registry import Port

pytestmark = pytest.mark.django_db
WORDS = (
    "ỦY BAN NHÂN DÂN",
    "GIẤY KHAI SINH",
    "Số: 45/2024",
    "Ngày 12 tháng 3 năm 2024",
)
FONTS = Path(engines.__file__).parents[1] / "foundation" / "paper" / "fonts"


def written() -> bytes:
    """A page with Vietnamese letters, as a scanner would send it."""
    sheet = Image.new("RGB", (1654, 2339), "white")
    font = ImageFont.truetype(str(next(FONTS.glob("Tinos-Regular*"))), 56)
    for number, line in enumerate(WORDS):
        ImageDraw.Draw(sheet).text((180, 200 + number * 120), line, fill="black", font=font)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=90, dpi=(200, 200))
    return out.getvalue()


def bound(monkeypatch: pytest.MonkeyPatch, engine: engines.Engine | None) -> None:
    port: Port[engines.Engine] = Port("engine of a test")
    if engine is not None:
        port.bind(engine)
    for module in ("tinhso.digitising.operations.reading", "tinhso.digitising.pages.tray"):
        monkeypatch.setattr(f"{module}.engine", port)


@pytest.mark.skipif(engines.installed() is None, reason="Tesseract is not on this machine")
def test_the_real_engine_reads_vietnamese_and_the_page_is_found_by_its_words(
    here: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(monkeypatch, engines.installed())
    scan = here.scan([written()])
    jobs.read_text(scan_id=str(scan))
    found = hints(reading.scan(scan).texts[0])
    assert (found.number, found.day) == ("45/2024", "12/03/2024")
    assert found.issuer == "ỦY BAN NHÂN DÂN"
    assert [one.id for one in reading.tray([here.office.one_stop], q="giay khai sinh")[0]] == [scan]
    page = people.client(here.office.intake).get(f"/can-bo/so-hoa/ban-quet/{scan}/?q=khai+sinh")
    assert 'value="45/2024"' in page.content.decode()
    assert "GIẤY KHAI SINH" in page.content.decode()


def test_without_an_engine_it_is_plainly_said(here: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, None)
    scan = here.scan()
    jobs.read_text(scan_id=str(scan))
    browser = people.client(here.office.intake)
    assert "chưa cài bộ nhận dạng chữ" in browser.get(f"/can-bo/so-hoa/ban-quet/{scan}/").content.decode()
    assert "chưa cài bộ nhận dạng chữ" in browser.get("/can-bo/so-hoa/").content.decode()


@pytest.mark.parametrize(
    "script",
    ["#!/bin/sh\nexit 3\n", "#!/bin/sh\nsleep 30\n", '#!/bin/sh\ndd if=/dev/zero bs=1M count=64 of="$2.x"\n'],
)
def test_an_engine_that_breaks_hangs_or_writes_too_much_fails_alone(
    here: Counter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    command = tmp_path / "tesseract"
    command.write_text(script.replace('"$2.x"', f"{tmp_path}/out"))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(engines, "SECONDS", 1)
    bound(monkeypatch, engines.Tesseract(str(command)))
    scan = here.scan()
    jobs.read_text(scan_id=str(scan))
    assert Scan.objects.get(id=scan).text_state == "failed"


def test_a_switched_off_engine_is_none(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "OCR", "off")
    assert engines.installed() is None
    monkeypatch.setattr(settings, "OCR", "/khong/co")
    assert engines.installed() is None


def test_hints_are_empty_where_nothing_stands() -> None:
    nothing = hints(["", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập"])
    assert (nothing.number, nothing.day, nothing.issuer) == ("", "", "")

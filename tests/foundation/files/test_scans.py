"""Scanned files: counted, shown, read for codes, laid into one PDF/A; whatever bytes come."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support import archival, scanning
from tinhso.foundation.examining import process, scans
from tinhso.foundation.examining.verdicts import Fault, Limits, Refused

LIMITS = Limits(pixels=4_000_000, pages=20, unpacked=64 * 1024**2, kinds=("pdf", "jpeg", "png", "tiff"))
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PDF, TIFF, JPEG = "application/pdf", "image/tiff", "image/jpeg"


def archived(folder: Path, files: list[tuple[bytes, str]], picks: list[tuple[int, int, int]]) -> bytes:
    paths = []
    for number, (content, _kind) in enumerate(files):
        paths.append(folder / str(number))
        paths[-1].write_bytes(content)
    return process.archived(
        paths,
        media_types=[kind for _content, kind in files],
        limits=LIMITS,
        picks=picks,
        dpi=100,
        title="Giấy khai sinh",
        made_at=AT,
    )


def test_photos_tiff_and_pdf_become_one_pdf_a(tmp_path: Path) -> None:
    files = [
        (scanning.jpeg("một"), JPEG),
        (scanning.tiff([scanning.page("hai"), scanning.page("ba")]), TIFF),
        (scanning.pdf([scanning.page("bốn")]), PDF),
    ]
    made = archived(tmp_path, files, [(1, 1, 0), (0, 0, 90), (2, 0, 0)])

    assert archival.faults(made) == []
    with pypdfium2.PdfDocument(made) as pdf:
        sizes = [tuple(round(side, -1) for side in pdf[number].get_size()) for number in range(len(pdf))]
    assert sizes == [(600, 840), (840, 600), (600, 840)]
    assert archived(tmp_path, files, [(1, 1, 0), (0, 0, 90), (2, 0, 0)]) == made


def test_a_page_is_turned_the_way_it_is_said(tmp_path: Path) -> None:
    """The red bar at the foot of the page, on its left, stands at the left, high up, once turned right."""
    made = archived(tmp_path, [(scanning.jpeg("x"), JPEG)], [(0, 0, 90)])
    with pypdfium2.PdfDocument(made) as pdf:
        drawn = pdf[0].render(scale=100 / 72).to_pil().convert("RGB")
    red, _green, blue = drawn.getpixel((65, 140))
    assert red > 140 > blue


@pytest.mark.parametrize("broken", ["part", "intent", "metadata", "action", "filter"])
def test_the_check_finds_what_breaks_the_standard(tmp_path: Path, broken: str) -> None:
    made = archived(tmp_path, [(scanning.jpeg("x"), JPEG)], [(0, 0, 0)])
    out = BytesIO()
    with pikepdf.open(BytesIO(made)) as pdf:
        if broken == "part":
            with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
                about["pdfaid:part"] = "1"
        elif broken == "intent":
            del pdf.Root.OutputIntents
        elif broken == "metadata":
            pdf.docinfo["/Title"] = "khác"
        elif broken == "action":
            pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        else:
            lzw = pikepdf.Stream(pdf, b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01")
            lzw.Filter = pikepdf.Name.LZWDecode
            pdf.Root.Extra = pdf.make_indirect(lzw)
        pdf.save(
            out,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    assert archival.faults(out.getvalue())


def test_codes_are_read_on_every_page_of_every_kind(tmp_path: Path) -> None:
    pages = [scanning.page("a", code="https://x.vn/mot/"), scanning.page("b")]
    for content, kind in ((scanning.tiff(pages), TIFF), (scanning.pdf(pages), PDF)):
        (tmp_path / "file").write_bytes(content)
        found = process.codes(tmp_path / "file", media_type=kind, limits=LIMITS)
        assert found == [["https://x.vn/mot/"], []]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (scanning.pdf([scanning.page("x")] * 2), PDF),
        (scanning.tiff([scanning.page("x")] * 2), TIFF),
        (scanning.jpeg("x"), JPEG),
    ],
    ids=["pdf", "tiff", "jpeg"],
)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_half_a_file_is_no_file(tmp_path: Path, content: bytes, kind: str, share: float) -> None:
    (tmp_path / "file").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(Refused) as refused:
        process.counted(tmp_path / "file", media_type=kind, limits=LIMITS)
    assert refused.value.fault is Fault.UNREADABLE


def test_too_many_pages_or_pixels_are_refused(tmp_path: Path) -> None:
    (tmp_path / "many").write_bytes(scanning.tiff([scanning.page("x", size=(50, 50))] * 21))
    with pytest.raises(Refused) as many:
        process.counted(tmp_path / "many", media_type=TIFF, limits=LIMITS)
    large = BytesIO()
    Image.new("1", (3000, 3000), 1).save(large, "TIFF", compression="group4")
    (tmp_path / "large").write_bytes(large.getvalue())
    with pytest.raises(Refused) as bomb:
        process.counted(tmp_path / "large", media_type=TIFF, limits=LIMITS)
    assert (many.value.fault, bomb.value.fault) == (Fault.TOO_MANY_PAGES, Fault.TOO_MANY_PIXELS)


def test_a_parser_that_hangs_or_grows_ends_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(scanning.pdf([scanning.page("x")] * 4))
    monkeypatch.setattr(process, "WALL_FACTOR", 0.0001)
    with pytest.raises(Refused) as refused:
        process.codes(tmp_path / "file", media_type=PDF, limits=LIMITS)
    assert refused.value.fault is Fault.BOMB


WHOLE = {
    PDF: scanning.pdf([scanning.page("x", size=(200, 280))]),
    TIFF: scanning.tiff([scanning.page("x", size=(200, 280))] * 2),
    JPEG: scanning.jpeg("x"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(sorted(WHOLE)),
    hits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=40),
    cut=st.floats(0, 1),
)
def test_bytes_from_outside_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, hits: list[tuple[float, int]], cut: float
) -> None:
    """Whatever was changed in a file, its parsers give pages or a refusal: nothing else comes out of them."""
    content = bytearray(WHOLE[kind])
    for place, byte in hits:
        content[int(place * (len(content) - 1))] = byte
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(bytes(content[: int(len(content) * max(cut, 0.2))]))
    try:
        source = scans.Source(path, kind, LIMITS)
        for page in range(source.count):
            drawn, dots = source.draw(page, dpi=72)
            assert min(drawn.size) > 0
            assert dots > 0
    except Refused:
        return

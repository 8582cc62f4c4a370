"""The receipt as XML: equal facts give equal bytes, by the schema in `receipt.xsd` beside this file.

Elements bear Vietnamese names without diacritics, as files for the tax side do. Amounts are whole đồng in
digits, days `YYYY-MM-DD`. Bytes are UTF-8, one element a line, two blanks a step, ended by a line feed.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tinhso.foundation.paper.press import clean
from tinhso.payments.receipt_facts import ReceiptFacts, ReceiptRef, seven

NAMESPACE = "urn:tinhso:bien-lai:1"
SCHEMA = Path(__file__).with_name("receipt.xsd")


def receipt_xml(facts: ReceiptFacts) -> bytes:
    """The receipt's XML."""
    root = etree.Element(f"{{{NAMESPACE}}}BienLai", nsmap={None: NAMESPACE}, phienBan="1")
    _add(root, "MauSo", facts.form)
    _add(root, "KyHieu", facts.symbol)
    _add(root, "So", facts.number_text)
    _add(root, "NgayLap", facts.issued_on.isoformat())
    agency = _add(root, "CoQuanThu")
    _add(agency, "Ten", facts.agency)
    _add(agency, "MaSoThue", facts.agency_tax_code)
    _add(agency, "DiaChi", facts.agency_address)
    payer = _add(root, "NguoiNop")
    _add(payer, "Ten", facts.payer)
    _add(payer, "DiaChi", facts.payer_address)
    _add(payer, "GiayToChe", facts.payer_id)
    _add(root, "MaHoSo", facts.dossier)
    _add(root, "HinhThucNop", facts.paid_by)
    lines = _add(root, "DanhSachKhoan")
    for place, line in enumerate(facts.lines, start=1):
        one = _add(lines, "Khoan", stt=str(place))
        _add(one, "Ten", line.name)
        _add(one, "SoTien", str(line.amount))
        if line.revenue:
            one.set("tieuMuc", line.revenue)
    _add(root, "TongTien", str(facts.total))
    _add(root, "BangChu", facts.in_words)
    check = _add(root, "TraCuu")
    _add(check, "Ma", facts.code)
    _add(check, "DiaChi", facts.address)
    if facts.replaces is not None:
        _reference(_add(root, "ThayThe"), facts.replaces, facts.replacing_reason)
    if facts.voided is not None:
        void = _add(root, "Huy")
        _add(void, "Ngay", facts.voided.on.isoformat())
        _add(void, "LyDo", facts.voided.reason)
    etree.indent(root, space="  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _reference(into: etree._Element, other: ReceiptRef, reason: str) -> None:
    _add(into, "KyHieu", other.symbol)
    _add(into, "So", seven(other.number))
    _add(into, "Ngay", other.issued_on.isoformat())
    _add(into, "LyDo", reason)


def _add(into: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    one = etree.SubElement(into, f"{{{NAMESPACE}}}{name}", **attributes)
    if text is not None:
        one.text = " ".join(clean(text).split())
    return one

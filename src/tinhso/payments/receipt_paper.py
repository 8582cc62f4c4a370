"""The receipt on paper: half a sheet of A4, the place of the agency's signature, a code to check it by."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tinhso.foundation import paper
from tinhso.foundation.signing import SEAL, SignatureFieldSpec
from tinhso.payments.receipt_facts import ReceiptFacts, ReceiptLine, seven

SHEET: Final = "payments/receipt"
FIELD: Final = SignatureFieldSpec(SEAL, label="chữ ký số của cơ quan thu")
"""Where the collecting agency signs: give it to `signing.seal_unsigned` with the bytes of `receipt_pdf`."""


def receipt_pdf(facts: ReceiptFacts, *, at: datetime) -> bytes:
    """The receipt as PDF, unsigned, the place of its signature marked. Raises PaperError, LookupError.

    In Vietnamese whatever the language of the page.
    """
    day = facts.issued_on
    data = {
        "title": f"Biên lai {facts.symbol} số {facts.number_text}",
        "form": facts.form,
        "symbol": facts.symbol,
        "number": facts.number_text,
        "agency": facts.agency,
        "agency_tax_code": facts.agency_tax_code,
        "agency_address": facts.agency_address,
        "payer": [
            ["Họ, tên người nộp", facts.payer],
            ["Địa chỉ", facts.payer_address],
            ["Số giấy tờ", facts.payer_id],
            ["Mã hồ sơ", facts.dossier],
            ["Hình thức nộp", facts.paid_by],
        ],
        "lines": [
            [str(place), _named(line), _dong(line.amount)] for place, line in enumerate(facts.lines, start=1)
        ],
        "total": _dong(facts.total),
        "in_words": facts.in_words,
        "date": f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "code": facts.code,
        "address": facts.address,
        "qr": paper.qr(facts.address),
        "replaces": _replaces(facts),
        "voided": facts.voided and f"ĐÃ HỦY ngày {facts.voided.on:%d/%m/%Y}. Lý do: {facts.voided.reason}",
    }
    return paper.render(template=SHEET, data=data, made_at=at, marked=True)


def _replaces(facts: ReceiptFacts) -> str:
    other = facts.replaces
    if other is None:
        return ""
    return (
        f"Thay thế biên lai ký hiệu {other.symbol} số {seven(other.number)} ngày {other.issued_on:%d/%m/%Y}. "
        f"Lý do: {facts.replacing_reason}"
    )


def _named(line: ReceiptLine) -> str:
    return f"{line.name} (tiểu mục {line.revenue})" if line.revenue else line.name


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")

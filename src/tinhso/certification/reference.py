"""What every province starts with: how certified copies are numbered."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.foundation import numbering
from tinhso.foundation.numbering import Reset

NUMBER = "certification"


def load(*, at: datetime) -> None:
    """Lay down the number pattern. Safe to repeat."""
    numbering.put(
        key=NUMBER,
        pattern="{seq}",
        reset=Reset.YEAR,
        effective_from=date(2015, 4, 10),
        basis="NĐ 23/2015/NĐ-CP, Điều 14: số chứng thực lấy theo sổ, bắt đầu lại từ 01 mỗi năm",
    )

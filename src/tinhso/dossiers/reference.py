"""What every province starts with: how dossiers and results are numbered, what is asked of who wants post."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.dossiers import wanted
from tinhso.foundation import numbering
from tinhso.foundation.numbering import Reset


def load(*, at: datetime) -> None:
    """Lay down the number patterns and the form. Safe to repeat."""
    wanted.publish(at=at)
    numbering.put(
        key="dossier",
        pattern="{agency}-{yymmdd}-{seq:04d}",
        reset=Reset.DAY,
        effective_from=date(2018, 7, 1),
        basis="TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP (chưa đối chiếu mẫu số)",
    )
    numbering.put(
        key="bundle",
        pattern="{agency}-LT-{yymmdd}-{seq:04d}",
        reset=Reset.DAY,
        effective_from=date(2018, 7, 1),
        basis="Quy định nội bộ của tỉnh: mã nhóm hồ sơ nộp một lần",
    )
    numbering.put(
        key="result",
        pattern="{seq:02d}",
        reset=Reset.YEAR,
        effective_from=date(2018, 7, 1),
        basis="NĐ 30/2020/NĐ-CP, Phụ lục I: số bắt đầu lại từ 01 mỗi năm",
    )

"""What every province starts with: how lists of parcels are numbered."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.foundation import numbering
from tinhso.foundation.numbering import Reset

MANIFEST = "parcel_manifest"


def load(*, at: datetime) -> None:
    """Lay down the number pattern. Safe to repeat."""
    numbering.put(
        key=MANIFEST,
        pattern="BK-{yymmdd}-{seq:02d}",
        reset=Reset.DAY,
        effective_from=date(2016, 12, 16),
        basis="Quy định nội bộ của tỉnh: số bảng kê bưu gửi",
    )

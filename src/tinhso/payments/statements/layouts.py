"""Tables as banks of Việt Nam commonly export them, by their headings.

[memory] None was read in a bank's own documentation; they are starting points. An account whose bank writes
otherwise is given a layout of its own, which is data.
"""

from __future__ import annotations

from tinhso.payments.statements.shapes import Layout

_DAY = (
    "Ngày giao dịch",
    "Ngày GD",
    "Ngày hiệu lực",
    "Ngày giờ",
    "Thời gian",
    "Ngày",
    "Transaction date",
    "Date",
    "Tran date",
)
_REFERENCE = (
    "Số tham chiếu",
    "Số chứng từ",
    "Số bút toán",
    "Mã giao dịch",
    "Số CT",
    "Doc no",
    "Reference",
    "Reference number",
    "Transaction ID",
    "Trace",
)
_CONTENT = (
    "Nội dung",
    "Nội dung giao dịch",
    "Nội dung chi tiết",
    "Mô tả",
    "Diễn giải",
    "Description",
    "Transaction detail",
    "Details",
    "Remark",
)
_MORE = {
    "time": ("Giờ giao dịch", "Giờ", "Time", "Transaction time"),
    "counterparty": ("Tên đối ứng", "Đối tác", "Tên người chuyển", "Người chuyển", "Offset name", "Remitter"),
    "counterparty_account": ("Tài khoản đối ứng", "Số tài khoản đối ứng", "Offset account", "TK đối ứng"),
    "balance": ("Số dư", "Số dư sau giao dịch", "Balance", "Running balance"),
}

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        key="two-columns",
        label="Hai cột: phát sinh nợ, phát sinh có",
        columns={
            "day": _DAY,
            "reference": _REFERENCE,
            "content": _CONTENT,
            "debit": (
                "Phát sinh nợ",
                "Số tiền ghi nợ",
                "Ghi nợ",
                "Nợ",
                "Tiền ra",
                "Rút ra",
                "Debit",
                "Debit amount",
            ),
            "credit": (
                "Phát sinh có",
                "Số tiền ghi có",
                "Ghi có",
                "Có",
                "Tiền vào",
                "Gửi vào",
                "Credit",
                "Credit amount",
            ),
            **_MORE,
        },
    ),
    Layout(
        key="direction",
        label="Một cột số tiền, một cột nợ/có",
        columns={
            "day": _DAY,
            "reference": _REFERENCE,
            "content": _CONTENT,
            "amount": ("Số tiền", "Số tiền giao dịch", "Amount", "Transaction amount"),
            "direction": ("Nợ/Có", "Loại", "Loại giao dịch", "Chiều", "D/C", "Dr/Cr", "Type"),
            **_MORE,
        },
    ),
    Layout(
        key="signed",
        label="Một cột số tiền có dấu",
        columns={
            "day": _DAY,
            "reference": _REFERENCE,
            "content": _CONTENT,
            "amount": ("Số tiền", "Thay đổi", "Giá trị", "Số tiền giao dịch", "Amount", "Transaction amount"),
            **_MORE,
        },
    ),
)
"""Tried in this order: the first whose columns are all there reads the file."""

"""Bank statements: CSV, Excel, MT940 and CAMT.053 read into one shape, held against their own balances.

It must not store anything, nor decide which payment a line is.
"""

from __future__ import annotations

from tinhso.payments.statements.layouts import LAYOUTS
from tinhso.payments.statements.reading import read
from tinhso.payments.statements.shapes import (
    Fault,
    Format,
    Layout,
    Line,
    Repeat,
    Statement,
    StatementFault,
)

__all__ = [
    "LAYOUTS",
    "Fault",
    "Format",
    "Layout",
    "Line",
    "Repeat",
    "Statement",
    "StatementFault",
    "read",
]

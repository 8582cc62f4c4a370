"""Numbers without a gap or a twin, and the dated patterns by which regulations write them."""

from tinhso.foundation.numbering.patterns import BadPattern, Pattern, Reset, parse
from tinhso.foundation.numbering.series import NumberSeries, take
from tinhso.foundation.numbering.writing import Number, next, pattern, put

__all__ = [
    "BadPattern",
    "Number",
    "NumberSeries",
    "Pattern",
    "Reset",
    "next",
    "parse",
    "pattern",
    "put",
    "take",
]

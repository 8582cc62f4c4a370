"""What a procedure costs, in the words of review, receipt and form 01."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.text import format_money
from tinhso.procedures import api as procedures


def rows(version: procedures.VersionView) -> list[tuple[str, str]]:
    """Each sum with its name and the case it is for; one row when nothing is to be paid.

    None where the source of the procedure does not say.
    """
    asked = [(fee.name, _sum(fee)) for fee in version.fees]
    if asked or version.source is procedures.Source.IMPORTED:
        return asked
    return [(_("Phí, lệ phí"), _("Không thu"))]


def _sum(fee: procedures.Fee) -> str:
    words = format_money(fee.amount) if fee.amount else _("Không thu")
    return f"{words} ({fee.condition})" if fee.condition else words

"""How long a dossier is kept after its end: legal value `dossier_retention`, by procedure.

`default` and each of `procedures` (by code) is a number of years, or null for ever (vĩnh viễn). Source: the
lists of retention periods under the Law on Archives; the shipped years are not verified.
"""

from __future__ import annotations

from datetime import date

from tinhso.dossiers.models import Dossier
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures


def kept_until(dossier: Dossier) -> date | None:
    """The first day on which the dossier need not be kept any more, by the rule in force when it ended.

    Years count from the first of January after the end. None while it is open, and for one kept for ever.
    """
    if dossier.finished_at is None:
        return None
    ended = today(dossier.finished_at)
    rule = legal.value("dossier_retention", on=ended)
    code = procedures.version(dossier.procedure_version_id).code
    years = rule["procedures"].get(code, rule["default"])
    return None if years is None else date(ended.year + 1 + years, 1, 1)

"""What a dossier costs, in the words of review, receipt and form 01."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import Via
from tinhso.forms import api as forms
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.procedures import api as procedures

CHANNELS = {Via.COUNTER: "counter", Via.POST: "post", Via.ONLINE: "online", Via.MACHINE: "online"}
"""Ways in as the table of fees names them: what another system sends came by the net."""


def charges(
    version: procedures.VersionView, answers: Mapping[str, Any], *, via: Via, applicant: str, at: datetime
) -> tuple[procedures.ChargeLine, ...]:
    """The sums of one dossier, filed at a moment: by its answers, the way it came and the kind of applicant
    (`person`, `organisation`, `group`)."""
    if version.fee_table is not None and version.form_version_id is not None:
        answers = forms.validate(version.form_version_id, dict(answers), at=at).answers
    facts = {"channel": CHANNELS[via], "applicant": applicant}
    return procedures.assess(version, answers, facts, on=today(at))


def rows(
    version: procedures.VersionView, answers: Mapping[str, Any], *, via: Via, applicant: str, at: datetime
) -> list[tuple[str, str]]:
    """Each sum with its name and its reason; one row when nothing is to be paid.

    None where the source of the procedure does not say.
    """
    lines = charges(version, answers, via=via, applicant=applicant, at=at)
    if lines or (version.source is procedures.Source.IMPORTED and version.fee_table is None):
        return [(line.name, _said(line, judged=version.fee_table is not None)) for line in lines]
    return [(_("Phí, lệ phí"), _("Không thu"))]


def _said(line: procedures.ChargeLine, *, judged: bool) -> str:
    words = format_money(line.due) if line.due else _("Không thu")
    off = procedures.relief_words(line)
    reasons = "; ".join(part for part in (off, line.why, line.open if judged else "") if part)
    return f"{words} ({reasons})" if reasons else words

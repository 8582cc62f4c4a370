"""How long dossiers of a procedure usually take."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers.models import UsualTime
from tinhso.foundation import legal
from tinhso.foundation.moments import today


def usual(procedure: str, *, at: datetime) -> str:
    """One sentence by the procedure's code; empty while fewer than `usual_time_cases_min` were finished."""
    found = UsualTime.objects.filter(procedure=procedure).first()
    if found is None or found.cases < legal.integer("usual_time_cases_min", on=today(at)):
        return ""
    return _(
        "Thực tế: %(percent)d %% hồ sơ loại này xong trong %(days)d ngày từ lúc gửi (trong %(cases)d hồ sơ)."
    ) % {
        "percent": found.percent,
        "days": found.days,
        "cases": found.cases,
    }

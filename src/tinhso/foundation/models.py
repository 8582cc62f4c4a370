"""Tables of the ground, gathered for Django."""

from tinhso.foundation.audit.models import AuditChain, AuditEntry
from tinhso.foundation.crypto.models import PersonKey
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.legal.models import LegalValue
from tinhso.foundation.numbering import NumberSeries
from tinhso.foundation.worktime.models import CalendarDay, CalendarHours, WorkCalendar

__all__ = [
    "AuditChain",
    "AuditEntry",
    "CalendarDay",
    "CalendarHours",
    "DeadLetter",
    "LegalValue",
    "NumberSeries",
    "PersonKey",
    "WorkCalendar",
]

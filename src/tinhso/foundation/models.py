"""Tables of the ground, gathered for Django."""

from tinhso.foundation.audit.models import AuditChain, AuditEntry, AuditSeal, AuditStamp, AuditUnsealed
from tinhso.foundation.crypto.models import PersonKey
from tinhso.foundation.files.models import FileContent, KeptFile, Upload, UploadPart
from tinhso.foundation.idempotency import BusinessKey
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.legal.models import LegalValue
from tinhso.foundation.numbering.series import NumberSeries
from tinhso.foundation.numbering.writing import NumberPattern
from tinhso.foundation.worktime.models import CalendarDay, CalendarHours, WorkCalendar

__all__ = [
    "AuditChain",
    "AuditEntry",
    "AuditSeal",
    "AuditStamp",
    "AuditUnsealed",
    "BusinessKey",
    "CalendarDay",
    "CalendarHours",
    "DeadLetter",
    "FileContent",
    "KeptFile",
    "LegalValue",
    "NumberPattern",
    "NumberSeries",
    "PersonKey",
    "Upload",
    "UploadPart",
    "WorkCalendar",
]

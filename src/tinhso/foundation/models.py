"""Tables of the ground, gathered for Django."""

from tinhso.foundation.audit.models import AuditChain, AuditEntry
from tinhso.foundation.crypto.models import PersonKey
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.numbering import NumberSeries

__all__ = ["AuditChain", "AuditEntry", "DeadLetter", "NumberSeries", "PersonKey"]

"""Tables of the ground, gathered for Django."""

from tinhso.foundation.audit.models import AuditChain, AuditEntry
from tinhso.foundation.numbering import NumberSeries

__all__ = ["AuditChain", "AuditEntry", "NumberSeries"]

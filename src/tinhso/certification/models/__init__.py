"""Tables of certification."""

from tinhso.certification.models.book import BookEntry
from tinhso.certification.models.checks import Check
from tinhso.certification.models.copies import CertifiedCopy

__all__ = ["BookEntry", "CertifiedCopy", "Check"]

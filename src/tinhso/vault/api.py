"""The door of the vault."""

from tinhso.vault.contracts import DocumentView, Source
from tinhso.vault.operations import keep
from tinhso.vault.queries import document, documents

__all__ = ["DocumentView", "Source", "document", "documents", "keep"]

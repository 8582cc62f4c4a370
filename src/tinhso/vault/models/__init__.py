"""Tables of the vault."""

from tinhso.vault.models.documents import Document
from tinhso.vault.models.shares import Guess, Share
from tinhso.vault.models.uses import Use

__all__ = ["Document", "Guess", "Share", "Use"]

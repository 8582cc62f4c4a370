"""What is wrong with a piece of evidence."""

from __future__ import annotations


class BadEvidence(Exception):
    """Evidence that does not hold. `code` is one of exchange protocol §5.5, without prefix."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

"""The door of exchange."""

from tinhso.exchange.operations.telling import TEMPLATES, teller

__all__ = ["TEMPLATES", "teller"]

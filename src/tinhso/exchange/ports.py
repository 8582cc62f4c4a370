"""What this room binds of lower rooms when Django starts: its entries in the navigation."""

from tinhso.exchange.pages.desk import navigation

__all__ = ["navigation"]

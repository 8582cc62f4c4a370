"""What the exchange brings to lower rooms when Django starts: its entries in the desk's navigation."""

from tinhso.exchange.pages.desk import navigation

__all__ = ["navigation"]

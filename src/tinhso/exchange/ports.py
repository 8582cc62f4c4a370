"""What the exchange brings to lower rooms when Django starts: its entries in the desk's navigation."""

from tinhso.exchange.pages.desk import agreements_navigation, messages_navigation, navigation

__all__ = ["agreements_navigation", "messages_navigation", "navigation"]

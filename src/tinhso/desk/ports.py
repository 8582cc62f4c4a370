"""What the desk binds when Django starts: its own entries in the navigation."""

from tinhso.desk import navigation

__all__ = ["navigation"]

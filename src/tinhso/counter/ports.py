"""What this room binds of lower rooms when Django starts."""

from tinhso.counter.pages.desk import navigation

__all__ = ["navigation"]

"""The door of exchange."""

__all__: list[str] = []

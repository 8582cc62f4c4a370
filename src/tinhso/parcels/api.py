"""The door of parcels."""

__all__: list[str] = []

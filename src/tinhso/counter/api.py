"""The door of the counter. No room stands above it yet but the front doors, which ask nothing of it."""

__all__: list[str] = []

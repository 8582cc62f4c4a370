"""The door of digitising. No room stands above it but the front doors, which ask nothing of it."""

__all__: list[str] = []

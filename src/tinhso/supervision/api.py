"""The door of supervision: nothing stands above it yet that asks anything."""

__all__: list[str] = []

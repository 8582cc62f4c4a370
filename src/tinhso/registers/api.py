"""The door of registers."""

from tinhso.registers.queries import silent

__all__ = ["silent"]

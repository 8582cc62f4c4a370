"""Fixtures of these tests."""

from tests.support.signing import can_sign, sandbox

__all__ = ["can_sign", "sandbox"]

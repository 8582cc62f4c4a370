"""What tests of the desk share."""

from tests.support.signing import can_sign, sandbox

__all__ = ["can_sign", "sandbox"]

"""How a try to hand a message over can end badly. The words never hold the address."""

from __future__ import annotations

from tinhso.foundation.jobs import GiveUp


class NotDelivered(Exception):
    """The carrier did not take the message this time."""


class Refused(NotDelivered, GiveUp):
    """The carrier will never take this message, so no further try is made."""


class Doubtful(NotDelivered):
    """The carrier was asked and gave no usable answer: it may have the message.

    Only the same carrier may be asked again, under the same key.
    """


class DoubtfulForGood(Doubtful, GiveUp):
    """The carrier may have the message and cannot be asked again without risking a second one."""

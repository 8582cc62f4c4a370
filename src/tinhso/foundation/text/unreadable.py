"""The one error of this package."""

from __future__ import annotations

from tinhso.foundation.errors import Invalid


class Unreadable(Invalid):
    """What was typed cannot be read as what was asked for; the sentence says how to write it."""

    code = "unreadable"

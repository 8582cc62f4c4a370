"""This room's part of the demo province: the four complete forms, published."""

from __future__ import annotations

from datetime import datetime

from tinhso.forms.operations.versions import publish
from tinhso.forms.shipped import shipped
from tinhso.foundation.refs import SYSTEM


def load(*, at: datetime) -> None:
    """Publish the shipped forms; what is published already stays as it is."""
    for code, definition in shipped().items():
        publish(code=code, definition=definition, by=SYSTEM, at=at)

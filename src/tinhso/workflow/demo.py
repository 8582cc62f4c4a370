"""Deploys the gallery."""

from __future__ import annotations

from datetime import datetime

from tinhso.foundation.refs import SYSTEM
from tinhso.workflow.gallery import KEYS, drawing
from tinhso.workflow.operations.deployment import deploy


def load(*, at: datetime) -> None:
    """Deploy every gallery process; nothing happens for a drawing that is deployed already."""
    for key in KEYS:
        deploy(key=key, bpmn=drawing(key), by=SYSTEM, at=at)

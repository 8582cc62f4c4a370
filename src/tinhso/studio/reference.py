"""What every province starts with: three blocks of questions, to be changed as any other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson

from tinhso.foundation.refs import SYSTEM
from tinhso.studio.models import Block
from tinhso.studio.operations.blocks import publish

FOLDER = Path(__file__).parent / "blocks"


def load(*, at: datetime) -> None:
    """Publish the shipped blocks that the province does not have; its own versions stay."""
    known = set(Block.objects.values_list("code", flat=True))
    for file in sorted(FOLDER.glob("*.json")):
        if file.stem not in known:
            publish(code=file.stem, **orjson.loads(file.read_bytes()), by=SYSTEM, at=at)

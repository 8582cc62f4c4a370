"""Files that people send: kept once they are found to be what they say."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from tinhso.foundation import files
from tinhso.foundation.refs import ActorRef


def receive(sent: UploadedFile, *, by: ActorRef, at: datetime) -> UUID:
    """Keep one file from a form; its id. Raises FileRefused with a sentence for the sender."""
    return files.keep(cast(BinaryIO, sent), name=sent.name or "", by=by, at=at).id

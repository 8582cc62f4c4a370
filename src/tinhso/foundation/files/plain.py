"""A kept file's bytes in a file of this machine, for a process that opens it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from tinhso.foundation.files import keeping


def plain(file_id: UUID, stack: ExitStack) -> Path:
    """The file's bytes in a file of this machine that goes with the stack. Raises NoSuchFile, Damaged."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinhso-")))
    with keeping.open(file_id) as source, (folder / "file").open("wb") as out:
        shutil.copyfileobj(source, out)
    return folder / "file"

"""Pages' styles, scripts and pictures, laid where the web server reads them when one of them changed."""

from __future__ import annotations

import hashlib
import inspect
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils.module_loading import import_string

MARK = ".collected"
MADE_BY = ("django", "whitenoise")


def collect() -> bool:
    """Collect static files; returns False, at once, when nothing changed since the last whole run."""
    mark, wanted = Path(settings.STATIC_ROOT) / MARK, fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted)
    return True


def fingerprint() -> str:
    """Names, sizes and times of all files that are found, and what makes them into what is served."""
    storage = settings.STORAGES["staticfiles"]["BACKEND"]
    digest = hashlib.sha256(Path(inspect.getfile(import_string(storage))).read_bytes())
    for name in MADE_BY:
        digest.update(metadata.version(name).encode())
    for finder in get_finders():
        for name, folder in finder.list([]):
            found = Path(folder.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()

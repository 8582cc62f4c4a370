"""Starts the test database before Django reads its settings; loaded by pytest with `-p`.

One server for all workers, data in `.data/test`, fsync off (soak tests use a server of their own).
"""

from __future__ import annotations

import atexit
import os
import pathlib

os.environ["TINHSO_HOME"] = os.environ.get("TINHSO_TEST_HOME", ".data/test")
if "TINHSO_TEST_DATABASE_URL" not in os.environ:
    from tinhso.config import embedded

    folder = pathlib.Path(os.environ["TINHSO_HOME"]).resolve() / "postgres"
    url = embedded.start(folder).url
    os.environ["TINHSO_TEST_DATABASE_URL"] = url
    atexit.register(embedded.stop, folder)
os.environ["DATABASE_URL"] = os.environ["TINHSO_TEST_DATABASE_URL"]

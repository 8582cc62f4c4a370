"""The `tinhso` command: makes Django ready, then hands over to the house's commands."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

from tinhso.config import machine, stopping
from tinhso.config.database import NOWHERE
from tinhso.config.starting import uncollected

DATABASE = "db"
RUN = "run"
INTERRUPTED = 130


def main() -> None:
    """Do what was asked, or stop in order when a signal asks for it."""
    stopping.heed()
    try:
        _do()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _do() -> None:
    """Help needs no database, so none is started for it; `db` brings its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    arguments = sys.argv[1:]
    apart = arguments[:1] == [DATABASE]
    if not arguments or apart or "--help" in arguments:
        os.environ.setdefault("DATABASE_URL", NOWHERE)
    if arguments == [RUN]:
        machine.check()
    with uncollected():
        django.setup()
        house = import_module("tinhso.config.house")
    if not apart:
        house.production.refuse_demo_parts()
    house.gather()(arguments)


if __name__ == "__main__":
    main()

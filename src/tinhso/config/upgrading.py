"""Bringing the database up to the program, and saying so when it cannot be."""

from __future__ import annotations

import click
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


def migrate(*, verbosity: int) -> None:
    """Run what is missing. Raises ClickException, before anything is changed, when the database has been
    through migrations that this program does not have: it is of a newer release, or from before the first."""
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("tinhso.")}
    strange = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    unknown = sorted(f"{room}.{name}" for room, name in strange if room in ours)
    if unknown:
        raise click.ClickException(
            f"Cơ sở dữ liệu thuộc một bản khác của chương trình (có {unknown[0]}). Hãy chạy lại bản đó,"
            " hoặc với dữ liệu trình diễn thì xóa thư mục TINHSO_HOME (.data) rồi chạy lại."
        )
    call_command("migrate", interactive=False, verbosity=verbosity)

"""A database that has been through another release's migrations is left alone."""

from __future__ import annotations

import click
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tinhso.config import upgrading

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_of_this_release_is_brought_up() -> None:
    upgrading.migrate(verbosity=0)


def test_a_migration_this_program_does_not_have_is_named_and_nothing_is_changed() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("dossiers", "0099_from_tomorrow")
    recorder.record_unapplied("dossiers", "0002_guards")
    try:
        with pytest.raises(click.ClickException, match=r"dossiers\.0099_from_tomorrow.*TINHSO_HOME"):
            upgrading.migrate(verbosity=0)
        assert ("dossiers", "0002_guards") not in recorder.applied_migrations()
    finally:
        recorder.record_unapplied("dossiers", "0099_from_tomorrow")
        recorder.record_applied("dossiers", "0002_guards")


def test_what_another_program_left_in_the_database_does_not_matter() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("gone", "0001_initial")
    try:
        upgrading.migrate(verbosity=0)
    finally:
        recorder.record_unapplied("gone", "0001_initial")

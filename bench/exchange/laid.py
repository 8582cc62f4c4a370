"""An empty province for one security server: tables and law, nothing else. Run on a database of its own."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first

from tinhso.foundation import legal, moments  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    legal.load(at=moments.now())
    print("{}")

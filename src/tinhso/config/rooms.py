"""What the roof wires: commands, pages, API and demo data of every room, in the order of the floors."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps


def with_module(name: str) -> Iterator[tuple[str, ModuleType]]:
    """The rooms that have a module of that name, lowest floor first, with the module."""
    for app in apps.get_app_configs():
        if app.name.startswith("tinhso.") and app.label != "config" and _has(f"{app.name}.{name}"):
            yield app.label, import_module(f"{app.name}.{name}")


def _has(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False

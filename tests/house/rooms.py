"""What the house's own tests look at: its rooms by floor, its models, its files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

SOURCE = Path(settings.SOURCE)
ROOT = SOURCE.parents[1]
GROUND = ("foundation", "ui")
FRONT = ("public", "desk", "config")


def floors() -> dict[str, int]:
    """Each room with the height it stands at, as the import contract in pyproject.toml says; 0 is lowest."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(one for one in linter["contracts"] if one["id"] == "floors")["layers"]
    heights = {}
    for height, layer in enumerate(reversed(layers)):
        for name in layer.split("|"):
            heights[name.strip(" ()")] = height
    return heights


def inhabited() -> tuple[str, ...]:
    """The rooms that exist on floors 2 to 4, lowest first."""
    heights = floors()
    return tuple(
        room
        for room in sorted(heights, key=lambda name: heights[name])
        if room not in (*GROUND, *FRONT) and (SOURCE / room / "__init__.py").exists()
    )


def our_models() -> Iterator[type[models.Model]]:
    """Every table of our rooms."""
    for model in apps.get_models():
        if model.__module__.startswith("tinhso."):
            yield model


def python(*folders: str) -> Iterator[Path]:
    """Every Python file of ours under those folders of the repository."""
    for folder in folders or ("src", "tests", "tools", "bench"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in file.parts:
                yield file


def room_of(file: Path) -> str:
    """The room that a file under src/tinhso belongs to."""
    return file.relative_to(SOURCE).parts[0]

"""The common processes that most procedures choose from, as BPMN files shipped with the program."""

from __future__ import annotations

from importlib import resources

KEYS = ("mot-buoc", "tham-dinh-ky", "xa-so-tinh")


def drawing(key: str) -> str:
    """The BPMN of a gallery process. Raises FileNotFoundError for a key the gallery lacks."""
    return (resources.files(__name__) / f"{key}.bpmn").read_text(encoding="utf-8")

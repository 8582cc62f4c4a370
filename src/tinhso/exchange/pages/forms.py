"""One way to draw the room's forms: a card of boxes, with what was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True, slots=True)
class Box:
    """One field; `kind` is `input`, `textarea`, `select` (of `items`) or `file-upload`. `text` stands before
    it, line by line."""

    name: str
    label: str
    kind: str = "input"
    hint: str = ""
    items: Sequence[tuple[str, str]] = ()
    rows: int = 3
    classes: str = ""
    text: str = ""


def draw(
    request: HttpRequest,
    boxes: Sequence[Box],
    *,
    title: str,
    back: tuple[str, str],
    submit: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    intro: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form's page; `back` is the address and the name of the page it came from."""
    facts = {
        "title": title,
        "back_to": back,
        "submit": submit,
        "intro": intro,
        "boxes": [(box, typed.get(box.name, ""), faults.get(box.name, "")) for box in boxes],
        "upload": any(box.kind == "file-upload" for box in boxes),
        "links": list(faults.items()),
        "errors": bool(faults),
    }
    return render(request, "exchange/form.html", facts, status=status)

"""Writes docs/usability.md from docs/usability.json, which tests/journeys/test_usability.py writes."""

from __future__ import annotations

import json
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
TASKS = (
    (
        "birth",
        "touches",
        12,
        "submit a birth registration with the vault",
        "a second child, its paper in the vault",
    ),
    ("accept", "keys", 3, "accept the next dossier", "Ctrl and Enter count as two"),
    ("supplement", "touches", 6, "answer a supplement", "two of them in the phone's chooser of pictures"),
    ("find", "keys", 2, "find any dossier, and typing", "by code, by a name without diacritics, by a phone"),
)
PAGE = """# Usability: what tasks cost, and three people who do them

The counts are written by the tests (`tests/journeys/test_usability.py`), which fail when a page costs
another number; this page is made of them by `tools/usability.py`. To count anew: `TINHSO_USABILITY=1 pytest
tests/journeys/test_usability.py -n 0`, then `python tools/usability.py`.

A touch is one tap on the page; a key is one key, so Ctrl+Enter is two. Letters, and the key of a phone's
keyboard that leads to the next box, are typing. The person is signed in, and on the page where the task
begins: the procedure's, the dossier's, the desk. Scrolling is not counted.

| task | counted | at most | letters typed | |
|---|--:|--:|--:|---|
{rows}

## Three people

**Twice the size, large targets.** The birth registration above is done at 200 % zoom of a screen of 1,280 ×
800. On every page of it nothing sticks out, is cut or lies on something else, and every control is at least
44 × 44 px. It takes {birth} touches because the form is begun with what was declared for the first child:
only name, sex, birth date and the oath are asked, everything else stands on the review and can be changed
there. Who files for the first time walks through the whole form.

![For whom: as before](screenshots/usability-cho-ai.png)
![The paper out of the vault](screenshots/usability-giay-to.png)

**The accessibility tree alone.** A supplement is answered by roles and names only: the link in the head,
the dossier by its procedure's name, the button, the field that says which paper it takes, the button that
sends; {reader} presses of Enter, no pointer. Not counted are the moves of a screen reader between headings
and landmarks, which are its own. The picture is given to the field by the test: the chooser belongs to the
phone.

![What is asked for, and why](screenshots/usability-bo-sung.png)

**Sixty dossiers in an hour, by keyboard alone.** Six dossiers are done, five accepted and one sent back
with a reason typed at five letters a second: {officer_keys} keys, {seconds} s a dossier, typing and the
system's answers together. Of the minute that each of sixty has in an hour, {left} s are left to read it.
How long reading takes is the officer's; it was not measured.

![The dossier's screen](screenshots/usability-ho-so-can-bo.png)
![Found](screenshots/usability-tim.png)
"""


def text() -> str:
    """The page."""
    told = json.loads((DOCS / "usability.json").read_text(encoding="utf-8"))
    rows = [
        f"| {name} | {told[key][unit]} {unit} | {most} | {told[key].get('typed', '')} | {note} |"
        for key, unit, most, name, note in TASKS
    ]
    seconds = told["officer"]["seconds"]
    return PAGE.format(
        rows="\n".join(rows),
        birth=told["birth"]["touches"],
        reader=told["reader"]["keys"],
        officer_keys=told["officer"]["keys"],
        seconds=seconds,
        left=round(60 - seconds),
    )


def main() -> None:
    """Write it."""
    (DOCS / "usability.md").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()

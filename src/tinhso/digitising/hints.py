"""What the letters of a paper suggest of its number, day and issuer. An officer decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinhso.digitising.contracts import Hints
from tinhso.foundation.text import fold

NUMBER = re.compile(r"\b[Ss]ố\s*[:.]?\s*(\d[\w./-]{0,40})")
DAY = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)
ISSUERS = ("uy ban nhan dan", "so ", "phong ", "cong an", "chi nhanh van phong dang ky", "benh vien")
MOTTO = ("cong hoa xa hoi", "doc lap")


def hints(pages: Iterable[str]) -> Hints:
    """The first number, day and issuer found, each empty when there is none."""
    lines = [line.strip() for page in pages for line in page.splitlines() if line.strip()]
    whole = "\n".join(lines)
    number, day = NUMBER.search(whole), DAY.search(whole)
    issuer = next((line for line in lines[:12] if _issues(line)), "")
    said = f"{int(day[1]):02d}/{int(day[2]):02d}/{day[3]}" if day else ""
    return Hints(number=number[1].rstrip(".,;") if number else "", day=said, issuer=issuer[:200])


def _issues(line: str) -> bool:
    plain = fold(line)
    return plain.startswith(ISSUERS) and not plain.startswith(MOTTO) and line.upper() == line

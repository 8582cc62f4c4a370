"""What a page may cost, and the rows that say what it costs."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

KB = 1024


@dataclass(frozen=True)
class Limit:
    """One figure of a visit, and the most it may be; none when it is only told."""

    key: str
    words: str
    unit: str
    most: float | None


PUBLIC = (
    Limit("all", "first visit, bytes in all", "KB", 110),
    Limit("without_fonts", "first visit, without fonts", "KB", 55),
    Limit("html", "HTML", "KB", 20),
    Limit("scripts", "scripts", "KB", 12),
    Limit("requests", "requests", "", 8),
    Limit("foreign", "foreign hosts", "", 0),
    Limit("paint", "first paint", "ms", 2500),
    Limit("lcp", "largest paint (LCP)", "ms", 4000),
    Limit("inp", "key or tap to paint (INP)", "ms", 200),
    Limit("cls", "layout shift (CLS)", "", 0.05),
    Limit("nodes", "nodes", "", None),
    Limit("again", "second visit, bytes", "KB", 25),
)
LIST = (
    Limit("all", "first visit, bytes in all", "KB", None),
    Limit("html", "HTML", "KB", 35),
    Limit("styles_and_scripts", "styles and scripts", "KB", 90),
    Limit("requests", "requests", "", None),
    Limit("foreign", "foreign hosts", "", 0),
    Limit("paint", "first paint", "ms", None),
    Limit("lcp", "largest paint (LCP)", "ms", None),
    Limit("inp", "key or tap to paint (INP)", "ms", 200),
    Limit("cls", "layout shift (CLS)", "", 0.05),
    Limit("nodes", "nodes", "", 2500),
    Limit("again", "second visit, bytes", "KB", None),
)
DESK = (
    Limit("key", "key to visible answer", "ms", 100),
    Limit("next", "next dossier", "ms", 300),
    Limit("after", "act to next dossier", "ms", 300),
)


def _percentile(values: list[float], part: int) -> float:
    if len(values) < 2:
        return round(values[0], 1)
    return round(statistics.quantiles(values, n=100, method="inclusive")[part - 1], 1)


def row(page: str, limit: Limit, values: list[float], *, note: str) -> dict[str, Any]:
    """One line: the middle of all runs, beside the limit in the place of a floor."""
    if limit.unit == "KB":
        values = [value / KB for value in values]
    ours = statistics.median(values)
    timed = limit.unit == "ms"
    told = ""
    if limit.most is not None:
        met = ours <= limit.most
        told = f"limit {limit.most:g}{' ' + limit.unit if limit.unit else ''}: {'met' if met else 'NOT MET'}"
    return {
        "act": f"{page}: {limit.words}",
        "ours": round(ours, 3 if limit.key == "cls" else 1),
        "floor": limit.most,
        "ratio": round(ours / limit.most, 2) if limit.most else None,
        "unit": limit.unit,
        **{f"p{part}_ms": _percentile(values, part) if timed else None for part in (50, 95, 99)},
        "clients": 1,
        "rows": len(values),
        "note": "; ".join(word for word in (told, note) if word),
    }

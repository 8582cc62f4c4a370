"""How many numbers lie: the rank below which most do, thirds, and a mean that outliers do not carry away."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of `ordered` (ascending) that at least `percent` of a hundred do not exceed.

    Raises ValueError for none.
    """
    if not ordered:
        raise ValueError("no number has no percentile")
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def thirds(ordered: Sequence[float]) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """The lowest, the middle and the highest third of `ordered`; their sizes differ by one at most."""
    first, second = len(ordered) // 3, 2 * len(ordered) // 3
    return ordered[:first], ordered[first:second], ordered[second:]


def winsorised_mean(ordered: Sequence[float], percent: int) -> float:
    """The mean of `ordered` (ascending) once the lowest and the highest `percent` of a hundred are drawn in
    to their neighbours. Raises ValueError for none."""
    if not ordered:
        raise ValueError("no number has no mean")
    drawn = len(ordered) * percent // 100
    kept = ordered[drawn : len(ordered) - drawn]
    return (sum(kept) + drawn * (kept[0] + kept[-1])) / len(ordered)

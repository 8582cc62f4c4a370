"""One sum shared out over several, in whole đồng."""

from __future__ import annotations

from collections.abc import Mapping


def shared(amount: int, rests: Mapping[str, int]) -> dict[str, int]:
    """`amount` in proportion to `rests`, none above its own: each gets the whole đồng of its share, and what
    is left over goes, a đồng each, to those with the largest remainders, the first by name among equals.

    Raises ValueError for more than there is.
    """
    whole = sum(rests.values())
    if not 0 < amount <= whole or min(rests.values()) < 0:
        raise ValueError("more than there is to share")
    shares = {name: amount * rest // whole for name, rest in rests.items()}
    left = amount - sum(shares.values())
    for name in sorted(rests, key=lambda name: (-(amount * rests[name] % whole), name))[:left]:
        shares[name] += 1
    return shares

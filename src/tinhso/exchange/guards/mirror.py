"""Which requests are copied to another address for trying out; the copy's answer is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

MIN_RATIO: Final = 0.00001
MOST_BYTES: Final = 1024 * 1024
_WHOLE: Final = 1 << 64


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where copies go, the share of requests that is copied, and the longest body of one (bytes)."""

    url: str
    ratio: float = 1.0
    most_bytes: int = MOST_BYTES

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Mirror | None:
        """A mirror as a service keeps it, None for none; raises ValueError naming what cannot be."""
        if not said:
            return None
        if unknown := set(said) - {"url", "ratio", "most_bytes"}:
            raise ValueError(f"a mirror has no setting {min(unknown)}")
        url, ratio, most = said.get("url"), said.get("ratio", 1.0), said.get("most_bytes", MOST_BYTES)
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise ValueError("url of a mirror is an http or https address")
        if type(ratio) not in (int, float) or not MIN_RATIO <= ratio <= 1:
            raise ValueError(f"ratio of a mirror lies between {MIN_RATIO} and 1")
        if type(most) is not int or most < 0:
            raise ValueError("most_bytes of a mirror is a number of bytes")
        return cls(url, float(ratio), most)

    def takes(self, request_id: str, size: int) -> bool:
        """Whether a request is copied: every node decides alike by the request's id."""
        if size > self.most_bytes:
            return False
        drawn = int.from_bytes(sha256(request_id.encode("utf-8", "replace")).digest()[:8])
        return drawn < self.ratio * _WHOLE

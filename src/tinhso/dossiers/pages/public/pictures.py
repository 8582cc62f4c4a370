"""Pictures drawn on the page itself."""

from __future__ import annotations

import segno


def qr(text: str) -> str:
    """A QR code of an address as a `data:` picture, error correction M."""
    return str(segno.make(text, error="m").svg_data_uri(border=2, scale=4))

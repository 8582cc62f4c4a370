"""QR codes for printing."""

from __future__ import annotations

import io

import segno


def qr(text: str, *, fluid: bool = False) -> str:
    """A QR code of `text` as SVG, for a template's `image(bytes(…), format: "svg")`. Error correction M.

    `fluid` leaves its size to the page that shows it.
    """
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, scale=4, xmldecl=False, omitsize=fluid)
    return out.getvalue().decode()

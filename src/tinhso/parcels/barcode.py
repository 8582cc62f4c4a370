"""Code 128 (ISO/IEC 15417), code set B: what carriers read with a hand scanner."""

from __future__ import annotations

_DIGITS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_WIDTHS = [_DIGITS[at : at + 6] for at in range(0, len(_DIGITS), 6)]
_START_B, _STOP = 104, "2331112"
_QUIET = 10


def modules(text: str) -> str:
    """The widths of bars and spaces, bar first, from start to stop. Raises ValueError for other letters."""
    values = [ord(letter) - 32 for letter in text]
    if not values or any(not 0 <= value < 95 for value in values):
        raise ValueError("code set B holds printable ASCII only")
    check = (_START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    return "".join(_WIDTHS[value] for value in (_START_B, *values, check)) + _STOP


def svg(text: str, *, height: int = 40) -> str:
    """The bars as SVG with their quiet zones, for a template's `image(bytes(…), format: "svg")`."""
    widths = [int(width) for width in modules(text)]
    at, bars = _QUIET, []
    for number, width in enumerate(widths):
        if number % 2 == 0:
            bars.append(f'<rect x="{at}" y="0" width="{width}" height="{height}"/>')
        at += width
    size = f'viewBox="0 0 {at + _QUIET} {height}" width="{at + _QUIET}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} preserveAspectRatio="none">{"".join(bars)}</svg>'

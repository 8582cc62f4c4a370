"""Make the printing fonts: Tinos (metric-compatible with Times New Roman) as TrueType, from web fonts.

    python tools/fonts.py DIRECTORY

DIRECTORY is the unpacked npm package `@fontsource/tinos` (SIL Open Font License 1.1). Web fonts are cut
into subsets; Typst wants one file per style, so the subsets that Vietnamese needs are merged.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "src" / "tinhso" / "foundation" / "paper" / "fonts"
STYLES = {
    "Regular": "400-normal",
    "Italic": "400-italic",
    "Bold": "700-normal",
    "BoldItalic": "700-italic",
}
SUBSETS = ("latin", "latin-ext", "vietnamese")
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF")


def _plain(source: Path, target: Path) -> Path:
    """A subset without the tables that cannot be merged; letters are precomposed, so none is missed."""
    font = TTFont(source)
    for table in LAYOUT_TABLES:
        if table in font:
            del font[table]
    font.flavor = None
    font.save(target)
    return target


def main(package: Path) -> None:
    """Write one font per style and the licence."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for style, name in STYLES.items():
        parts = [
            _plain(package / "files" / f"tinos-{subset}-{name}.woff", TARGET / f"part-{subset}.ttf")
            for subset in SUBSETS
        ]
        merged = Merger().merge([str(part) for part in parts])
        merged.save(TARGET / f"Tinos-{style}.ttf")
        for part in parts:
            part.unlink()
    shutil.copyfile(package / "LICENSE", TARGET / "LICENSE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

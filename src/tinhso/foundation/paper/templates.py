"""The templates that may be printed: this package's own, and those that rooms register."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.registry import Registry

FOLDER = Path(__file__).parent / "sheets"
LONGEST_SOURCE = 100_000

REACHING_OUT = re.compile(r"\b(include|eval|plugin|read|csv|json|toml|xml|yaml|cbor|bibliography|sys|std)\b")
_IMPORT = re.compile(r"\bimport\b(?!\s+\"/layout\.typ\")")
_PLACE = re.compile(r"^// place: (\w+) = (.+)$", re.MULTILINE)
_IMAGE_OF_FILE = re.compile(r"\bimage\s*\(\s*(?!bytes\s*\()")


class PaperError(Unable):
    """A document could not be set."""

    code = "paper"
    status = 422


class TemplateRefused(Invalid):
    """A template reaches for more than the layout and its data."""

    code = "template-refused"


templates: Registry[str] = Registry("paper template")


def check(source: str) -> str:
    """Refuse a template that could read files, load code or reach the network.

    Returns the source. It may import `/layout.typ` only; data comes from there as `data`. Comments are looked
    at as well: telling them from code would need all of Typst's grammar. Raises TemplateRefused.
    """
    if len(source) > LONGEST_SOURCE:
        raise TemplateRefused(_("Mẫu văn bản quá dài. Hãy rút gọn mẫu rồi lưu lại."))
    for pattern in (REACHING_OUT, _IMPORT, _IMAGE_OF_FILE):
        found = pattern.search(source)
        if found:
            raise TemplateRefused(
                _("Mẫu văn bản dùng lệnh không được phép: “%(word)s”. Hãy bỏ lệnh này rồi lưu lại.")
                % {"word": found.group(0)},
                word=found.group(0),
            )
    return source


def register(name: str, source: str) -> None:
    """Make a room's template known under `name`, e.g. `dossiers/receipt`.

    Raises TemplateRefused, or ValueError when another template has the name.
    """
    templates.add(name, check(source))


def register_sheets(room: str, folder: Path) -> None:
    """Make each template of a folder known: `slip.typ` as `room/slip`. Raises as `register` does."""
    for sheet in sorted(folder.glob("*.typ")):
        register(f"{room}/{sheet.stem}", sheet.read_text(encoding="utf-8"))


def places(template: str) -> dict[str, str]:
    """The places of a template that its writer fills with own words: names with the labels people read.

    A template says them in comments, `// place: name = Nhãn`. Raises LookupError for an unknown name.
    """
    return dict(_PLACE.findall(source_of(template).decode()))


def source_of(template: str) -> bytes:
    """The text of a template by name, or of one given whole (it then contains a line break).

    Raises LookupError for an unknown name, TemplateRefused for a source that reaches out.
    """
    if "\n" in template:
        return check(template).encode()
    if template not in templates and template in _own():
        templates.add(template, (FOLDER / f"{template}.typ").read_text(encoding="utf-8"))
    return templates.get(template).encode()


def _own() -> frozenset[str]:
    return frozenset(file.stem for file in FOLDER.glob("*.typ")) - {"layout"}

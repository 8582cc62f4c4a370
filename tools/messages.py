"""The gettext catalogues, without GNU gettext: find the Vietnamese msgids, keep `en` and `km`, compile.

`extract` brings the .po files up to the source (obsolete entries fall away); `compile` writes the .mo files
that Django reads, where a .po is newer.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tinhso"
LOCALE = SOURCE / "locale"
LANGUAGES = {"en": "nplurals=2; plural=(n != 1);", "km": "nplurals=1; plural=0;"}
ONE = {"gettext", "gettext_lazy", "gettext_noop", "_"}
MANY = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One msgid, with its plural and its context."""

    text: str
    plural: str = ""
    context: str = ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_python(source: str) -> Iterator[tuple[Message, int]]:
    """Messages of Python source with their lines."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [_constant(argument) for argument in node.args]
        if name in ONE and texts and texts[0]:
            yield Message(texts[0]), node.lineno
        elif name in MANY and len(texts) > 1 and texts[0] and texts[1]:
            yield Message(texts[0], texts[1]), node.lineno
        elif name in WITH_CONTEXT and len(texts) > 1 and texts[0] and texts[1]:
            yield Message(texts[1], context=texts[0]), node.lineno


LITERAL = re.compile(r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\"""", re.DOTALL)


def in_template(source: str) -> Iterator[tuple[Message, int]]:
    """Messages of a Django template with their lines."""
    for number, line in enumerate(templatize(source).split("\n"), start=1):
        for call in re.finditer(r"\b(gettext|ngettext|pgettext|_)\(", line):
            found = LITERAL.findall(line[call.end() :])
            texts = [ast.literal_eval(text) for text in found]
            if call[1] in {"gettext", "_"} and texts:
                yield Message(texts[0]), number
            elif call[1] == "ngettext" and len(texts) > 1:
                yield Message(texts[0], texts[1]), number
            elif call[1] == "pgettext" and len(texts) > 1:
                yield Message(texts[1], context=texts[0]), number


def found() -> dict[Message, list[tuple[str, str]]]:
    """Every message of the source with the places where it stands."""
    places: dict[Message, list[tuple[str, str]]] = {}
    for file in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "migrations" in file.parts or "static" in file.parts:
            continue
        search = in_python if file.suffix == ".py" else in_template
        for message, _line in search(file.read_text()):
            place = (str(file.relative_to(ROOT)), "")
            if place not in places.setdefault(message, []):
                places[message].append(place)
    return places


def _file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extract() -> None:
    """Bring each catalogue up to the source, keeping its translations."""
    messages = found()
    for language, plurals in LANGUAGES.items():
        path = _file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = polib.pofile(str(path)) if path.exists() else polib.POFile()
        kept = {(entry.msgid, entry.msgctxt or ""): entry for entry in old}
        new = polib.POFile(wrapwidth=110)
        new.metadata = {
            "Project-Id-Version": "tinhso",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": plurals,
        }
        for message in sorted(messages):
            was = kept.get((message.text, message.context))
            entry = polib.POEntry(
                msgid=message.text, msgctxt=message.context or None, occurrences=messages[message]
            )
            if "%(" in message.text:
                entry.flags.append("python-format")
            if message.plural:
                entry.msgid_plural = message.plural
                forms = 2 if language == "en" else 1
                had = was.msgstr_plural if was else {}
                entry.msgstr_plural = {index: had.get(index, "") for index in range(forms)}
            else:
                entry.msgstr = was.msgstr if was else ""
            new.append(entry)
        new.save(str(path))
        left = len(new.untranslated_entries())
        print(f"{language}: {len(new)} messages, {left} not translated")


def compile_all() -> None:
    """Write the .mo files that are older than their .po."""
    for language in LANGUAGES:
        path = _file(language)
        target = path.with_suffix(".mo")
        if path.exists() and (not target.exists() or target.stat().st_mtime < path.stat().st_mtime):
            beside = target.with_suffix(f".{os.getpid()}")
            polib.pofile(str(path)).save_as_mofile(str(beside))
            beside.replace(target)


if __name__ == "__main__":
    settings.configure()
    if sys.argv[1:] == ["extract"]:
        extract()
    compile_all()

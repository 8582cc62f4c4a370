"""What people read goes through gettext, in whole sentences, without the words that make people give up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(settings.SOURCE)
VIETNAMESE = re.compile(r"[À-ÖØ-öø-ỹ]")
SIGN_OF_A_LAW = re.compile(r"\b(?:NĐ|QĐ)\b")
TRANSLATED = {
    "gettext", "gettext_lazy", "gettext_noop", "_", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "noop",
}  # fmt: skip

# Vietnamese that is data: what the demo province says, names in sources, laws, lists of offices.
DATA = (
    "demo.py",
    "specimens.py",
    "demo",
    "legal",
    "migrations",
    "locale",
    "static",
    "catalogue",
    "lists",
    "importer",
    "reference.py",
)
# Modules that read Vietnamese (fold, sort, recognise), or name something for ever.
READERS = (
    "exchange/messages/transport.py",  # the name of the system, as others are told it
    "exchange/publishing/asyncapi.py",
    "exchange/usage/answering.py",
    "foundation/text",
    "foundation/refs.py",  # the name of the system as an actor, kept in the audit as it was
    "config",  # the terminal and the machine's description
    "ui/dates.py",
    "ui/templatetags/ui.py",  # languages in their own words
    "directory/contracts.py",  # kinds of territories, as law names them
    "forms/engine/types.py",
    "forms/engine/repair.py",
    "forms/engine/lint_words.py",  # words that a lint looks for
    "forms/engine/reach.py",  # a value that no answer has
    "forms/engine/wording.py",  # ends of labels that a sentence drops
    "forms/telling.py",  # made-up answers
    "identity/contracts.py",  # names of browsers
    "foundation/paper/shapes.py",  # how official documents write numbers and dates
    "procedures/plain.py",  # a form: its words are data
    "procedures/synthetic.py",  # a made-up catalogue
    "payments/closing_paper.py",  # papers of the treasury's side, as accountants sign them
    "payments/receipt_paper.py",  # the receipt as regulation words it
    "payments/till_paper.py",  # slips and counts, as both sign them
    "payments/statements/layouts.py",  # how banks head their columns
    "registers/citizens.py",  # the words of the population register
    "studio/documents",  # the words of the language of documents, and what they print
    "studio/suggesting.py",  # everyday words
    "workflow/gallery/drawn.py",  # drawings: their words are data
    "workflow/lines.py",  # names of the ends of a drawing
    "foundation/signing/fields.py",  # names of fields inside an official document
    "dossiers/queries/facts.py",  # the set words of an official document
    "foundation/examining/scans.py",  # the program's own name, in the files it makes
)
# Operators read Vietnamese in a terminal; the description of the API is for builders of other systems.
TERMINAL = ("commands.py", "log_commands.py", "production.py", "rest.py")

# Bare sentences of before this test, by file. A number here may only fall; new files start at none.
STILL_BARE = {
    "forms/engine/lint.py": 54,
    "forms/engine/leaves.py": 11,
    "foundation/audit/verifying.py": 29,
    "foundation/keyring.py": 16,
    "foundation/numbering/patterns.py": 15,
    "foundation/jobs/models.py": 2,
    "foundation/crypto/ring.py": 1,
    "foundation/files/malware.py": 1,
    "foundation/files/stores.py": 1,
    "foundation/signing/csc.py": 1,
    "foundation/signing/revocations.py": 1,
    "foundation/signing/stamps.py": 1,
    "identity/signin/eid.py": 1,
    "foundation/worktime/national.py": 1,
    "foundation/worktime/stored.py": 1,
    "identity/operations/people.py": 1,
    "procedures/models.py": 5,
}

# Calls whose words are patterns, or labels that the audit keeps in Vietnamese.
HOLDERS = {"compile", "declare", "act", "anyone"}

# ux: words that blame, threaten or say nothing.
JARGON = (
    "không hợp lệ", "thất bại", "hệ thống bận", "quý khách", "vui lòng", "người dùng", "bảo trì",
    "lỗi hệ thống", "bạn", "dữ liệu đầu vào", "tham số", "truy vấn", "server", "user",
)  # fmt: skip


def is_data(file: Path) -> bool:
    path = file.relative_to(SOURCE)
    named = file.name in TERMINAL or file.name.startswith("demo_")
    return named or any(part in DATA or str(path).startswith(READERS) for part in path.parts)


def python_files() -> list[Path]:
    return [file for file in sorted(SOURCE.rglob("*.py")) if not is_data(file)]


def templates() -> list[Path]:
    return [file for file in sorted(SOURCE.rglob("*.html")) if "specimens" not in file.parts]


def bare_in_python(source: str) -> Iterator[str]:
    """Vietnamese constants that no gettext call holds; docstrings, patterns and keys are no words."""
    tree = ast.parse(source)
    held: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in TRANSLATED | HOLDERS:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                held.update(id(inner) for argument in given for inner in ast.walk(argument))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
        if isinstance(node, ast.Dict):
            held.update(id(key) for key in node.keys if key)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in held:
            continue
        if VIETNAMESE.search(SIGN_OF_A_LAW.sub("", node.value)):
            yield f"{node.lineno}: {node.value[:60]}"


ATTRIBUTE = re.compile(r"""\b(?:title|alt|placeholder|aria-label|content)="([^"{]*)["{]""")


def words_of(template: str) -> Iterator[str]:
    """Text and readable attributes of a template that stand outside translate tags."""
    text = re.sub(r"{% (?:block|)comment %}.*?{% endcomment %}|{#.*?#}", "", template, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block \w*(?:class|attributes) %}.*?{% endblock %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "¦", text, flags=re.DOTALL)
    for found in ATTRIBUTE.finditer(text):
        yield found[1]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!doctype[^>]*>|<[^>]*>", "¦", text, flags=re.IGNORECASE | re.DOTALL)
    text = re.sub(r"&\w+;", " ", text)
    yield from text.split("¦")


def bare() -> dict[str, list[str]]:
    """Bare words by file."""
    found = {str(file.relative_to(SOURCE)): list(bare_in_python(file.read_text())) for file in python_files()}
    return {name: words for name, words in found.items() if words}


def test_no_vietnamese_word_of_python_stands_outside_gettext() -> None:
    too_many = {name: words for name, words in bare().items() if len(words) > STILL_BARE.get(name, 0)}
    assert too_many == {}


def test_no_word_of_a_template_stands_outside_translate() -> None:
    found = [
        f"{file.relative_to(SOURCE)}: {text.strip()[:60]}"
        for file in templates()
        for text in words_of(file.read_text())
        if re.search(r"[^\W\d_]{2,}", text)
        and not re.fullmatch(r"\W*(?:width=device-width.*|utf-8|noindex|\d+;url=.*)\W*", text.strip())
    ]
    assert found == []


@pytest.mark.parametrize("sentence", ['x = "Hồ sơ"', 'raise Unable(f"Trễ {n} ngày")', 'f(label="Họ tên")'])
def test_the_search_sees_a_bare_word(sentence: str) -> None:
    assert list(bare_in_python(sentence))


@pytest.mark.parametrize(
    "sentence", ['x = _("Hồ sơ")', '"""Hồ sơ."""', 'x = re.compile("Hồ")', 'd = {"Hồ": 1}']
)
def test_the_search_leaves_what_is_held_or_is_no_word(sentence: str) -> None:
    assert not list(bare_in_python(sentence))


@pytest.mark.parametrize("html", ["<p>Hồ sơ</p>", '<a title="Xem">', "{% if a %}Save{% endif %}"])
def test_the_search_sees_a_bare_word_in_a_template(html: str) -> None:
    assert any(re.search(r"[^\W\d_]{2,}", text) for text in words_of(html))


def messages() -> list[tuple[str, str]]:
    """Every sentence that people may read, with its file."""
    found = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in TRANSLATED:
                    found += [
                        (str(file.relative_to(SOURCE)), inner.value)
                        for inner in node.args
                        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
                    ]
    for file in templates():
        text = " ".join(re.findall(r"gettext\((.*?)\)", templatize(file.read_text())))
        found.append((str(file.relative_to(SOURCE)), text))
    return found


def test_no_sentence_blames_or_says_nothing() -> None:
    hits = [
        f"{where}: «{word}» in {text[:80]}"
        for where, text in messages()
        for word in JARGON
        if re.search(rf"(?<!\w)(?<!có ){word}(?!\w)", text, re.IGNORECASE)
    ]
    assert hits == []


def test_no_sentence_shouts() -> None:
    assert [(where, text) for where, text in messages() if "!" in text] == []


PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+[^>]*>")


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    catalogue = polib.pofile(str(SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"))
    wrong = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        wanted = set(PLACES.findall(entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text and (set(PLACES.findall(text)) != wanted or text.count("\n") != entry.msgid.count("\n")):
                wrong.append(entry.msgid)
    assert wrong == []


CITIZEN = re.compile(r"/(public/|templates/(public|procedures)/|templates/dossiers/public/|pages/public/)")


def test_khmer_leaves_little_of_the_citizens_path_untranslated() -> None:
    """Nineteen sentences in twenty: what was written since the last translation may wait a while."""
    catalogue = polib.pofile(str(SOURCE / "locale" / "km" / "LC_MESSAGES" / "django.po"))
    path = [
        entry
        for entry in catalogue
        if not entry.obsolete and any(CITIZEN.search(f"/{place}") for place, _line in entry.occurrences)
    ]
    left = [entry.msgid for entry in path if not entry.translated()]
    assert path
    assert len(left) <= len(path) / 20, left


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_msgid_stands_once_in_a_catalogue(language: str) -> None:
    """One sentence with a plural here and without there would lose its translation."""
    catalogue = polib.pofile(str(SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"))
    ids = [(entry.msgid, entry.msgctxt) for entry in catalogue]
    assert sorted({id for id in ids if ids.count(id) > 1}) == []


def test_no_sentence_is_glued_of_pieces() -> None:
    """A word cut open by a tag, such as the underlined letter of a key, is translated with its letter."""
    cut = re.compile(r">\w</(?:u|b|kbd|strong|em)>{% translate")
    assert [str(file) for file in templates() if cut.search(file.read_text())] == []


def test_english_leaves_nothing_of_the_visual_language_untranslated() -> None:
    catalogue = polib.pofile(str(SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    left = [
        entry.msgid
        for entry in catalogue.untranslated_entries()
        if any("/ui/" in place for place, _line in entry.occurrences)
    ]
    assert left == []

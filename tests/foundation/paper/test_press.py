"""Documents are set from data that people wrote, which is never anything but text."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tinhso.foundation import paper
from tinhso.foundation.paper import press

ALPHABET = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬBCDĐEÈÉẺẼẸÊỀẾỂỄỆGHIÌÍỈĨỊKLMNOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢPQRSTUÙÚỦŨỤƯỪỨỬỮỰVXYỲÝỶỸỴ0123456789"
)
HOSTILE = (
    '#eval("1+1")',
    '#import "/layout.typ": *',
    "*đậm* _nghiêng_ $x^2$ `mã` = Đề mục",
    "] #panic() [",
    '"; panic(); "',
    "<script>alert(1)</script>",
    '#read("/layout.typ")',
    "@preview/x:1.0.0",
    "\\u{41} \\ // chú thích /* */",
    "Nguyễn 😀 👨‍👩‍👧 \u202ekhông ngược\u202c",
    unicodedata.normalize("NFD", "Nguyễn Thị Ánh Nguyệt"),
    "\x00\x07\ud800",
)


def _decision(**changes: Any) -> dict[str, Any]:
    return {
        "superior": "Ủy ban nhân dân tỉnh An Giang",
        "agency": "Ủy ban nhân dân phường Rạch Giá",
        "number": "05",
        "notation": "QĐ-UBND",
        "place": "Rạch Giá",
        "date": {"day": "05", "month": "02", "year": "2026"},
        "kind": "Quyết định",
        "about": "Về việc trợ cấp người có công",
        "bases": ["Căn cứ Luật Tổ chức chính quyền địa phương;"],
        "order": "Quyết định",
        "body": ["Điều 1. Trợ cấp."],
        "facts": [["Họ tên", "Nguyễn Văn An"]],
        "ending": ["Điều 2. Thi hành."],
        "signer": {"authority": ["TM. Ủy ban nhân dân"], "title": "Chủ tịch", "name": "Trần Văn Dũng"},
        "recipients": ["Như trên;"],
        **changes,
    }


def _words(pdf: bytes) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the words on the page were not read")
    read = subprocess.run([tool, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return unicodedata.normalize("NFC", read.stdout.decode())


def _everywhere(value: Any, words: str) -> Any:
    if isinstance(value, str):
        return words
    if isinstance(value, dict):
        return {key: _everywhere(item, words) for key, item in value.items()}
    return [_everywhere(item, words) for item in value]


def test_every_vietnamese_letter_is_in_every_style() -> None:
    letters = " ".join(ALPHABET)
    pdf = paper.render(template="decision", data=_decision(body=[letters], bases=[letters], about=letters))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = {str(one.BaseFont).rpartition("+")[2] for one in _fonts(document)}
    assert fonts == {"Tinos-Regular", "Tinos-Italic", "Tinos-Bold", "Tinos-BoldItalic"}
    words = "".join(_words(pdf).split())
    assert words.count(ALPHABET) == 3


def test_a_word_longer_than_a_line_stays_on_the_page() -> None:
    long = "x" * 300

    words = "".join(_words(paper.render(template="letter", data={"body": [long], "about": long})).split())

    assert words.count("x") == 600


def _fonts(document: pikepdf.Pdf) -> Iterator[Any]:
    for page in document.pages:
        yield from dict(page.Resources.Font).values()


@pytest.mark.parametrize("template", ["decision", "letter", "receipt", "slip", "result"])
@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_write_is_only_text(template: str, words: str) -> None:
    data = _everywhere(_decision(), words)
    data["papers"] = [[words, words, words, words]]
    data["items"] = [words]
    data["rows"] = [[words, words]]
    data["applicant"] = {"name": words, "address": words}
    data["written"] = {"words": words}

    pdf = paper.render(template=template, data=data)

    assert pdf.startswith(b"%PDF-")
    if template == "letter" and words.startswith(("#", "*", "<", "@")):
        assert words.split()[0][:6] in _words(pdf)


def test_markup_is_printed_as_written() -> None:
    assert '#eval("1+1") *đậm*' in _words(
        paper.render(template="letter", data={"body": ['#eval("1+1") *đậm*']})
    )


@settings(max_examples=40, deadline=None)
@given(words=some.text(max_size=200))
def test_any_text_can_be_printed(words: str) -> None:
    assert paper.render(template="letter", data={"body": [words], "about": words}).startswith(b"%PDF-")


def test_decomposed_letters_are_composed() -> None:
    assert press.clean(unicodedata.normalize("NFD", "Rạch Giá")) == "Rạch Giá"


def test_marks_that_reverse_text_are_dropped() -> None:
    assert press.clean("a\u202eb\u2066c\x00d") == "abcd"


def test_equal_input_gives_equal_bytes() -> None:
    first = paper.render(template="decision", data=_decision())

    assert paper.render(template="decision", data=_decision()) == first
    assert b"/CreationDate" not in first


def test_the_moment_of_making_is_written_when_given() -> None:
    pdf = paper.render(
        template="decision", data=_decision(), made_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    )

    assert b"20261124" in pdf or "2026-11-24" in str(pikepdf.open(io.BytesIO(pdf)).open_metadata())


def test_too_much_data_is_refused() -> None:
    with pytest.raises(paper.PaperError, match="quá dài"):
        paper.render(template="letter", data={"body": ["a" * 600_000]})


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(paper.PaperError, match="trang"):
        paper.render(
            template='#import "/layout.typ": *\n#for i in range(400) { pagebreak(weak: false) }', data={}
        )


def test_a_template_that_never_ends_is_given_up() -> None:
    with pytest.raises(paper.PaperError):
        paper.render(template='#import "/layout.typ": *\n#while true { }', data={})


def test_a_document_without_marks_has_no_links() -> None:
    def links(marked: bool) -> int:
        pdf = paper.render(template="decision", data=_decision(number=None), marked=marked)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return sum(len(page.get("/Annots", [])) for page in document.pages)

    assert links(False) == 0
    assert links(True) == 3


@pytest.mark.parametrize(
    "source",
    [
        '#read("/layout.typ")\n',
        '#image("/etc/passwd")\n',
        '#import "/decision.typ": *\n',
        '#import "@preview/cetz:0.3.0"\n',
        '#include "/letter.typ"\n',
        '#eval("1")\n',
        '#let x = json("/a.json")\n',
        "#sys.inputs\n",
        '#import /* */ "/other.typ"\n',
        '#let a = "//"; #read("/layout.typ")\n',
        '// a comment\u2028#eval("1")\n',
        '#dictionary(std).at("ev" + "al")("1")\n',
    ],
)
def test_a_template_may_not_reach_out(source: str) -> None:
    with pytest.raises(paper.TemplateRefused):
        paper.render(template=source, data={})


def test_a_template_of_a_room_uses_the_layout() -> None:
    source = '#import "/layout.typ": *\n#show: sheet\n#masthead()\n#paragraphs(given("body", default: ()))\n'

    assert "Điều 1." in _words(paper.render(template=source, data=_decision()))


def test_a_template_with_a_mistake_is_told() -> None:
    with pytest.raises(paper.PaperError, match="mẫu"):
        paper.render(template='#import "/layout.typ": *\n#no-such-thing()', data={})


def test_an_unknown_template_is_told() -> None:
    with pytest.raises(LookupError):
        paper.render(template="no-such-template", data={})


def test_typst_itself_refuses_files_outside_its_folder() -> None:
    pid = os.getpid()
    for path in ("../press.py", "/../press.py", f"/proc/{pid}/environ", "/etc/passwd"):
        with pytest.raises(paper.PaperError):
            press._set(f'#read("{path}")'.encode(), {"data": "{}"}, None, True)


def test_a_code_is_drawn() -> None:
    pdf = paper.render(template="receipt", data=_decision(code="H01-0001", qr=paper.qr("H01-0001")))

    assert "H01-0001" in _words(pdf)

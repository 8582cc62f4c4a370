from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import text

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
ANYTHING = st.text(alphabet=st.characters())
VIETNAMESE = st.text(alphabet=LETTERS + LETTERS.upper() + " ", max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mỹ Hòa Hưng", "Mỹ Hoà Hưng"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Quý", "Qúy"),
        ("già", "gìa"),
        ("HÒA", "HOÀ"),
        ("hòa", unicodedata.normalize("NFD", "hoà")),
    ],
)
def test_two_placements_of_the_tone_are_one_word(one: str, other: str) -> None:
    assert text.tone_neutral(one) == text.tone_neutral(other)


@pytest.mark.parametrize(
    "word",
    ["hoàn", "toán", "thuở", "giếng", "quyết", "khuỷu", "ngoái", "người", "mứa", "huệ", "quả", "gì", "giá",
     "cứu", "tía", "của", "yến", "Kroông", "Đắk", "Pleiku", "naïve", "café", "Nguyễn"],
)  # fmt: skip
def test_a_well_written_word_keeps_its_tone_where_it_is(word: str) -> None:
    assert text.tone_neutral(word) == word


def test_different_words_stay_different() -> None:
    assert text.tone_neutral("hòa") != text.tone_neutral("hóa")
    assert text.tone_neutral("của") != text.tone_neutral("cửa")


@given(ANYTHING | VIETNAMESE)
def test_tone_placement_is_settled_once(raw: str) -> None:
    once = text.tone_neutral(raw)
    assert text.tone_neutral(once) == once
    assert sorted(unicodedata.normalize("NFD", once)) == sorted(
        unicodedata.normalize("NFD", unicodedata.normalize("NFC", raw))
    )


def test_folding_takes_off_every_diacritic() -> None:
    assert text.fold("Đặng Thị HOÀ ở Kiên Giang") == "dang thi hoa o kien giang"
    assert set(text.fold(LETTERS)) <= set("abcdefghijklmnopqrstuvwxyz")


@given(ANYTHING | VIETNAMESE)
def test_folding_is_the_same_for_both_forms_and_done_once(raw: str) -> None:
    folded = text.fold(raw)
    assert text.fold(folded) == folded
    assert text.fold(unicodedata.normalize("NFD", raw)) == text.fold(unicodedata.normalize("NFC", raw))


def test_the_stored_form_is_composed_without_invisible_letters() -> None:
    assert text.normal("  Trần\u00a0Thị\u200b \x00Bé\n") == "Trần Thị Bé"
    assert text.normal(unicodedata.normalize("NFD", "PHỤNG ĐỢ")) == "PHỤNG ĐỢ"


@given(ANYTHING)
def test_the_stored_form_can_be_stored(raw: str) -> None:
    stored = text.normal(raw)
    stored.encode()
    assert "\x00" not in stored
    assert text.normal(stored) == stored


def test_search_text_is_the_folded_words() -> None:
    assert text.search_text("Đăng ký khai sinh (lại)", "TT-01/2026") == "dang ky khai sinh lai tt 01 2026"


def test_khmer_keeps_its_vowels() -> None:
    assert text.words("ភាសាខ្មែរ") == ("ភាសាខ្មែរ",)


@pytest.mark.parametrize(
    ("jumbled", "ordered"),
    [
        (["An", "Bình", "Dũng", "Ân", "Đạt"], ["An", "Ân", "Bình", "Dũng", "Đạt"]),
        (["Ư", "Ơ", "U", "Ô", "O", "Ê", "E", "Đ", "D", "Â", "Ă", "A"], list("AĂÂDĐEÊOÔƠUƯ")),
        (["mạ", "má", "mã", "mả", "mà", "ma"], ["ma", "mà", "mả", "mã", "má", "mạ"]),
        (
            ["Võ", "Vũ", "Ngô", "Nguyễn", "Đỗ", "Dương", "Đặng", "Đinh", "Lý", "Lê", "Bùi", "Âu", "Trần"],
            ["Âu", "Bùi", "Dương", "Đặng", "Đinh", "Đỗ", "Lê", "Lý", "Ngô", "Nguyễn", "Trần", "Võ", "Vũ"],
        ),
        (["Hòn Tre", "Hòn Nghệ", "Hòn", "Hòn 2", "Hòn 1"], ["Hòn", "Hòn 1", "Hòn 2", "Hòn Nghệ", "Hòn Tre"]),
        (["thuỷ b", "thủy a"], ["thủy a", "thuỷ b"]),
    ],
)
def test_lists_go_by_the_vietnamese_alphabet(jumbled: list[str], ordered: list[str]) -> None:
    assert sorted(jumbled, key=text.sort_key) == ordered


ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
TONED = [
    unicodedata.normalize("NFC", letter + tone)
    for letter in ALPHABET
    for tone in (TONES if letter in "aăâeêioôơuưy" else TONES[:1])
]


def by_the_book(written: str) -> tuple[list[int], list[int]]:
    letters, tones = [], []
    for letter in text.tone_neutral(written):
        marks = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in marks if mark in TONES[1:]), "")
        letters.append(
            ALPHABET.index(unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks))
        )
        tones.append(TONES.index(tone))
    return letters, tones


@given(*[st.lists(st.sampled_from(TONED), max_size=6).map("".join)] * 2)
def test_keys_compare_as_letters_then_tones(one: str, other: str) -> None:
    assert (text.sort_key(one) < text.sort_key(other)) == (by_the_book(one) < by_the_book(other))


@given(ANYTHING | VIETNAMESE)
def test_any_text_has_a_key_of_plain_letters_and_capitals_do_not_count(raw: str) -> None:
    key = text.sort_key(raw)
    assert key.isascii()
    assert key.isalnum()
    assert key == text.sort_key(unicodedata.normalize("NFD", raw))


def test_people_are_listed_by_given_name_then_family_name() -> None:
    people = ["Trần Văn An", "Lê Thị Ân", "Nguyễn Hữu Đạt", "Danh Bình", "Nguyễn Thị An", "Lý Dũng"]
    assert sorted(people, key=text.name_sort_key) == [
        "Nguyễn Thị An",
        "Trần Văn An",
        "Lê Thị Ân",
        "Danh Bình",
        "Lý Dũng",
        "Nguyễn Hữu Đạt",
    ]
    assert sorted(["Lê Hà", "Âu Hà", "Trần Ha", "Võ Hạ"], key=text.name_sort_key)[0] == "Trần Ha"


def test_joined_keys_never_let_one_part_run_into_the_next() -> None:
    words = ["", "a", "á", "an", "ân", "an b", "b", "bá", "c 1"]
    pairs = list(itertools.product(words, repeat=2))
    expected = sorted(pairs, key=lambda pair: (text.sort_key(pair[0]), text.sort_key(pair[1])))
    assert sorted(pairs, key=lambda pair: text.sort_key(pair[0]) + text.sort_key(pair[1])) == expected


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Nguyễn Thị Minh Khai", ("Nguyễn", "Thị Minh", "Khai")),
        ("Tôn Thất Tùng", ("Tôn Thất", "", "Tùng")),
        ("Danh Út", ("Danh", "", "Út")),
        ("Út", ("", "", "Út")),
        ("", ("", "", "")),
        ("  LÊ   văn\tA ", ("LÊ", "văn", "A")),
    ],
)
def test_a_name_has_family_middle_and_given(full: str, parts: tuple[str, str, str]) -> None:
    name = text.split_name(full)
    assert (name.family, name.middle, name.given) == parts


@given(ANYTHING)
def test_a_split_name_loses_no_word(raw: str) -> None:
    assert text.split_name(raw).full == text.normal(raw)

"""A text for a phone is short and says nothing about a person beyond what the dated rule lets out."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.notify.support import AT, person, phone, tell
from tinhso.foundation import legal, moments
from tinhso.foundation.refs import SYSTEM
from tinhso.notify import api
from tinhso.notify.phone_words import MARK, allowed_facts, for_phone, parts_of, without_marks

pytestmark = pytest.mark.django_db
TODAY = moments.today(AT)
LONGEST = {
    "code": "H01.123.456-261124-000123",
    "promised": "16:00 thứ Tư 30/12/2026",
    "until": "16:00 Chủ nhật 30/12/2026",
    "count": 999,
    "when": "16:00 Chủ nhật 30/12/2026",
    "once": "123456",
}
WITH_SMS = sorted(
    (one for one in api.declared() if one.sms and not one.name.startswith("test.")), key=lambda one: one.name
)
PERSONAL = re.compile(r"name|reason|address|phone|agent|birth|id_number|email|step")


def test_messages_go_to_phones_at_all() -> None:
    assert len([one for one in WITH_SMS if one.name.startswith("dossiers.")]) >= 8


@pytest.mark.parametrize("template", WITH_SMS, ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_every_text_for_phones_carries_only_what_the_rule_allows_and_is_short(
    template: api.Template, language: str
) -> None:
    marks = set(MARK.findall(template.sms))
    assert marks <= allowed_facts(TODAY)
    assert not [mark for mark in marks if PERSONAL.search(mark)]
    secret = dict.fromkeys(("name", "reason", "step", "address"), "Danh Sóc Kha 091090000001")
    link = "/ho-so/H01.123.456-261124-000123/"
    words = for_phone(template.name, LONGEST | secret, link=link, language=language, on=TODAY)
    assert words is not None
    assert "Kha" not in words.text
    assert words.text.endswith(link)
    assert parts_of(words.text) <= legal.integer("sms_most_parts", on=TODAY)
    if language == "vi":
        assert words.text.isascii(), "plain letters: 160 of them in one part"
        assert "..." not in words.text, "nothing had to be cut"
    if words.zalo:
        assert set(words.zalo["template_data"]) <= allowed_facts(TODAY)


def test_the_rule_of_the_day_decides_and_a_template_that_says_too_much_stays_at_home() -> None:
    to = person("sms", "zalo")
    assert "sms" in tell(to, phone())
    legal.change(
        key="sms_allowed_facts",
        value=["count"],
        effective_from=TODAY,
        legal_basis="thử",
        by=SYSTEM,
        at=AT,
    )
    assert set(tell(to, phone())) == {"in_app"}


def test_a_text_too_long_is_cut_before_its_link() -> None:
    name = api.declare("test.long", subject="s", body="b", sms="Tin dài %(code)s")
    words = for_phone(name, {"code": "x" * 900}, link="/ho-so/1/", language="", on=TODAY)
    assert words is not None
    assert words.text.endswith(f"... {settings.ORIGIN}/ho-so/1/")
    assert parts_of(words.text) == 2


def test_a_missing_fact_is_named() -> None:
    name = api.declare("test.missing", subject="s", body="b", sms="%(code)s")
    with pytest.raises(api.MissingFact, match="code"):
        for_phone(name, {}, link="", language="", on=TODAY)


@pytest.mark.parametrize(
    ("length", "plain", "parts"),
    [
        (160, True, 1),
        (161, True, 2),
        (306, True, 2),
        (307, True, 3),
        (70, False, 1),
        (71, False, 2),
        (135, False, 3),
    ],
)
def test_parts_are_counted_as_networks_do(length: int, plain: bool, parts: int) -> None:
    assert parts_of(("a" if plain else "ă") * length) == parts


@given(st.text(alphabet="ĂăÂâĐđÊêÔôƠơƯưàảãáạẮỢẫỖểABCxyz 0123-./:"))
def test_vietnamese_without_marks_is_plain_and_keeps_its_length(text: str) -> None:
    plain = without_marks(text)
    assert plain.isascii()
    assert len(plain) == len(text)
    assert without_marks(plain) == plain


@pytest.mark.parametrize(
    "number", ["", "123", "02973862000", "+84 912 345 678", "0912.345.678", "\x00", "a" * 99]
)
def test_only_a_mobile_number_is_written_to(number: str) -> None:
    assert ("sms" in tell(person("sms"), number)) == ("345" in number)

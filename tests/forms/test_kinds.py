"""A place and a signature: typed, repaired, judged, drawn, shown; and facts that other rooms know."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.conftest import AT, Publish
from tinhso.forms import api, filling, sources
from tinhso.forms.contracts import Field, Kind
from tinhso.forms.engine import cleaning, repair
from tinhso.foundation.refs import OwnerRef

DEFINITION: dict[str, Any] = {
    "title": "Thử",
    "pages": [
        {
            "name": "dat",
            "question": "Thửa đất ở đâu?",
            "fields": [
                {"name": "dat.vi_tri", "kind": "map_point", "label": "Vị trí thửa đất"},
                {
                    "name": "dat.dao",
                    "kind": "yes_no",
                    "label": "Có phải trên đảo",
                    "show_if": {"<": [{"var": "dat.vi_tri.kinh_do"}, 104.3]},
                    "show_note": "Chỉ điền nếu ở phía tây.",
                },
                {
                    "name": "so",
                    "kind": "text",
                    "label": "Số giấy",
                    "required": False,
                    "prefill": "thu.giay.number",
                },
            ],
        },
        {
            "name": "ky",
            "question": "Ký tên",
            "fields": [
                {"name": "chu_ky", "kind": "signature", "label": "Chữ ký", "purpose": "Để xác nhận lời khai."}
            ],
        },
    ],
}
STROKES = "M10 20L30 40M5 5L6 6L7 9"


def posted(**boxes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name.replace("__", "."): value for name, value in boxes.items()})
    return data


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"vi_do": "10,0123", "kinh_do": "105,0809"}, {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "10.0123° N", "kinh_do": "105.0809 E"}, {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "10.0123, 105.0809"}, {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "10.0123,105.0809"}, {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "10,0123 105,0809"}, {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "10°00'44,3\"", "kinh_do": "105°04'51\""}, {"vi_do": 10.012306, "kinh_do": 105.080833}),
        ("10.0123; 105.0809", {"vi_do": 10.0123, "kinh_do": 105.0809}),
        ({"vi_do": "gần chợ"}, {"vi_do": "GẦN CHỢ"}),
        ({"vi_do": "", "kinh_do": None}, None),
        ({"la": 1}, cleaning.STRANGE),
        (5, cleaning.STRANGE),
    ],
)
def test_a_place_is_read_however_it_is_written(typed: Any, kept: Any) -> None:
    assert cleaning.one(Field(name="x", kind=Kind.MAP_POINT), typed) == kept


@given(st.one_of(st.text(max_size=40), st.from_regex(repair._DEGREES), st.floats(), st.integers()))
def test_no_writing_of_a_place_breaks_the_reading(typed: Any) -> None:
    field = Field(name="x", kind=Kind.MAP_POINT)
    once = cleaning.one(field, {"vi_do": typed, "kinh_do": typed})
    assert once is None or cleaning.one(field, once) == once


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"vi_do": 10.0123, "kinh_do": 105.0809}, ""),
        ({"vi_do": 8.64, "kinh_do": 111.92}, ""),
        ({"vi_do": 105.0809, "kinh_do": 10.0123}, "cần cả vĩ độ và kinh độ"),
        ({"vi_do": 48.85, "kinh_do": 2.35}, "nằm ngoài Việt Nam"),
        ({"vi_do": 1105123.5, "kinh_do": 567890.1}, "VN-2000"),
        ({"vi_do": 10.0123}, "cần cả vĩ độ và kinh độ"),
        (None, "Hãy nhập vĩ độ, kinh độ"),
    ],
)
def test_a_place_lies_in_the_country(publish: Publish, place: Any, sentence: str) -> None:
    version = publish(DEFINITION)
    faults = api.validate(version, {"dat": {"vi_tri": place}}, page="dat", at=AT).faults
    assert (sentence in faults["dat.vi_tri"]) if sentence else ("dat.vi_tri" not in faults)


@pytest.mark.django_db
def test_a_rule_looks_into_a_place(publish: Publish) -> None:
    version = publish(DEFINITION)
    for east, asked in ((103.9, True), (105.1, False)):
        answers = {"dat": {"vi_tri": {"vi_do": 10.2, "kinh_do": east}}}
        pages = api.pages(version, answers, at=AT)
        assert ("dat.dao" in pages[0].paths) is asked
    assert api.sentences_of(DEFINITION)["dat.dao"] == "Hỏi khi kinh độ của vị trí thửa đất dưới 104,3."
    with pytest.raises(api.RuleFaulty):
        api.check_condition({"==": [{"var": "dat.vi_tri"}, "x"]}, DEFINITION)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("signed", "shown"),
    [
        ({"ten": "Trần Thị Lan"}, "Đã ký bằng cách ghi tên: Trần Thị Lan"),
        ({"net": STROKES}, "Đã ký tay"),
        ({"net": STROKES, "ten": "Trần Thị Lan"}, "Đã ký tay, Trần Thị Lan"),
        ({"net": 'M1 1"><script>alert(1)</script>'}, ""),
        ({"net": "M1 1L2 2" * 2000}, ""),
        ({"ten": "12345"}, ""),
        ({}, ""),
    ],
)
def test_a_signature_is_drawn_or_typed(publish: Publish, signed: dict[str, str], shown: str) -> None:
    version = publish(DEFINITION)
    judged = api.validate(version, {"chu_ky": signed}, page="ky", at=AT)
    assert ("chu_ky" not in judged.faults) is bool(shown)
    row = api.summary(version, {"chu_ky": signed}, at=AT)[-1]
    if shown:
        assert (row.value, row.strokes) == (shown, signed.get("net", ""))
    assert "script" not in str(row.shown)
    assert ("<svg" in row.shown) is bool(row.strokes)


@pytest.mark.django_db
def test_a_page_with_a_place_and_a_signature_is_read_and_drawn(publish: Publish) -> None:
    version = publish(DEFINITION)
    answers = api.read_page(
        version, "dat", posted(dat__vi_tri__vi_do="10,5", dat__vi_tri__kinh_do="105"), at=AT
    )
    assert answers == {"dat": {"vi_tri": {"vi_do": 10.5, "kinh_do": 105.0}}}
    answers = api.read_page(version, "ky", posted(chu_ky__net=STROKES), answers=answers, at=AT)
    assert answers["chu_ky"] == {"net": STROKES}
    template = engines["django"].from_string(
        "{% load forms_ui %}{% form_page version page answers faults=faults at=at %}"
    )
    facts = {"version": version, "answers": answers, "at": AT}
    html = template.render({**facts, "page": "dat", "faults": {"dat.vi_tri": "Sai."}})
    for part in ('value="10,5"', "islands/place", 'href="#dat.vi_tri.vi_do"', "Lấy vị trí của máy này"):
        assert part in html
    html = template.render({**facts, "page": "ky", "faults": {}})
    for part in (STROKES, "islands/signing", "Để xác nhận lời khai.", "Hoặc gõ họ và tên để ký"):
        assert part in html
    assert "islands/place" not in html


class Known:
    """A room that knows one number."""

    def __init__(self) -> None:
        self.asked: list[tuple[OwnerRef, Collection[str]]] = []

    def facts(self, owner: OwnerRef, names: Collection[str], *, at: datetime) -> dict[str, Any]:
        self.asked.append((owner, names))
        return {"giay.number": "CX 1", "giay.khac": "không hỏi"}


@pytest.mark.django_db
def test_what_another_room_knows_fills_the_form(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    version, known, owner = publish(DEFINITION), Known(), OwnerRef("person", uuid4())
    monkeypatch.setattr(filling, "SOURCES", {})
    monkeypatch.setattr(sources, "SOURCES", filling.SOURCES)
    assert api.prefill(version, {}, owner=owner, at=AT).answers == {}
    api.fill_from("thu", known)
    filled = api.prefill(version, {}, owner=owner, at=AT)
    assert (filled.answers, filled.origins) == ({"so": "CX 1"}, {"so": "Lấy từ sổ đăng ký"})
    assert known.asked == [(owner, ["giay.number"])]
    assert api.prefill(version, {}).answers == {}
    with pytest.raises(ValueError, match="thu"):
        api.fill_from("thu", known)

"""Pages as people get them: one question a page, everything typed comes back, nothing needs a script."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forms.conftest import AT, Publish
from tests.forms.test_validation import BIRTH, NASTY
from tinhso.directory import demo as directory_demo
from tinhso.forms import api
from tinhso.forms.contracts import Commune
from tinhso.forms.engine import reading
from tinhso.forms.engine.form import decode, make
from tinhso.forms.shipped import shipped

pytestmark = pytest.mark.django_db
TAG = "{% load forms_ui %}{% form_page version page answers faults=faults origins=origins at=at %}"


def draw(version: UUID, page: str, answers: dict[str, Any] | None = None, **more: Any) -> str:
    facts = {"version": version, "page": page, "answers": answers, "at": AT, **more}
    return Template(TAG).render(Context({"csrf_token": "t", **facts}))


def post(
    version: UUID, page: str, body: dict[str, Any], answers: dict[str, Any] | None = None
) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    for key, value in body.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return api.read_page(version, page, query, answers=answers, at=AT)


@pytest.fixture
def birth(publish: Publish) -> UUID:
    return publish(shipped()["khai-sinh"], "khai-sinh")


@pytest.fixture
def business(publish: Publish) -> UUID:
    return publish(shipped()["ho-kinh-doanh"], "ho-kinh-doanh")


def test_pages_follow_the_answers(birth: UUID) -> None:
    names = [page.name for page in api.pages(birth, {}, at=AT)]
    with_both = [page.name for page in api.pages(birth, {"me": {"khai": True}, "cha": {"khai": True}}, at=AT)]

    assert "cu-tru-me" not in names
    assert set(with_both) - set(names) == {"cu-tru-me", "cu-tru-cha"}


def test_a_page_knows_its_part(birth: UUID) -> None:
    view = next(page for page in api.pages(birth, {}, at=AT) if page.name == "me")

    assert (view.part_title, view.part_number, view.part_count) == ("Cha mẹ", 2, 4)


def test_the_question_is_the_only_heading(birth: UUID) -> None:
    for page in api.definition(birth).pages:
        html = draw(birth, page.name, BIRTH)
        assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [page.question]


def test_every_fault_links_to_a_control_of_the_page(birth: UUID, business: UUID) -> None:
    for version in (birth, business):
        answers = {"me": {"khai": True}, "thanh_vien": [{}], "von": {"co_nguoi_gop": True}}
        for page in api.pages(version, answers, at=AT):
            faults = api.validate(version, answers, page=page.name, at=AT).faults
            html = draw(version, page.name, answers, faults=faults)
            for target in re.findall(r'href="#([^"]+)"', html):
                assert f'id="{target}"' in html
            for sentence in faults.values():
                assert html.count(sentence) == 2


def test_a_page_with_files_says_where_they_go(publish: Publish) -> None:
    version = publish(shipped()["giay-phep-xay-dung-nha-o"])
    html = draw(version, "thi-cong", {"thi_cong": {"anh": ["01a20fdb-0068-7044-8ca6-d2290ad4d9c5"]}})

    assert 'enctype="multipart/form-data"' in html
    assert 'name="thi_cong.anh.tep"' in html
    assert 'name="thi_cong.anh" value="01a20fdb-0068-7044-8ca6-d2290ad4d9c5"' in html


def test_what_is_typed_wrong_comes_back(birth: UUID) -> None:
    boxes = {"con.ngay_sinh.ngay": "31", "con.ngay_sinh.thang": "hai", "con.ngay_sinh.nam": "2024"}
    html = draw(birth, "ngay-sinh", post(birth, "ngay-sinh", boxes))

    for typed in boxes.values():
        assert f'value="{typed}"' in html


def test_a_posted_page_is_typed_and_leaves_other_answers(birth: UUID) -> None:
    body = {"ban_sao.can": "co", "ban_sao.so_luong": " 2 bản"}
    before = {"con": {"ho_ten": "Trần Gia Bảo"}}
    answers = post(birth, "ban-sao", {**body, "ban_sao.so_luong": "2", "con.ho_ten": "kẻ lạ"}, before)

    assert answers == {"con": {"ho_ten": "Trần Gia Bảo"}, "ban_sao": {"can": True, "so_luong": 2}}
    assert before == {"con": {"ho_ten": "Trần Gia Bảo"}}


def test_what_is_emptied_is_taken_out(birth: UUID) -> None:
    before = {"con": {"ho_ten": "Trần Gia Bảo", "gioi_tinh": "nam", "dan_toc": "Kinh"}}

    assert post(birth, "ten-con", {"con.ho_ten": ""}, before) == {"con": {"dan_toc": "Kinh"}}


def test_a_dependent_question_says_when_it_is_for_someone(birth: UUID) -> None:
    html = draw(birth, "ban-sao")

    assert "Chỉ điền nếu cần bản sao." in html
    assert 'name="ban_sao.so_luong"' in html
    assert "data-conditions" in html


def test_the_script_gets_only_answers_that_its_rules_read(business: UUID) -> None:
    answers = {"chu_ho": {"ho_ten": "Nguyễn Thị Lan"}, "von": {"chu_ho": 5, "co_nguoi_gop": True}}
    html = draw(business, "thanh-vien", answers)
    [data] = re.findall(r"data-conditions>(.*?)</script>", html)

    assert "Lan" not in data
    assert json.loads(data)["kinds"]["thanh_vien[].von"] == "money"
    assert json.loads(data)["answers"] == {"von": {"co_nguoi_gop": True}}


def test_rows_are_added_and_taken_away_without_a_script(business: UUID) -> None:
    body = {"nganh_nghe.0.ten": "Bán lẻ", "nganh_nghe.1.ten": "Sửa xe"}
    added = post(business, "nganh-nghe", {**body, "_add": "nganh_nghe"})
    removed = post(business, "nganh-nghe", {**body, "_remove": "nganh_nghe.0"})

    assert [row.get("ten") for row in added["nganh_nghe"]] == ["Bán lẻ", "Sửa xe", None]
    assert removed["nganh_nghe"] == [{"ten": "Sửa xe"}]
    assert 'name="nganh_nghe.2.ten"' in draw(business, "nganh-nghe", added)
    assert api.stays(QueryDict("_add=nganh_nghe"))
    assert not api.stays(QueryDict("nganh_nghe.0.ten=x"))


def test_the_enter_key_goes_on_and_does_not_add_a_row(business: UUID) -> None:
    html = draw(business, "nganh-nghe")

    assert html.index("Tiếp tục") < html.index('name="_add"')


@pytest.mark.parametrize("typed", ["Rạch Giá", "rach gia", "phường Rạch Giá", "  Phuong  rach gia "])
def test_a_commune_named_exactly_is_taken_without_asking_again(birth: UUID, typed: str) -> None:
    directory_demo.load(at=AT)
    answers = post(birth, "que-quan", {"con.que_quan.xa": typed})

    assert answers["con"]["que_quan"]["xa"] == "Phường Rạch Giá"
    assert "ma_xa" in answers["con"]["que_quan"]
    assert api.validate(birth, answers, page="que-quan", at=AT).sound


def test_an_address_may_be_written_by_hand_on_the_first_screen(birth: UUID) -> None:
    directory_demo.load(at=AT)
    assert "Không thấy? Ghi tay" in draw(birth, "que-quan")
    answers = post(birth, "que-quan", {"con.que_quan.xa": "vinh thanh van", "con.que_quan.ma_xa": "-"})

    assert answers["con"]["que_quan"]["xa"] == "vinh thanh van"
    assert answers["con"]["que_quan"]["ghi_tay"] is True
    assert api.validate(birth, answers, page="que-quan", at=AT).sound


def test_a_short_name_offers_at_most_seven_communes_and_the_way_by_hand(birth: UUID) -> None:
    directory_demo.load(at=AT)
    answers = post(birth, "que-quan", {"con.que_quan.xa": "vinh"})
    html = draw(birth, "que-quan", answers)
    assert 1 < len(re.findall(r'type="radio" value="[0-9]+"', html)) <= 7
    assert "Không thấy? Ghi tay" in html


def test_a_name_that_several_communes_bear_is_asked_about() -> None:
    found = (Commune("1", "Xã Hòa Lạc"), Commune("2", "Phường Hoà Lạc"))

    assert reading.exactly("hoa lac", found) == []
    assert reading.exactly("xã Hòa Lạc", found) == [found[0]]
    assert reading.exactly("Hòa", found) == []


def test_an_old_name_of_a_commune_is_offered_as_todays(birth: UUID) -> None:
    directory_demo.load(at=AT)
    answers = post(birth, "que-quan", {"con.que_quan.xa": "vinh thanh van"})
    faults = api.validate(birth, answers, page="que-quan", at=AT).faults
    html = draw(birth, "que-quan", answers, faults=faults)
    [code] = re.findall(r'type="radio" value="(\d+)"', html)
    chosen = post(birth, "que-quan", {"con.que_quan.xa": "vinh thanh van", "con.que_quan.ma_xa": code})

    assert list(faults) == ["con.que_quan.xa"]
    assert "Trước đây là Phường Vĩnh Thanh Vân" in html
    assert chosen["con"]["que_quan"]["xa"] == "Phường Rạch Giá"
    assert api.validate(birth, chosen, page="que-quan", at=AT).sound


def test_a_commune_is_looked_up_as_of_the_day_of_the_event(birth: UUID) -> None:
    directory_demo.load(at=AT)
    before = {"con": {"ngay_sinh": "2024-03-27", "sinh_tai": "tai_nha"}}
    body = {"con.sinh_tai": "tai_nha", "con.noi_sinh.xa": "Phường Vĩnh Thanh Vân"}
    place = post(birth, "noi-sinh", body, before)["con"]["noi_sinh"]

    assert place == {"xa": "Phường Vĩnh Thanh Vân", "ma_xa": "30730", "ngay": "2024-03-27"}


def test_a_place_that_no_list_knows_is_written_by_hand(birth: UUID) -> None:
    answers = post(
        birth, "que-quan", {"con.que_quan.xa": "Xã Xa Lắm, Lào Cai", "con.que_quan.chi_tiet": "Bản 3"}
    )

    assert answers["con"]["que_quan"]["ghi_tay"] is True
    assert api.validate(birth, answers, page="que-quan", at=AT).sound


def test_what_the_account_knows_is_filled_in_and_marked(birth: UUID) -> None:
    facts = {"account": {"full_name": "Nguyễn Thị Lan", "personal_id": "091198001234", "phone": None}}
    filled = api.prefill(birth, facts)
    html = draw(birth, "nguoi-khai", filled.answers, origins=filled.origins)

    assert filled.answers == {"nguoi_khai": {"ho_ten": "Nguyễn Thị Lan", "so_dinh_danh": "091198001234"}}
    assert html.count("Lấy từ tài khoản định danh.") == 2


def test_the_summary_reads_like_a_paper(birth: UUID) -> None:
    rows = {row.path: row for row in api.summary(birth, BIRTH, at=AT)}

    assert (rows["con.ngay_sinh"].label, rows["con.ngay_sinh"].value) == ("Ngày sinh của con", "1/11/2026")
    assert rows["me.so_dinh_danh"].value == "091 198 001 234"
    assert (rows["con.ngay_sinh"].page, rows["con.ngay_sinh"].part_title) == (
        "ngay-sinh",
        "Người được khai sinh",
    )
    assert "cha.ho_ten" not in rows


def test_an_unanswered_question_is_not_declared(birth: UUID) -> None:
    rows = {row.path: row for row in api.summary(birth, {}, at=AT)}

    assert (rows["con.ho_ten"].value, rows["con.ho_ten"].answered) == ("Không khai", False)


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_typed_becomes_markup(birth: UUID, nasty: str) -> None:
    for page in api.definition(birth).pages:
        names = re.findall(r'name="([^"]+)"', draw(birth, page.name, BIRTH))
        answers = post(birth, page.name, dict.fromkeys(names, nasty), BIRTH)
        faults = api.validate(birth, answers, page=page.name, at=AT).faults
        html = draw(birth, page.name, answers, faults=faults)
        assert "<script>alert" not in html
        assert "\x00" not in html


FORMS = {code: make(decode(definition)) for code, definition in shipped().items()}


@st.composite
def bodies(draw_: st.DrawFn) -> tuple[str, str, dict[str, list[str]]]:
    code = draw_(st.sampled_from(sorted(FORMS)))
    page = draw_(st.sampled_from(sorted(FORMS[code].pages)))
    paths = [leaf.path for leaf in FORMS[code].of_page(page)]
    inner = st.sampled_from(
        ["", ".ngay", ".nam", ".xa", ".ma_xa", ".0.von", ".0.ten", ".999.ten", ".0.nguoi.ho_ten"]
    )
    name = st.one_of(
        st.sampled_from(paths), st.tuples(st.sampled_from(paths), inner).map("".join), st.text(max_size=9)
    )
    value = st.one_of(
        st.text(max_size=30), st.sampled_from([*NASTY, *paths, "co", "khong", "27/3/2024", "1,5 tỷ"])
    )
    body = draw_(
        st.dictionaries(st.one_of(name, st.sampled_from(["_add", "_remove"])), st.lists(value, max_size=3))
    )
    return code, page, body


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies())
def test_any_body_of_a_post_can_be_read_judged_and_shown(
    publish: Publish, made: tuple[str, str, dict[str, list[str]]]
) -> None:
    code, page, body = made
    version = publish(shipped()[code], code)
    answers = post(version, page, body)
    faults = api.validate(version, answers, page=page, at=AT).faults

    assert draw(version, page, answers, faults=faults)
    json.dumps(answers, ensure_ascii=False).encode("utf-8")

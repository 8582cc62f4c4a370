"""Faults say what is wrong and how to mend it, with the field's name; nothing given can break the judging."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forms.conftest import AT, Publish
from tinhso.forms import api
from tinhso.forms.engine import validation
from tinhso.forms.engine.form import decode, make
from tinhso.forms.shipped import shipped
from tinhso.foundation import moments

TODAY = moments.today(AT)
LAW = {"tuoi_nam": 20, "tuoi_nu": 18}
NASTY = [
    "<script>alert(1)</script>",
    "😀🇻🇳",
    "Nguyê\u0303n",
    "' OR 1=1 --",
    "{{ x }}{% load x %}",
    "\x00\ud800\u202e",
    "a" * 5000,
    "__proto__",
    "９９",
]

BIRTH: dict[str, Any] = {
    "con": {
        "ho_ten": "Trần Gia Bảo",
        "gioi_tinh": "nam",
        "ngay_sinh": "2026-11-01",
        "sinh_tai": "tai_nha",
        "noi_sinh": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
        "dan_toc": "Kinh",
        "quoc_tich": "VN",
        "que_quan": {"xa": "Xã Vĩnh Hoà", "ghi_tay": True},
    },
    "me": {
        "khai": True,
        "ho_ten": "Nguyễn Thị Lan",
        "ngay_sinh": "1998-03-27",
        "so_dinh_danh": "091198001234",
        "cu_tru": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
    },
    "ket_hon": {"da_dang_ky": True, "so": "12/2020", "ngay": "2020"},
    "cha": {"khai": False},
    "nguoi_khai": {
        "quan_he": "me",
        "ho_ten": "Nguyễn Thị Lan",
        "so_dinh_danh": "091198001234",
        "dien_thoai": "0912345678",
    },
    "ban_sao": {"can": False},
    "cam_doan": True,
}
FORMS = {code: make(decode(definition)) for code, definition in shipped().items()}


def judge(code: str, answers: Any, page: str | None = None) -> api.Validated:
    return validation.judge(FORMS[code], answers, today=TODAY, law=LAW, page=page)


def changed(path: str, value: Any) -> dict[str, Any]:
    answers = copy.deepcopy(BIRTH)
    *way, last = path.split(".")
    node = answers
    for key in way:
        node = node.setdefault(key, {})
    node[last] = value
    return answers


def test_a_sound_declaration_has_no_fault_and_comes_back_as_it_was() -> None:
    judged = judge("khai-sinh", BIRTH)

    assert judged.faults == {}
    assert judged.answers == BIRTH


@pytest.mark.parametrize(
    ("path", "value", "fault", "sentence"),
    [
        ("con.ho_ten", "", "con.ho_ten", "Hãy nhập họ và tên của con. Ví dụ: Trần Gia Bảo."),
        (
            "con.ngay_sinh",
            "2027-01-01",
            "con.ngay_sinh",
            "Ngày sinh của con phải là hôm nay hoặc trước hôm nay. Ví dụ: 27 3 2024.",
        ),
        (
            "con.ngay_sinh",
            {"ngay": "31", "thang": "2", "nam": "2024"},
            "con.ngay_sinh",
            "Ngày 31/2/2024 không có trong lịch. Hãy xem lại ngày sinh của con.",
        ),
        (
            "con.ngay_sinh",
            {"ngay": "31", "thang": "", "nam": "2024"},
            "con.ngay_sinh",
            "Ngày sinh của con còn thiếu tháng. Ví dụ: 27 3 2024.",
        ),
        (
            "con.ngay_sinh",
            {"ngay": "1", "thang": "2", "nam": "24"},
            "con.ngay_sinh",
            "Ngày sinh của con cần năm đủ 4 chữ số. Ví dụ: 27 3 2024.",
        ),
        (
            "con.ngay_sinh",
            "2024",
            "con.ngay_sinh",
            "Ngày sinh của con cần đủ ngày, tháng và năm. Ví dụ: 27 3 2024.",
        ),
        (
            "me.so_dinh_danh",
            "09119800123",
            "me.so_dinh_danh",
            "Số căn cước có 12 chữ số. Ông/bà đã nhập 11 chữ số.",
        ),
        (
            "nguoi_khai.dien_thoai",
            "12",
            "nguoi_khai.dien_thoai",
            "Số điện thoại của người đi khai có 10 chữ số, bắt đầu bằng số 0. Ví dụ: 0912 345 678.",
        ),
        ("con.gioi_tinh", "khac", "con.gioi_tinh", "Hãy chọn giới tính của con trong các ý được nêu."),
        (
            "con.noi_sinh",
            {"xa": "Rạch Giá"},
            "con.noi_sinh.xa",
            "Hãy chọn đúng xã, phường hoặc đặc khu của nơi sinh của con trong danh sách.",
        ),
        (
            "con.noi_sinh",
            {"chi_tiet": "Ấp 3"},
            "con.noi_sinh.xa",
            "Hãy nhập xã, phường hoặc đặc khu của nơi sinh của con.",
        ),
        ("cam_doan", False, "cam_doan", "Hãy đọc và đánh dấu vào ô cam đoan rồi mới tiếp tục."),
        (
            "me.ngay_sinh",
            "2017-01-01",
            "me.ngay_sinh",
            "Theo ngày đã ghi, mẹ chưa đủ 10 tuổi khi sinh con. Hãy xem lại ngày sinh của mẹ và của con.",
        ),
        ("con.chieu_cao", 50, "con.chieu_cao", "Tờ khai không có mục “con.chieu_cao”. Hãy bỏ mục này."),
        (
            "con.ho_ten",
            ["a"],
            "con.ho_ten",
            "Nội dung gửi cho mục “Họ, chữ đệm, tên” không đúng kiểu. Hãy nhập lại mục này.",
        ),
    ],
)
def test_one_fault_is_told_once_with_its_sentence(path: str, value: Any, fault: str, sentence: str) -> None:
    assert judge("khai-sinh", changed(path, value)).faults == {fault: sentence}


def test_what_was_typed_comes_back_with_its_fault() -> None:
    assert judge("khai-sinh", changed("me.so_dinh_danh", "0911")).answers["me"]["so_dinh_danh"] == "0911"


def test_a_question_not_asked_keeps_no_answer_and_has_no_fault() -> None:
    judged = judge("khai-sinh", changed("me.khai", False))

    assert judged.faults == {}
    assert judged.answers["me"] == {"khai": False}


def test_one_page_is_judged_alone() -> None:
    assert set(judge("khai-sinh", {}, page="ten-con").faults) == {"con.ho_ten", "con.gioi_tinh"}


def test_faults_stand_in_the_order_of_the_form() -> None:
    paths = list(judge("khai-sinh", {}).faults)
    order = [leaf.path for leaf in FORMS["khai-sinh"].top]

    assert [order.index(path.removesuffix(".xa")) for path in paths] == sorted(
        order.index(path.removesuffix(".xa")) for path in paths
    )


def test_a_fault_in_a_row_names_the_row() -> None:
    faults = judge(
        "ho-kinh-doanh",
        {"nganh_nghe": [{"ten": "Bán lẻ"}, {"ma": "4721"}]},
        page="nganh-nghe",
    ).faults

    assert faults == {
        "nganh_nghe.1.ten": "Ngành nghề 2: hãy nhập tên ngành nghề. Ví dụ: Bán lẻ lương thực, thực phẩm."
    }


def test_a_sum_is_computed_from_rows_and_cannot_be_sent() -> None:
    answers = {"tang": [{"ten": "noi", "dien_tich": "75,5"}, {"dien_tich": 24}], "nha": {"tong_san": 1}}

    assert judge("giay-phep-xay-dung-nha-o", answers).answers["nha"]["tong_san"] == 99.5


def test_a_number_with_too_many_digits_after_the_comma_is_told() -> None:
    faults = judge("giay-phep-xay-dung-nha-o", {"dat": {"dien_tich": "12,345"}}, page="thua-dat").faults

    assert faults["dat.dien_tich"] == "Diện tích thửa đất có tối đa 2 chữ số sau dấu phẩy."


def test_the_age_of_marriage_comes_from_dated_law() -> None:
    answers = {
        "nguoi": {"ngay_sinh": "2007-01-01", "gioi_tinh": "nam"},
        "muc_dich": {"loai": "ket_hon"},
    }
    at_nineteen = judge("xac-nhan-tinh-trang-hon-nhan", answers).faults
    answers["nguoi"]["gioi_tinh"] = "nu"

    assert "chưa đủ tuổi kết hôn" in at_nineteen["nguoi.ngay_sinh"]
    assert "nguoi.ngay_sinh" not in judge("xac-nhan-tinh-trang-hon-nhan", answers).faults


@pytest.mark.django_db
def test_law_is_asked_with_the_day_of_filing(publish: Publish) -> None:
    version = publish(shipped()["xac-nhan-tinh-trang-hon-nhan"])
    answers = {"nguoi": {"ngay_sinh": "2007-01-01", "gioi_tinh": "nam"}, "muc_dich": {"loai": "ket_hon"}}

    assert "nguoi.ngay_sinh" in api.validate(version, answers, at=AT).faults
    assert "nguoi.ngay_sinh" not in api.validate(version, answers, at=AT.replace(year=2028)).faults


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(NASTY),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=8), st.sampled_from(["xa", "ngay", "ma_xa", "0"])), inner, max_size=4
        ),
    ),
    max_leaves=15,
)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Any]:
    """Answers in which any JSON stands anywhere a form asks for something."""
    code = draw(st.sampled_from(sorted(FORMS)))
    answers: dict[str, Any] = {}
    for leaf in draw(st.lists(st.sampled_from(FORMS[code].top), max_size=12)):
        node = answers
        for key in leaf.keys[:-1]:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
        rows = [{column.keys[0]: draw(anything) for column in leaf.columns}] if leaf.columns else None
        node[leaf.keys[-1]] = draw(st.one_of(anything, st.just(rows)))
    return code, draw(st.one_of(st.just(answers), anything))


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_any_json_is_judged_and_what_comes_back_can_be_stored(given_: tuple[str, Any]) -> None:
    code, answers = given_
    judged = judge(code, answers)

    assert all(isinstance(sentence, str) and sentence for sentence in judged.faults.values())
    assert "\\u0000" not in json.dumps(judged.answers, allow_nan=False)
    json.dumps(judged.answers, ensure_ascii=False).encode("utf-8")
    again = judge(code, judged.answers)
    assert again.answers == judged.answers


def test_deep_json_is_a_fault_not_a_crash() -> None:
    deep: Any = "x"
    for _level in range(5000):
        deep = [deep]

    assert "con.ho_ten" in judge("khai-sinh", {"con": {"ho_ten": deep}, "x": deep}).faults


def test_a_typical_machine_submission_is_judged_in_under_a_millisecond() -> None:
    def batch() -> float:
        start = time.perf_counter()
        for _turn in range(20):
            judge("khai-sinh", BIRTH)
        return (time.perf_counter() - start) / 20

    assert min(batch() for _turn in range(30)) < 0.001


@pytest.mark.django_db
def test_a_check_may_add_up_a_column(publish: Publish) -> None:
    number = {"name": "so", "kind": "number", "label": "Số"}
    rows = {"name": "bang", "kind": "table", "label": "Bảng", "fields": [number]}
    check = {
        "name": "k",
        "at": "bang",
        "holds": {"<=": [{"sum": [{"var": "bang"}, "so"]}, 10]},
        "fault": "Quá.",
    }
    version = publish(
        {
            "title": "Thử",
            "pages": [{"name": "a", "question": "Gì?", "fields": [rows]}],
            "checks": [check],
        }
    )
    for numbers, faults in (((4, 6), {}), ((4, 7), {"bang": "Quá."})):
        answers = {"bang": [{"so": number} for number in numbers]}
        assert api.validate(version, answers, at=AT).faults == faults

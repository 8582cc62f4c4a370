"""Documents that clerks write: read with exact places, judged with the form, set so that text stays text."""

from __future__ import annotations

import copy
import io
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.foundation.paper.test_press import HOSTILE
from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.studio.documents import gallery, reading, setting, trying
from tinhso.studio.documents.conditions import NotUnderstood, rule_of
from tinhso.studio.documents.setting import RESULT
from tinhso.studio.documents.tree import Choice, Line

AT = datetime(2026, 11, 28, 3, tzinfo=UTC)
FORM = forms.shipped()["ho-kinh-doanh"]
NAMES = trying.names_for(FORM, RESULT)
WHOLE = """# Giấy chứng nhận
## Đăng ký hộ kinh doanh
Cấp cho **{{chu_ho.ho_ten|hoa}}**, sinh {{chu_ho.ngay_sinh|ngay}}, hồ sơ {{ho_so.ma}}.
Tên hộ :: {{ho.ten}}
Tên viết tắt :: {{ho.ten_viet_tat?}}
Vốn :: {{von.tong|tien}} (bằng chữ: {{von.tong|tien_chu}})
[[nếu von.co_nguoi_gop]]
| STT | Người góp | Vốn |
| {{stt}} | {{thanh_vien.nguoi.ho_ten}} | {{thanh_vien.von|tien}} |
[[khác]]
Không có người cùng góp vốn.
[[hết]]
- Nghề: {{nganh_nghe.ten}}
Điều kiện :: [[ghi chú: Điều kiện kèm theo]]
[[nơi nhận]]
- {{chu_ho.ho_ten}};
- Lưu: VT.
"""


def printed(text: str, answers: dict[str, Any] | None = None, **changes: Any) -> str:
    """The words of a text tried out."""
    made = trying.write(text, RESULT, NAMES)
    assert made.source, made.faults
    data = trying.data(made.source, use=RESULT, definition=FORM, answers=answers, title="Thử", at=AT)
    return words_of(paper.render(template=made.source, data={**data, **changes}))


def words_of(pdf: bytes) -> str:
    """The words on the pages, in the order of reading."""
    with pypdfium2.PdfDocument(pdf) as opened:
        said = " ".join(page.get_textpage().get_text_range() for page in opened)
    return " ".join(unicodedata.normalize("NFC", said).split())


def faults(text: str, use: str = RESULT) -> list[tuple[int, int, int, str]]:
    """Line, column, length and sentence of what is wrong."""
    found = trying.write(text, use, trying.names_for(FORM, use)).faults
    return [(one.spot.line, one.spot.column, one.spot.length, one.sentence) for one in found]


def test_a_whole_document_says_answers_facts_rows_and_places() -> None:
    words = printed(WHOLE)
    for expected in (
        "GIẤY CHỨNG NHẬN",
        "sinh ngày 12 tháng 5 năm 1990",
        "H01.99-000000-0000",
        "đồng (bằng chữ: ",
        "Người góp",
        "20.000.000 đồng",
        "(Điều kiện kèm theo)",
        "- Lưu: VT.",
    ):
        assert expected in words
    assert words.count("Nghề: ") == 2
    assert "Không có người cùng góp vốn" not in words


def test_what_need_not_be_there_takes_its_line_with_it_and_conditions_choose() -> None:
    answers = forms.made_up(FORM, at=AT)
    del answers["ho"]["ten_viet_tat"]
    answers["von"]["co_nguoi_gop"] = False
    answers.pop("thanh_vien", None)
    words = printed(WHOLE, answers)
    assert "Tên viết tắt" not in words
    assert "Người góp" not in words
    assert "Không có người cùng góp vốn" in words


def test_what_must_be_there_and_is_not_stops_the_printing_by_name() -> None:
    made = trying.write(WHOLE, RESULT, NAMES)
    answers = copy.deepcopy(forms.made_up(FORM, at=AT))
    del answers["ho"]["ten"]
    del answers["thanh_vien"][1]["von"]
    given = {"answers": answers, "texts": forms.texts_of(FORM, answers, at=AT)}
    facts = dict.fromkeys(trying.facts_of(RESULT), "có") | {"written.g_dieu_kien_kem_theo": " "}
    with pytest.raises(paper.ValuesMissing) as missing:
        paper.fill(made.source, facts=facts, holds=lambda _rule: True, **given)
    assert missing.value.labels == ("Tên riêng của hộ kinh doanh", "Số vốn góp, dòng 2", "Điều kiện kèm theo")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a\n  Tên :: {{ho.tenn}}", (2, 10, 11), "ho.ten"),
        ("{{ho.ten|vang}}", (1, 1, 15), "vang"),
        ("{{ho.ten|ngay}}", (1, 1, 15), "ngay"),
        ("{{ho.ten", (1, 1, 2), "chưa đóng"),
        ("x **đậm", (1, 3, 2), "chưa đóng"),
        ("[[ghi chú:  ]]", (1, 1, 14), "nhãn"),
        ("[[lạ]]", (1, 1, 6), "Không hiểu"),
        ("[[nếu ho.mat_bang = vàng]]\na\n[[hết]]", (1, 21, 4), "lựa chọn"),
        ("[[nếu ho.ten]]\na", (1, 1, 14), "[[hết]]"),
        ("[[hết]]", (1, 1, 7), "[[nếu"),
        ("[[khác]]", (1, 1, 8), "[[khác]]"),
        ("[[nếu chu_ho.ngay_sinh > 3]]\na\n[[hết]]", (1, 1, 28), ""),
        ("{{stt}}", (1, 1, 7), "bảng"),
        ("{{thanh_vien}}", (1, 1, 14), "bảng"),
        ("# {{thanh_vien.von}}", (1, 3, 18), "cột"),
        ("{{thanh_vien.von}} {{nganh_nghe.ten}}", (1, 1, 37), "nhiều bảng"),
        ("[[ghi chú: đọc json]]", (1, 1, 21), "Nhãn"),
    ],
)
def test_each_fault_is_told_at_its_place(text: str, place: tuple[int, int, int], words: str) -> None:
    found = faults(text)
    assert found, text
    assert found[0][:3] == place
    assert words in found[0][3]


def test_a_slip_takes_no_places_no_recipients_and_no_subject() -> None:
    for text, place in (
        ("a [[ghi chú: Lý do]]", (1, 3)),
        ("[[nơi nhận]]\n- Lưu", (2, 3)),
        ("[[về việc: Gửi]]", (1, 12)),
    ):
        assert [fault[:2] for fault in faults(text, "supplement")] == [place]
        assert faults(text) == []
    assert faults("{{nguoi_ky.ho_ten}}", "supplement")[0][:2] == (1, 1)


def test_an_answer_that_may_be_missing_is_warned_of_unless_it_is_said_to() -> None:
    [warning] = trying.write("{{ho.thue_den}}", RESULT, NAMES).faults
    assert not warning.blocks
    assert trying.write("{{ho.thue_den}}", RESULT, NAMES).source
    for sound in ("{{ho.thue_den?}}", "[[nếu ho.thue_den]]\n{{ho.thue_den}}\n[[hết]]", "{{ho.ten}}"):
        assert trying.write(sound, RESULT, NAMES).faults == ()


def test_a_row_alone_has_no_head_and_a_formless_table_stands() -> None:
    words = printed("| Một | Hai |\nGiữa\n| a | b |\n| c |\n| d | e | f |")
    assert words.find("Một Hai") < words.find("Giữa") < words.find("a b") < words.find("d e f")


def test_a_text_too_long_and_pages_without_end_are_refused() -> None:
    assert "20.000" in faults("a" * (reading.LONGEST + 1))[0][3]
    assert any("quá nhiều trang" in fault[3] for fault in faults("[[trang mới]]\n" * 21))


def test_without_a_form_only_facts_are_known() -> None:
    names = trying.names_for(None, RESULT)
    assert trying.write("{{ho_so.ma}}", RESULT, names).faults == ()
    [fault] = trying.write("{{ho.ten}} {{khac}}", RESULT, trying.names_for({"title": "a"}, RESULT)).faults
    assert "sửa tờ khai trước" in fault.sentence
    assert trying.write("{{ho.ten}}\n[[nếu ho.ten]]\na\n[[hết]]", RESULT, names).source == ""


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("ho.ten", {"!": [{"empty": [{"var": "ho.ten"}]}]}),
        ("von.co_nguoi_gop", {"var": "von.co_nguoi_gop"}),
        ("không ho.ten", {"!": [{"!": [{"empty": [{"var": "ho.ten"}]}]}]}),
        ('ho.mat_bang = "Đi thuê"', {"==": [{"var": "ho.mat_bang"}, "thue"]}),
        ("ho.mat_bang khác di muon", None),
        ("von.tong >= 50.000.000 và chu_ho.ngay_sinh < 01/07/2008",
         {"and": [{">=": [{"var": "von.tong"}, 50_000_000]},
                  {"<": [{"var": "chu_ho.ngay_sinh"}, "2008-07-01"]}]}),
        ("(ho.ten hoặc von.co_nguoi_gop) và thue.da_co_ma = không",
         {"and": [{"or": [{"!": [{"empty": [{"var": "ho.ten"}]}]}, {"var": "von.co_nguoi_gop"}]},
                  {"==": [{"var": "thue.da_co_ma"}, False]}]}),
        ('{"==": [{"var": "ho.ten"}, "A"]}', {"==": [{"var": "ho.ten"}, "A"]}),
        ("", None), ("ho.ten =", None), ("(ho.ten", None), ("> 3", None), ("{", None), ("(" * 50, None),
    ],
)  # fmt: skip
def test_a_condition_becomes_a_rule_of_the_one_language(written: str, rule: Any) -> None:
    if rule is None:
        with pytest.raises(NotUnderstood):
            rule_of(written, NAMES.asked)
    else:
        assert rule_of(written, NAMES.asked) == rule
        forms.check_condition(rule, FORM)


@pytest.mark.parametrize("kind", gallery.KINDS)
@pytest.mark.parametrize("form", ["ho-kinh-doanh", "khai-sinh", None])
def test_what_one_starts_from_is_sound_for_every_form(kind: str, form: str | None) -> None:
    definition = forms.shipped()[form] if form else None
    names = trying.names_for(definition, RESULT)
    made = trying.write(gallery.starting(kind, names, title="Giấy * _thử_ [x]"), RESULT, names)
    assert made.faults == ()
    data = trying.data(made.source, use=RESULT, definition=definition, answers=None, title="Thử", at=AT)
    assert paper.render(template=made.source, data=data).startswith(b"%PDF-")


def test_a_document_has_the_fields_of_number_date_signature_and_seal_once() -> None:
    made = trying.write(WHOLE, RESULT, NAMES)
    data = trying.data(made.source, use=RESULT, definition=FORM, answers=None, title="Thử", at=AT)
    with pikepdf.open(io.BytesIO(paper.render(template=made.source, data=data, marked=True))) as pdf:
        links = [str(mark.A.URI) for page in pdf.pages for mark in page.get("/Annots", [])]
    assert sorted(link.partition("#")[0] for link in links) == sorted(
        f"field:{one}"
        for one in (
            "text/number",
            "text/day",
            "text/month",
            "text/year",
            "signature/signature",
            "signature/seal",
        )
    )


def test_the_text_of_a_clerk_is_read_back_from_its_source() -> None:
    for text in (WHOLE, "a\u2028b \x85 json // */ \\u0041 read\r\nimport", "".join(HOSTILE[:-1])):
        source = setting.source(reading.read(text), text=text, use=RESULT, asked={}, labels={})
        assert paper.written_as(source) == text
    assert paper.written_as("decision") == ""


def test_pages_are_drawn_as_pictures_and_a_trial_is_marked() -> None:
    made = trying.write("# A\n[[trang mới]]\nb", RESULT, NAMES)
    data = trying.data(made.source, use=RESULT, definition=FORM, answers=None, title="Thử", at=AT)
    drawn = paper.render_pages(template=made.source, data=data)
    assert [page[:4] for page in drawn] == [b"\x89PNG"] * 2
    assert "BẢN THỬ" in printed("# A", trial="Bản thử")


MARKS = some.sampled_from(
    ["{{", "}}", "[[", "]]", "**", "__", "|", "::", " :: ", "\n", "\\", "# ", "- ", "[[nếu ", "[[hết]]\n",
     "[[ghi chú: ", "[[khác]]\n", "ho.ten", "thanh_vien.von", "stt", "?", '"', "#{", "//", "/*", "\u2028",
     "\x85"]
) | some.sampled_from(HOSTILE) | some.text(max_size=20)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(some.lists(MARKS, max_size=30).map("".join))
def test_any_text_is_judged_and_set_without_breaking_out(text: str) -> None:
    document = reading.read(text, NAMES.asked)
    assert trying.write(text, RESULT, NAMES).faults is not None
    for use in (RESULT, "supplement"):
        source = setting.source(document, text=text, use=use, asked=NAMES.asked, labels=NAMES.facts)
        assert paper.written_as(source) == text
        data = trying.data(source, use=RESULT, definition=None, answers=None, title="Thử", at=AT)
        assert paper.render(template=source, data=data).startswith(b"%PDF-")


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_what_a_clerk_types_is_printed_as_typed(text: str) -> None:
    kept = "".join(f"\\{letter}" if letter in "\\*_{}[]|#>-" else letter for letter in text)
    words = printed(f"Đầu {kept} cuối")
    assert "Đầu" in words
    if text.startswith(("#", "*", "<", "@", '"', "]")):
        assert text.split()[0] in words


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    for piece in ("{{", "[[", "**", "[[nếu ", "\\", "|", " ", "[[ghi chú:", "{{a?"):
        reading.read(piece * (reading.LONGEST // len(piece)))


def test_blocks_are_read_in_order() -> None:
    read = reading.read("a\n[[nếu ho.ten]]\nb\n[[khác]]\nc\n[[hết]]\n| x |\n| y |", NAMES.asked)
    first, choice, head, row = read.blocks
    assert isinstance(first, Line)
    assert isinstance(choice, Choice)
    assert (len(choice.then), len(choice.otherwise)) == (1, 1)
    assert isinstance(head, Line)
    assert isinstance(row, Line)
    assert (head.head, row.head) == (True, False)

"""The importer: what it reads out of run-together text, and that running again changes nothing."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.procedures.making import AT, TODAY, published
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api
from tinhso.procedures.api import ChannelKind, LegalBasis, OnlineLevel, ResultGiven, Term, Unit
from tinhso.procedures.commands import group
from tinhso.procedures.importer import bases, channels, fees, papers, plain, reading, recover, texts
from tinhso.procedures.importer.contracts import BadRecord, Mark, Recovered
from tinhso.procedures.models import ImportedRecord, ProcedureVersion
from tinhso.procedures.operations.importing import Outcome, import_records

CHANNELS = "Hình thức nộpThời gianPhí, lệ phíMô tả"
PAPERS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"


def _raw(**changes: Any) -> dict[str, Any]:
    values = dict.fromkeys(reading.FIELDS, "") | {
        "ma_thu_tuc": "7.000001",
        "ten_thu_tuc": "Thủ tục cấp giấy phép nuôi ong",
        "linh_vuc": "Chăn nuôi",
        "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "cach_thuc_thuc_hien": CHANNELS + "Trực tuyến5 Ngày làm việcMiễn phíTrực tiếp5 Ngày làm việcMiễn phí",
        "thanh_phan_ho_so": f"--{PAPERS}Đơn đề nghị;Mau01.docx1 bản chínhẢnh tổ ong0 bản chính,2 bản sao",
    }
    return values | changes


def _recovered(**changes: Any) -> Recovered:
    return recover.recover(reading.record(json.dumps(_raw(**changes)).encode()))


def _import(*records: Recovered, later: int = 0) -> Outcome:
    return import_records(records=records, by=SYSTEM, at=AT + timedelta(days=later))


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("Trực tuyến5 Ngày làm việcMiễn phí", [("online", 5, "working_day")]),
        ("Trực tiếp30 NgàyKhông có thông tinTheo quy định", [("counter", 30, "calendar_day")]),
        (
            "Dịch vụ bưu chính8 GiờMiễn phíTrực tuyến2 Tháng100,000 VNĐ",
            [("post", 8, "hour"), ("online", 2, "month")],
        ),
        ("Trực tuyến1Miễn phí(Không có)", [("online", 1, None)]),
        ("Trực tuyến120,000 VNĐ(theo thông tư)", [("online", 1, None)]),
        ("Trực tuyếnKhông phải trả kết quả cho người nộp thuếMiễn phíQua Cổng", [("online", None, None)]),
        ("Trực tiếpKhông có thông tin2,000 Việt Nam Đồng(/trang)", [("counter", None, None)]),
        (
            "Trực tiếp3 Ngày làm việcMiễn phínộp Trực tiếp tại xã, 5 NgàyTrực tuyến2 NgàyMiễn phí",
            [("counter", 3, "working_day"), ("online", 2, "calendar_day")],
        ),
    ],
)
def test_channels_come_apart(cell: str, rows: list[tuple[str, int | None, str | None]]) -> None:
    found = channels.rows(CHANNELS + cell)
    assert [(row.kind.value, row.amount, row.unit and row.unit.value) for row in found] == rows


@pytest.mark.parametrize(
    ("cell", "sums"),
    [
        ("Trực tuyến120,000 VNĐ(lệ phí)", [20_000]),
        ("Trực tuyến115,000 VNĐ(lệ phí 15.000 đồng)", [15_000]),
        ("Trực tuyến115,000 VNĐ(lệ phí 5.000 đồng)", [5_000]),
        ("Trực tuyến1100 VNĐ(Phí công bố: 100.000 đồng/lần)", [100_000]),
        ("Trực tiếp15 Ngày700 VNĐ(thẩm định: 700.000 đồng/cơ sở)", [700_000]),
        ("Trực tiếp15 Ngày12,000,000 Việt Nam Đồng(đồng/lần)ghi chú", [12_000_000]),
        ("Trực tiếp1 Ngày200,000 VNĐ(mới)100,000 VNĐ(lại)", [200_000, 100_000]),
        ("Trực tiếp1 Ngày50 VNĐ", []),
        ("Trực tiếp1 Ngày10 USD(/bản)", []),
        ("Trực tiếp1 NgàyMiễn phí(Lệ phí cấp mới 40.000đ)", []),
    ],
)
def test_money_comes_apart(cell: str, sums: list[int]) -> None:
    found, finding = fees.fees(channels.rows(CHANNELS + cell))
    assert [fee.amount for fee in found] == sums
    assert finding.mark is (Mark.WHOLE if sums else Mark.PART)


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("Đơn1 bản chính", [("Đơn", 1, 0, "")]),
        ("Theo Mẫu 181 bản chính,1 bản saoẢnh2 bản chính", [("Theo Mẫu 18", 1, 1, ""), ("Ảnh", 2, 0, "")]),
        ("Thông tư ngày 01/01/20261 bản chính", [("Thông tư ngày 01/01/2026", 1, 0, "")]),
        ("Hóa đơn: 01 bản chụp;0 bản chính,1 bản sao", [("Hóa đơn: 01 bản chụp;", 0, 1, "")]),
        ("Tờ trình (01 bản chính)1 bản chính01 bản sao giấy khai sinh0 bản chính,1 bản sao", [
            ("Tờ trình (01 bản chính)", 1, 0, ""), ("01 bản sao giấy khai sinh", 0, 1, "")]),
        ("Đơn theo NĐ-CP.Mẫu số 04.docx1 bản chính", [("Đơn theo NĐ-CP.", 1, 0, "Mẫu số 04.docx")]),
        ("nộp 02 bản chính tờ khai;1 bản chính", [("nộp 02 bản chính tờ khai;", 1, 0, "")]),
    ],
)  # fmt: skip
def test_papers_come_apart(cell: str, rows: list[tuple[str, int, int, str]]) -> None:
    found = papers.rows(f"--{PAPERS}{cell}")
    assert [(row.name, row.originals, row.copies, row.form_file) for row in found] == rows


def test_papers_keep_their_case() -> None:
    text = f"Cấp mới:{PAPERS}Đơn1 bản chínhCấp lại:{PAPERS}Đơn khác1 bản chính"
    assert [(row.case, row.name) for row in papers.rows(text)] == [
        ("Cấp mới:", "Đơn"),
        ("Cấp lại:", "Đơn khác"),
    ]


def test_legal_bases_come_apart() -> None:
    cell = (
        "Tên văn bản pháp lýMã văn bảnBộ luật Hàng hải95/2015/QH13Luật 54/2014/QH1354/2014/QH13"
        "Sửa đổi Thông tư 40/2016/TT-BGTVT quy định về đăng kiểm17/2023/TT-BGTVTLuật năm 202076/2025/QH15"
        "Nghị quyết số 66.7/2025/NQ-CP của Chính phủ66.7/2025/NQ-CPNghị địnhNghị định số 06/2017/NĐ-CP"
    )
    assert [basis.number for basis in bases.bases(cell)] == [
        "95/2015/QH13",
        "54/2014/QH13",
        "17/2023/TT-BGTVT",
        "76/2025/QH15",
        "66.7/2025/NQ-CP",
        "06/2017/NĐ-CP",
    ]
    assert bases.bases(cell)[0] == LegalBasis(number="95/2015/QH13", title="Bộ luật Hàng hải")


def test_results_and_applicants_come_apart() -> None:
    cell = "Giấy phépMã: KQ.G10.001009Thông báoMã: KQ.G12.001010Từ khóaKhông có thông tinMô tả"
    assert plain.results(cell) == (
        ResultGiven(name="Giấy phép", code="KQ.G10.001009"),
        ResultGiven(name="Thông báo", code="KQ.G12.001010"),
    )
    kinds, rest = plain.applicants("Cán bộ, công chức, viên chức, Doanh nghiệp, Người ngoài hành tinh")
    assert [kind.value for kind in kinds] == ["official", "enterprise"]
    assert rest == "Người ngoài hành tinh"


def test_a_record_becomes_content() -> None:
    content = _recovered().content
    assert content.short_name == "Cấp giấy phép nuôi ong"
    assert content.term == Term(5, Unit.WORKING_DAY)
    assert content.online_level is OnlineLevel.PARTIAL
    assert [channel.kind for channel in content.channels] == [ChannelKind.ONLINE, ChannelKind.COUNTER]
    assert [(paper.originals, paper.copies, paper.form_file) for paper in content.papers] == [
        (1, 0, "Mau01.docx"),
        (0, 2, ""),
    ]


def test_a_figure_without_unit_takes_the_one_the_steps_give_it_and_says_so() -> None:
    table = CHANNELS + "Trực tiếp3Miễn phí"
    plain_record = _recovered(cach_thuc_thuc_hien=table)
    assert plain_record.content.term is None
    worded = _recovered(
        cach_thuc_thuc_hien=table, trinh_tu_thuc_hien="Trong 03 (ba) ngày làm việc, cơ quan trả lời."
    )
    assert worded.content.term == Term(3, Unit.WORKING_DAY)
    assert next(one for one in worded.findings if one.field == "term").mark is Mark.PART
    unclear = _recovered(cach_thuc_thuc_hien=table, trinh_tu_thuc_hien="3 ngày làm việc; sau đó 3 tháng.")
    assert unclear.content.term is None


@pytest.mark.django_db
def test_running_again_changes_nothing_and_a_changed_record_makes_a_version() -> None:
    assert _import(_recovered()).new == ["7.000001"]
    assert _import(_recovered(), later=1).unchanged == ["7.000001"]
    assert ProcedureVersion.objects.count() == ImportedRecord.objects.count() == 1
    changed = _recovered(so_quyet_dinh="99/QĐ-BNNMT")
    assert _import(changed, later=2).changed == ["7.000001"]
    view = api.published(code="7.000001", at=AT + timedelta(days=2))
    assert (view.number, view.decision_number, view.source) == (2, "99/QĐ-BNNMT", "imported")
    assert api.published(code="7.000001", at=AT + timedelta(days=1)).number == 1
    assert _import(_recovered(), later=2).changed == ["7.000001"]
    assert api.published(code="7.000001", at=AT + timedelta(days=2)).number == 3


@pytest.mark.django_db
def test_the_raw_text_is_kept_beside_with_what_is_missing() -> None:
    _import(_recovered())
    record = ImportedRecord.objects.get()
    assert record.raw == _raw()
    assert record.missing["legal_bases"] == "nguồn để trống"


@pytest.mark.django_db
def test_what_was_written_here_is_not_overwritten_and_what_was_withdrawn_stays_so() -> None:
    written = published(code="7.000001")
    assert _import(_recovered()).kept == ["7.000001"]
    assert api.published(code="7.000001", at=AT).id == written
    api.withdraw(version_id=written, effective_to=TODAY + timedelta(days=1), reason="", by=SYSTEM, at=AT)
    assert _import(_recovered(), later=2).unchanged == ["7.000001"]


@pytest.mark.django_db
def test_marks_that_the_database_does_not_keep_are_dropped() -> None:
    _import(_recovered(yeu_cau_dieu_kien="Có\x00 đất", la_lung={"sâu": ["\x00"]}))
    assert api.published(code="7.000001", at=AT).conditions == "Có đất"


@pytest.mark.django_db
def test_an_imported_procedure_is_found() -> None:
    _import(_recovered())
    assert [line.code for line in api.find("nuôi ong", at=AT)] == ["7.000001"]


@pytest.mark.django_db
def test_the_command_prints_the_table_and_names_bad_lines(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl.gz"
    lines = [json.dumps(_raw()), "[]", "not json", json.dumps({"ma_thu_tuc": "1"})]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    result = CliRunner().invoke(group, ["import", str(file)])
    assert result.exit_code == 0, result.output
    assert "thành phần hồ sơ" in result.output
    assert "Bỏ qua 3 dòng" in result.output
    assert "1 mới" in result.output


@pytest.mark.django_db
def test_a_broken_file_changes_nothing_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(_raw()).encode() * 40)[:-20])
    result = CliRunner().invoke(group, ["import", str(file)])
    assert result.exit_code == 1
    assert "Không đọc được" in result.output
    assert not ProcedureVersion.objects.exists()


PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [CHANNELS, PAPERS, "Trực tuyến", "Trực tiếp", "Miễn phí", "5 Ngày", "120,000 VNĐ",
             "1 bản chính", ",1 bản sao", "(", ")", "Không có thông tin", "95/2015/QH13", "NĐ-CP",
             "Mã: KQ.G10.001009", "\x00", "Tên văn bản pháp lýMã văn bản", "Bước 1",
             "٣ Ngày", "99999999999 VNĐ", "0 Ngày", "\ud800"]
        ),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(st.dictionaries(st.sampled_from(reading.FIELDS), PIECES | st.none() | st.integers()))
def test_any_text_becomes_a_record_or_a_named_error(changes: dict[str, Any]) -> None:
    values = _raw() | changes
    try:
        recovered = recover.recover(reading.record(json.dumps(values).encode()))
    except BadRecord:
        return
    assert {finding.field for finding in recovered.findings} >= {"papers", "channels", "fees"}
    assert all(paper.originals >= 0 and paper.copies >= 0 for paper in recovered.content.papers)
    assert len({paper.code for paper in recovered.content.papers}) == len(recovered.content.papers)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_record_or_a_named_error(line: bytes) -> None:
    with pytest.raises(BadRecord):
        reading.record(line)


@given(PIECES)
def test_cleaning_is_done_once(text: str) -> None:
    assert texts.clean(texts.clean(text)) == texts.clean(text)

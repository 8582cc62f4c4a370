"""The steps of the processes that are written as lines; run as a module it writes their files.

Each names one act of the one-stop; the shares of a process are 100 together. Where payment is awaited, the
step is done by passing on: asking for it and noting that it was met are acts open at every step.
"""

from __future__ import annotations

from pathlib import Path

from tinhso.workflow.contracts import LineStep
from tinhso.workflow.lines import linear

INTAKE, EXPERT, LEADER, CLERK = "intake_officer", "specialist", "leader", "clerk"


def _step(
    step: str, name: str, act: str, role: str, share: int, *, phase: str = "", back_to: str = ""
) -> LineStep:
    sends = act == "ask_opinion"
    return LineStep(step, name, f"dossiers.{act}", role, phase, share, back_to, sends)


def _begin(phase: str = "") -> LineStep:
    return _step("tiep_nhan", "Tiếp nhận", "accept", INTAKE, 0, phase=phase)


def _end(
    sign: int, *, back_to: str = "tham_dinh", phase: str = "", home: str = "", who: str = "Lãnh đạo"
) -> list[LineStep]:
    """Signed, sealed, handed over: the shares after `sign` are 5 and 5."""
    return [
        _step("ky", f"{who} ký", "sign", LEADER, sign, phase=phase, back_to=back_to),
        _step("dong_dau", "Cấp số, đóng dấu", "seal", CLERK, 5, phase=phase),
        _step("tra_ket_qua", "Trả kết quả", "hand_over", INTAKE, 5, phase=home),
    ]


DRAWN: dict[str, tuple[str, list[LineStep]]] = {
    "tra-so-goc": (
        "Tra sổ gốc, cấp trích lục",
        [
            _begin(),
            _step("tra_so", "Tra sổ gốc", "hand_on", EXPERT, 40),
            _step("du_thao", "Lập trích lục", "draft_result", INTAKE, 30),
            *_end(20, back_to="du_thao"),
        ],
    ),
    "kiem-tra-thuc-dia": (
        "Kiểm tra thực địa, thẩm định, ký",
        [
            _begin(),
            _step("xem_ho_so", "Xem hồ sơ, hẹn ngày kiểm tra", "hand_on", EXPERT, 10),
            _step("kiem_tra", "Kiểm tra thực địa, lập biên bản", "hand_on", EXPERT, 35),
            _step("tham_dinh", "Thẩm định, dự thảo kết quả", "draft_result", EXPERT, 30),
            *_end(15),
        ],
    ),
    "hop-hoi-dong": (
        "Hội đồng xét duyệt, ký",
        [
            _begin(),
            _step("chuan_bi", "Chuẩn bị hồ sơ họp hội đồng", "hand_on", EXPERT, 25),
            _step("hop", "Họp hội đồng, ghi biên bản", "hand_on", LEADER, 30),
            _step("tham_dinh", "Dự thảo kết quả theo kết luận họp", "draft_result", EXPERT, 20),
            *_end(15),
        ],
    ),
    "lay-y-kien": (
        "Lấy ý kiến các cơ quan, thẩm định, ký",
        [
            _begin(),
            _step("hoi_y_kien", "Gửi lấy ý kiến các cơ quan", "ask_opinion", EXPERT, 10),
            _step("tham_dinh", "Tổng hợp ý kiến, dự thảo kết quả", "draft_result", EXPERT, 65),
            *_end(15),
        ],
    ),
    "nghia-vu-tai-chinh": (
        "Xác định nghĩa vụ tài chính, ký, trả kết quả",
        [
            _begin(),
            _step("xac_dinh", "Xác định nghĩa vụ tài chính, xác nhận đã nộp", "hand_on", EXPERT, 35),
            _step("tham_dinh", "Thẩm định, dự thảo kết quả", "draft_result", EXPERT, 40),
            *_end(15),
        ],
    ),
    "xa-so": (
        "Xã nhận và xác minh, Sở giải quyết",
        [
            _begin("xa"),
            _step("xac_minh", "Xác minh tại xã, chuyển Sở", "hand_on", EXPERT, 25, phase="xa"),
            _step("tham_dinh", "Thẩm định, dự thảo kết quả", "draft_result", EXPERT, 50, phase="so"),
            *_end(15, phase="so", home="xa", who="Lãnh đạo Sở"),
        ],
    ),
    "so-tinh": (
        "Sở thẩm định và trình, UBND tỉnh ký",
        [
            _begin("so"),
            _step("tham_dinh", "Thẩm định, dự thảo kết quả", "draft_result", EXPERT, 50, phase="so"),
            _step("trinh", "Lãnh đạo Sở xem, trình UBND tỉnh", "hand_on", LEADER, 15, phase="so"),
            *_end(25, phase="tinh", home="so", who="Lãnh đạo UBND tỉnh"),
        ],
    ),
}


def written(key: str) -> str:
    """The drawing of one of these processes."""
    name, steps = DRAWN[key]
    return linear(steps, key=key, name=name)


if __name__ == "__main__":
    for each in DRAWN:
        Path(__file__).with_name(f"{each}.bpmn").write_text(written(each), encoding="utf-8")

"""A made-up national catalogue of any size, in the form in which the true one is read.

For trying how the province's pages carry thousands of procedures where the true catalogue cannot be had.
Everything in it says that it is made up: names, codes, kind. The same count gives the same records.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

SEED = 20261128
COUNT = 1977
MARK = "Giả lập"
KIND = "TTHC giả lập, không có giá trị pháp lý"
DECISION = "00/QĐ-GIALAP"
PAPERS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
CHANNELS = "Hình thức nộpThời gianPhí, lệ phíMô tả"
BASES = "Tên văn bản pháp lýMã văn bản"
SUBJECTS: dict[str, tuple[str, ...]] = {
    "Hộ tịch": ("giấy khai sinh", "trích lục hộ tịch", "việc cải chính hộ tịch", "giấy báo tử"),
    "Đất đai": (
        "giấy chứng nhận quyền sử dụng đất",
        "biến động đất đai",
        "hạn mức giao đất",
        "trích đo địa chính",
    ),
    "Hoạt động xây dựng": ("giấy phép xây dựng", "chứng chỉ năng lực", "thiết kế cơ sở", "hồ sơ hoàn công"),
    "Thủy sản": ("giấy phép khai thác", "cơ sở nuôi cá lồng bè", "tàu cá", "cơ sở sản xuất giống"),
    "Trồng trọt": ("mã số vùng trồng", "vùng lúa chất lượng cao", "cơ sở sản xuất giống cây", "cây đầu dòng"),
    "Chăn nuôi": (
        "cơ sở chăn nuôi trang trại",
        "điều kiện vệ sinh thú y",
        "cơ sở giết mổ",
        "thức ăn chăn nuôi",
    ),
    "Bảo trợ xã hội": ("trợ cấp hằng tháng", "mức độ khuyết tật", "hỗ trợ mai táng", "cơ sở trợ giúp"),
    "Người có công": ("trợ cấp một lần", "hồ sơ thương binh", "sổ ưu đãi giáo dục", "thăm viếng mộ liệt sĩ"),
    "Giáo dục mầm non": ("trường mầm non", "lớp mẫu giáo độc lập", "nhóm trẻ tư thục", "điểm trường"),
    "Giáo dục phổ thông": ("việc chuyển trường", "học bạ", "trung tâm ngoại ngữ", "bằng tốt nghiệp"),
    "Việc làm": (
        "giấy phép lao động",
        "hỗ trợ học nghề",
        "hoạt động dịch vụ việc làm",
        "trợ cấp thất nghiệp",
    ),
    "Khám bệnh, chữa bệnh": (
        "giấy phép hành nghề",
        "phòng khám",
        "danh mục kỹ thuật",
        "người hướng dẫn thực hành",
    ),
    "Dược phẩm": (
        "quầy thuốc",
        "chứng chỉ hành nghề dược",
        "việc bán thuốc lưu động",
        "cơ sở bảo quản thuốc",
    ),
    "An toàn thực phẩm": (
        "cơ sở đủ điều kiện",
        "bản tự công bố sản phẩm",
        "xác nhận kiến thức",
        "nội dung quảng cáo",
    ),
    "Đường bộ": ("phù hiệu xe", "giấy phép đào tạo lái xe", "việc thi công nút giao", "xe tập lái"),
    "Đường thủy nội địa": (
        "bến khách ngang sông",
        "phương tiện thủy",
        "cảng thủy nội địa",
        "vùng nước neo đậu",
    ),
    "Hộ kinh doanh": ("hộ kinh doanh", "địa điểm kinh doanh", "ngành nghề", "việc tạm ngừng kinh doanh"),
    "Doanh nghiệp": (
        "công ty trách nhiệm hữu hạn",
        "chi nhánh",
        "vốn điều lệ",
        "người đại diện theo pháp luật",
    ),
    "Lưu thông hàng hóa trong nước": (
        "việc bán lẻ rượu",
        "cửa hàng xăng dầu",
        "đại lý thuốc lá",
        "chợ hạng ba",
    ),
    "Tài nguyên nước": ("việc khai thác nước dưới đất", "giếng khoan", "hành lang bảo vệ", "trám lấp giếng"),
    "Môi trường": (
        "giấy phép môi trường",
        "báo cáo đánh giá tác động",
        "phương án cải tạo",
        "chất thải nguy hại",
    ),
    "Di sản văn hóa": ("lễ hội", "di vật, cổ vật", "bảo tàng ngoài công lập", "việc tu bổ di tích"),
    "Nghệ thuật biểu diễn": ("buổi biểu diễn", "cuộc thi người đẹp", "băng đĩa", "triển lãm mỹ thuật"),
    "Tôn giáo Chính phủ": ("điểm nhóm", "người phụ trách", "lễ hội tín ngưỡng", "cơ sở đào tạo"),
    "Luật sư": ("văn phòng luật sư", "chứng chỉ hành nghề luật sư", "chi nhánh công ty luật", "người tập sự"),
    "Công chứng": ("văn phòng công chứng", "công chứng viên", "thẻ công chứng viên", "hợp nhất văn phòng"),
    "Khiếu nại, tố cáo": ("đơn khiếu nại", "đơn tố cáo", "việc tiếp công dân", "việc xử lý đơn"),
    "Phòng cháy, chữa cháy": (
        "thiết kế phòng cháy",
        "phương án chữa cháy",
        "nghiệm thu",
        "phương tiện chữa cháy",
    ),
}
VERBS = (
    "Cấp mới", "Cấp lại", "Gia hạn", "Điều chỉnh", "Thu hồi theo đề nghị", "Đăng ký", "Xác nhận", "Thẩm định",
    "Công nhận", "Chấm dứt", "Thông báo về", "Phê duyệt", "Chuyển nhượng", "Khôi phục",
)  # fmt: skip
ENDING = ("Thu hồi theo đề nghị", "Chấm dứt")
SCOPES = (
    "", "có yếu tố nước ngoài", "ở đặc khu, hải đảo", "ở vùng biên giới", "đối với hộ gia đình", "quy mô nhỏ",
    "quy mô lớn", "trong trường hợp khẩn cấp", "theo phân cấp cho cấp xã", "liên quan hai tỉnh",
)  # fmt: skip
APPLICANTS = (
    "Công dân Việt Nam",
    "Công dân Việt Nam, Người Việt Nam định cư ở nước ngoài, Người nước ngoài",
    "Doanh nghiệp, Hợp tác xã",
    "Công dân Việt Nam, Doanh nghiệp, Hợp tác xã",
    "Tổ chức (không bao gồm doanh nghiệp, HTX)",
)
ASKED = (
    "Giấy tờ chứng minh quyền sử dụng đất", "Bản thuyết minh phương án", "Danh sách nhân sự", "Ảnh 4 x 6 cm",
    "Sơ đồ vị trí", "Biên bản họp", "Giấy chứng nhận đã cấp", "Văn bản ủy quyền", "Bản vẽ thiết kế",
    "Báo cáo tình hình hoạt động", "Bản cam kết", "Hợp đồng thuê địa điểm", "Kết quả kiểm nghiệm",
    "Giấy khám sức khỏe",
)  # fmt: skip
CASES = ("Trường hợp cấp lần đầu:", "Trường hợp thay đổi nội dung:", "Trường hợp bị mất, hỏng:")
LAWS = ("61/2018/NĐ-CP", "42/2022/NĐ-CP", "63/2010/NĐ-CP", "118/2025/NĐ-CP", "85/2015/QH13", "20/2023/QH15")
DAYS = (1, 3, 3, 5, 5, 7, 10, 10, 15, 20, 30, 45)
RATES = (8_000, 20_000, 50_000, 100_000, 150_000, 500_000, 1_200_000)


def records(count: int = COUNT) -> Iterator[dict[str, Any]]:
    """As many records as asked, each a line of the catalogue as it is crawled."""
    chance = random.Random(SEED)  # noqa: S311 - made-up words, the same each time
    sectors = sorted(SUBJECTS)
    for place in range(count):
        sector = sectors[place % len(sectors)]
        turn = place // len(sectors)
        subjects = SUBJECTS[sector]
        thing, turn = subjects[turn % len(subjects)], turn // len(subjects)
        verb, turn = VERBS[turn % len(VERBS)], turn // len(VERBS)
        scope, again = SCOPES[turn % len(SCOPES)], turn // len(SCOPES)
        name = " ".join(filter(None, (verb, thing, scope, f"(bản {again + 1})" if again else "")))
        yield _record(place, sector=sector, name=name, verb=verb, thing=thing, chance=chance)


def _record(
    place: int, *, sector: str, name: str, verb: str, thing: str, chance: random.Random
) -> dict[str, Any]:
    commune = chance.random() < 0.4
    days = chance.choice(DAYS)
    agency = "Ủy ban nhân dân cấp xã" if commune else "Cơ quan chuyên môn thuộc UBND tỉnh"
    return {
        "ma_thu_tuc": f"GL.{place + 1:06d}",
        "ten_thu_tuc": f"{MARK}: {name}",
        "so_quyet_dinh": DECISION,
        "cap_thuc_hien": "Cấp xã" if commune else "Cấp tỉnh",
        "loai_thu_tuc": KIND,
        "linh_vuc": sector,
        "doi_tuong_thuc_hien": chance.choice(APPLICANTS),
        "co_quan_co_tham_quyen": agency,
        "co_quan_thuc_hien": agency,
        "dia_chi_tiep_nhan": "Trung tâm phục vụ hành chính công",
        "co_quan_duoc_uy_quyen": "",
        "co_quan_phoi_hop": "",
        "thu_tuc_lien_quan": "Không có thông tin",
        "trinh_tu_thuc_hien": "Bước 1: Người đề nghị nộp hồ sơ.\nBước 2: Cơ quan xem xét hồ sơ, yêu cầu"
        f" bổ sung một lần nếu thiếu.\nBước 3: Trong {days} ngày làm việc, cơ quan trả kết quả.",
        "cach_thuc_thuc_hien": _channels(days, chance),
        "thanh_phan_ho_so": _papers(thing, chance),
        "can_cu_phap_ly": BASES + "".join(f"Văn bản quy định chung{law}" for law in chance.sample(LAWS, 2)),
        "yeu_cau_dieu_kien": chance.choice(("Không", "Đúng đối tượng, đủ giấy tờ theo thành phần hồ sơ.")),
        "ket_qua_xu_ly": f"{'Văn bản' if verb in ENDING else 'Kết quả'} về {thing}",
    }


def _channels(days: int, chance: random.Random) -> str:
    fee = f"{chance.choice(RATES):,} VNĐ" if chance.random() < 0.4 else "Miễn phí"
    kinds = ["Trực tiếp", "Dịch vụ bưu chính"]
    if chance.random() < 0.75:
        kinds.insert(0, "Trực tuyến")
    return CHANNELS + "".join(f"{kind}{days} Ngày làm việc{fee}" for kind in kinds)


def _papers(thing: str, chance: random.Random) -> str:
    first = f"Đơn đề nghị về {thing}1 bản chính"
    asked = [
        f"{paper}{'1 bản chính' if chance.random() < 0.35 else '0 bản chính,1 bản sao'}"
        for paper in chance.sample(ASKED, chance.randint(1, 4))
    ]
    if chance.random() < 0.25:
        cases = CASES[: chance.randint(2, 3)]
        return "".join(f"{case}{PAPERS}{first}{paper}" for case, paper in zip(cases, asked * 3, strict=False))
    return f"--{PAPERS}{first}{''.join(asked)}"

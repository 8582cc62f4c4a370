"""The demo's agencies and units: names of the province's bodies; identifiers are demo values.

No published list of identifiers after the merger was found, so every one is marked unverified.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.directory.contracts import UnitKind

CALENDAR = "an-giang"

# (code, name, short name, two-digit group of the demo identifier, names of the specialist units)
DEPARTMENTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "van-phong-ubnd",
        "Văn phòng UBND tỉnh An Giang",
        "Văn phòng UBND tỉnh",
        "01",
        ("Phòng Kiểm soát thủ tục hành chính",),
    ),
    (
        "so-noi-vu",
        "Sở Nội vụ tỉnh An Giang",
        "Sở Nội vụ",
        "02",
        ("Phòng Người có công", "Phòng Việc làm và An toàn lao động"),
    ),
    (
        "so-tu-phap",
        "Sở Tư pháp tỉnh An Giang",
        "Sở Tư pháp",
        "03",
        ("Phòng Hành chính tư pháp", "Phòng Bổ trợ tư pháp"),
    ),
    ("so-tai-chinh", "Sở Tài chính tỉnh An Giang", "Sở Tài chính", "04", ("Phòng Đăng ký kinh doanh",)),
    (
        "so-cong-thuong",
        "Sở Công Thương tỉnh An Giang",
        "Sở Công Thương",
        "05",
        ("Phòng Quản lý thương mại", "Phòng Quản lý năng lượng"),
    ),
    (
        "so-nong-nghiep-moi-truong",
        "Sở Nông nghiệp và Môi trường tỉnh An Giang",
        "Sở Nông nghiệp và Môi trường",
        "06",
        ("Phòng Quản lý đất đai", "Chi cục Thủy sản", "Chi cục Bảo vệ môi trường"),
    ),
    (
        "so-xay-dung",
        "Sở Xây dựng tỉnh An Giang",
        "Sở Xây dựng",
        "07",
        ("Phòng Quản lý xây dựng", "Phòng Quản lý vận tải"),
    ),
    (
        "so-khoa-hoc-cong-nghe",
        "Sở Khoa học và Công nghệ tỉnh An Giang",
        "Sở Khoa học và Công nghệ",
        "08",
        ("Phòng Chuyển đổi số",),
    ),
    (
        "so-giao-duc-dao-tao",
        "Sở Giáo dục và Đào tạo tỉnh An Giang",
        "Sở Giáo dục và Đào tạo",
        "09",
        ("Phòng Giáo dục phổ thông",),
    ),
    (
        "so-y-te",
        "Sở Y tế tỉnh An Giang",
        "Sở Y tế",
        "10",
        ("Phòng Nghiệp vụ y", "Chi cục An toàn vệ sinh thực phẩm"),
    ),
    (
        "so-van-hoa-the-thao-du-lich",
        "Sở Văn hóa, Thể thao và Du lịch tỉnh An Giang",
        "Sở Văn hóa, Thể thao và Du lịch",
        "11",
        ("Phòng Quản lý văn hóa",),
    ),
    (
        "so-dan-toc-ton-giao",
        "Sở Dân tộc và Tôn giáo tỉnh An Giang",
        "Sở Dân tộc và Tôn giáo",
        "12",
        ("Phòng Chính sách dân tộc",),
    ),
    (
        "cong-an-tinh",
        "Công an tỉnh An Giang",
        "Công an tỉnh",
        "14",
        ("Phòng Quản lý hành chính về trật tự xã hội",),
    ),
    (
        "bhxh-tinh",
        "Bảo hiểm xã hội tỉnh An Giang",
        "Bảo hiểm xã hội tỉnh",
        "15",
        ("Phòng Quản lý Thu - Sổ, Thẻ",),
    ),
)
SERVICE_CENTRE = (
    "trung-tam-pvhcc",
    "Trung tâm Phục vụ hành chính công tỉnh An Giang",
    "Trung tâm PVHCC tỉnh",
    "13",
)
# The example of QCVN 102:2016 and QĐ 20/2020: 000.00.12.H33 became H33.12.
KIEN_GIANG_DEPARTMENT = ("so-xay-dung-kien-giang", "Sở Xây dựng tỉnh Kiên Giang", "Sở Xây dựng", "12")


@dataclass(frozen=True, slots=True)
class Part:
    """A unit to be made in an agency."""

    code: str
    name: str
    kind: UnitKind


def parts_of_department(short_name: str, specialists: tuple[str, ...]) -> list[Part]:
    """Units of a department of the province."""
    parts = [
        Part("lanh-dao", f"Lãnh đạo {short_name}", UnitKind.LEADERSHIP),
        Part("van-phong", "Văn phòng", UnitKind.OFFICE),
        Part("van-thu", "Văn thư", UnitKind.RECORDS),
        Part(
            "mot-cua", f"Bộ phận {short_name} tại Trung tâm Phục vụ hành chính công tỉnh", UnitKind.ONE_STOP
        ),
    ]
    parts += [
        Part(f"chuyen-mon-{index}", name, UnitKind.SPECIALIST)
        for index, name in enumerate(specialists, start=1)
    ]
    return parts


def parts_of_commune(name: str, *, urban: bool) -> list[Part]:
    """Units of the People's Committee of a commune since July 2025."""
    economy = "Phòng Kinh tế, Hạ tầng và Đô thị" if urban else "Phòng Kinh tế"
    return [
        Part("lanh-dao", f"Lãnh đạo UBND {name}", UnitKind.LEADERSHIP),
        Part("van-phong", "Văn phòng HĐND và UBND", UnitKind.OFFICE),
        Part("van-thu", "Văn thư", UnitKind.RECORDS),
        Part("mot-cua", f"Trung tâm Phục vụ hành chính công {name}", UnitKind.ONE_STOP),
        Part("chuyen-mon-1", economy, UnitKind.SPECIALIST),
        Part("chuyen-mon-2", "Phòng Văn hóa - Xã hội", UnitKind.SPECIALIST),
    ]


def lower_first(name: str) -> str:
    """`Phường Rạch Giá` inside another name: `phường Rạch Giá`."""
    return name[:1].lower() + name[1:]

"""People of the demo: names that could stand on any form here, numbers nobody has, the papers they bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Applicant, PaperForm, PaperGiven
from tinhso.procedures import api as procedures

FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Hồ", "Ngô", "Dương", "Lý", "Phan",
    "Trương", "Lâm", "Mai", "Cao", "Tô", "Danh", "Thạch", "Kim", "Châu", "Quách", "Tạ", "Lưu", "Đoàn",
    "Giang", "Tăng",
)  # fmt: skip
OF_WOMEN = ("Thị", "Thị Ngọc", "Thị Kim", "Thị Mỹ", "Thị Hồng", "Thị Cẩm", "Ngọc", "Thị Bích")
OF_MEN = ("Văn", "Minh", "Hoàng", "Thành", "Quốc", "Hữu", "Thanh", "Trung", "Văn Bé", "Ngọc")
WOMEN = (
    "Lan", "Hoa", "Thủy", "Hương", "Liễu", "Nhung", "Thắm", "Duyên", "Yến", "Phượng", "Loan", "Trinh", "Diễm",
    "Tươi", "Đẹp", "Én", "Sa Rết", "Chanh Thu", "Út", "Huệ", "Ngân", "Thảo", "Quyên", "Sáu",
)  # fmt: skip
MEN = (
    "Hùng", "Dũng", "Tâm", "Phúc", "Lộc", "Thọ", "Khánh", "Nghĩa", "Đức", "Tài", "Phong", "Hải", "Sơn",
    "Giàu", "Ẩn", "Ớt", "Đực", "Sóc Kha", "Ra Vuth", "Hiếu", "Toàn", "Lợi", "Đời", "Mười",
)  # fmt: skip
PLACES = (
    "Khu phố Vĩnh Lạc", "Khu phố Đông Hồ", "Ấp Hòa Tạo", "Ấp Xẻo Dừa", "Khóm An Hòa", "Ấp Kinh Ba",
    "Ấp Tà Teng", "Khu phố Võ Trường Toản", "Ấp Phước Thới", "Ấp Sóc Ven",
)  # fmt: skip


def originals(version: procedures.VersionView) -> tuple[PaperGiven, ...]:
    """What they bring: the papers that must come in any case, as originals."""
    return tuple(
        PaperGiven(code=paper.code, form=PaperForm.ORIGINAL, originals=max(1, paper.originals))
        for paper in version.papers
        if paper.always
    )


def persons(agency: directory.AgencyView, *, chance: Random, first: int, at: date) -> Iterator[Applicant]:
    """Applicants without end, each name once; numbers run from `first`, in ranges that nobody is given."""
    communes = directory.of_level(directory.TerritoryLevel.COMMUNE, at)
    home = [each for each in communes if each.id == agency.territory_id]
    used: set[str] = set()
    number = first
    while True:
        woman = chance.random() < 0.5
        middle, given = (OF_WOMEN, WOMEN) if woman else (OF_MEN, MEN)
        name = " ".join((chance.choice(FAMILIES), chance.choice(middle), chance.choice(given)))
        if name in used:
            continue
        used.add(name)
        number += 1
        born = date(chance.randrange(1948, 2004), chance.randrange(1, 13), chance.randrange(1, 29))
        commune = home[0] if home and chance.random() < 0.9 else chance.choice(communes)
        century = (0 if born.year < 2000 else 2) + woman
        yield Applicant(
            name=name,
            personal_id=f"091{century}{born:%y}{number:06d}",
            birth_date=born,
            phone=f"09{chance.choice('1378')}2000{number % 1000:03d}",
            address=f"{chance.choice(PLACES)}, {commune.name}, tỉnh An Giang",
            territory=commune.id,
        )

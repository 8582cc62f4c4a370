"""The register of civil status (CSDL hộ tịch điện tử), asked by officers through the exchange.

Service `GOV/BTP/HOTICH/tra-cuu`: POST with the personal identifier, the name and the purpose; 200 with what
is registered, 404 when nobody of that number and name is. The whole answer is read, and nothing beyond it.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
from django.utils.translation import gettext_noop as _

from tinhso.exchange import api as exchange
from tinhso.foundation import http

SERVICE = "GOV/BTP/HOTICH/tra-cuu"
UNKNOWN = 404


class Asked(
    msgspec.Struct,
    frozen=True,
    rename={"personal_id": "soDinhDanh", "name": "hoTen", "purpose": "mucDich", "dossier": "maHoSo"},
):
    """A question about one person; `dossier` is the code of the case, if it is for one."""

    personal_id: str
    name: str
    purpose: str
    dossier: str = ""


class Registered(
    msgspec.Struct,
    frozen=True,
    rename={"kind": "loai", "number": "so", "day": "ngayDangKy", "office": "noiDangKy"},
):
    """One entry of the register: birth, marriage, divorce, adoption, death …"""

    kind: str
    number: str = ""
    day: str = ""
    office: str = ""


class Person(
    msgspec.Struct,
    frozen=True,
    rename={
        "personal_id": "soDinhDanh",
        "name": "hoTen",
        "birth": "ngaySinh",
        "gender": "gioiTinh",
        "birth_place": "noiSinh",
        "ethnicity": "danToc",
        "nationality": "quocTich",
        "marital": "tinhTrangHonNhan",
        "spouse": "voChong",
        "father": "hoTenCha",
        "mother": "hoTenMe",
        "entries": "suKien",
    },
):
    """What is registered of a person. Days are as the register writes them."""

    personal_id: str
    name: str
    birth: str = ""
    gender: str = ""
    birth_place: str = ""
    ethnicity: str = ""
    nationality: str = ""
    marital: str = ""
    spouse: str = ""
    father: str = ""
    mother: str = ""
    entries: tuple[Registered, ...] = ()


def _about(asked: Asked) -> exchange.About:
    return exchange.About((asked.personal_id,), asked.purpose)


LOOK_UP = exchange.declare(
    exchange.Client(
        name="registers.civil-status",
        title=_("Tra cứu hộ tịch"),
        service=SERVICE,
        sends=Asked,
        gives=Person,
        about=_about,
        also=frozenset({UNKNOWN}),
        timeouts=http.Timeouts(connect=2, read=12, total=15),
        question_tries=1,
        keep=timedelta(days=1),
        most_bytes=256 * 1024,
    )
)

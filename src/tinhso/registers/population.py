"""The population register (CSDL quốc gia về dân cư), service 037: the question, and its answer as facts.

Of what the register tells only what forms may ask is read: no religion, no blood group, no old numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.forms import api as forms
from tinhso.foundation import http
from tinhso.registers import citizens, transport
from tinhso.registers.contracts import About, NotAnswered, Outcome
from tinhso.registers.operations import asking

PATH = "/apiCSDLDC/traCuuCongDan"
OFFICER = "TINHSO"
"""`MaCanBo` where nobody of an office asks: the person fills in their own form."""

_TEXT, _DATE, _ADDRESS = (forms.Kind.TEXT,), (forms.Kind.DATE,), (forms.Kind.ADDRESS,)
_PERSON, _WORD = (forms.Kind.PERSON,), (forms.Kind.TEXT, forms.Kind.CHOICE)
_OF_RELATIVE = (
    ("father", _("cha"), _("cha: họ và tên"), _("cha: số căn cước")),
    ("mother", _("mẹ"), _("mẹ: họ và tên"), _("mẹ: số căn cước")),
    ("spouse", _("vợ hoặc chồng"), _("vợ hoặc chồng: họ và tên"), _("vợ hoặc chồng: số căn cước")),
    ("head", _("chủ hộ"), _("chủ hộ: họ và tên"), _("chủ hộ: số căn cước")),
)
GIVES = (
    forms.Given("", _("họ tên, ngày sinh, số căn cước"), _PERSON),
    forms.Given("full_name", _("họ và tên"), _TEXT),
    forms.Given("birth_date", _("ngày sinh"), _DATE),
    forms.Given("personal_id", _("số căn cước"), _TEXT),
    forms.Given("gender", _("giới tính"), _WORD),
    forms.Given("ethnicity", _("dân tộc"), _WORD),
    forms.Given("nationality", _("quốc tịch"), _WORD),
    forms.Given("marital_status", _("tình trạng hôn nhân"), _WORD),
    forms.Given("residence", _("nơi thường trú"), _ADDRESS),
    forms.Given("current_residence", _("nơi ở hiện tại"), _ADDRESS),
    forms.Given("hometown", _("quê quán"), _ADDRESS),
    forms.Given("birth_place", _("nơi đăng ký khai sinh"), _ADDRESS),
    *(
        one
        for name, whole, named, numbered in _OF_RELATIVE
        for one in (
            forms.Given(name, whole, _PERSON),
            forms.Given(f"{name}.full_name", named, _TEXT),
            forms.Given(f"{name}.personal_id", numbered, _TEXT),
        )
    ),
    forms.Given("head.relation", _("quan hệ với chủ hộ"), _WORD),
)


class Population:
    """The register as forms know it, and as questions are asked of it."""

    word = "population"
    personal = True
    gives = GIVES

    @property
    def name(self) -> str | Promise:
        """What people call it."""
        return _("Cơ sở dữ liệu dân cư")

    @property
    def origin(self) -> str | Promise:
        """The mark of an answer that it gave."""
        return _("Lấy từ CSDL dân cư")

    def facts(self, names: Collection[str], *, about: forms.Filling, at: datetime) -> dict[str, Any]:
        """As the port says."""
        return asking.ask(self, names, about=about, at=at)

    def read(
        self, names: Collection[str], whom: About, *, number: UUID, procedure: str, at: datetime
    ) -> dict[str, Any]:
        """Ask under the question's number. Raises NotAnswered."""
        if whom.birth_date is None:
            raise NotAnswered(Outcome.UNKNOWN, "no birth date to ask by")
        asked = {
            "MaYeuCau": number.hex,
            "MaDVC": procedure,
            "MaTichHop": settings.LGSP.integration,
            "MaCanBo": OFFICER,
            "SoDinhDanh": whom.number,
            "HoVaTen": whom.name,
            "NgayThangNamSinh": f"{whom.birth_date:%Y%m%d}",
        }
        answer = transport.carry(PATH, json=asked, at=at)
        return {
            name: value for name, value in told(answer, whom, number=number, at=at).items() if name in names
        }


def told(answer: http.Answer, whom: About, *, number: UUID, at: datetime) -> dict[str, Any]:
    """The facts of an answer to this very question about this very person. Raises NotAnswered."""
    if answer.status != 200:
        raise NotAnswered(Outcome.REFUSED, f"status {answer.status}")
    return citizens.facts(answer.body, whom, number=number, at=at)

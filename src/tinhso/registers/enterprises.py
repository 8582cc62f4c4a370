"""The register of enterprises (CSDL quốc gia về đăng ký doanh nghiệp): the question, its answer as facts.

Members are not read: they are other people.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.forms import api as forms
from tinhso.foundation import http
from tinhso.foundation.moments import today
from tinhso.registers import transport
from tinhso.registers.bounded import day, words
from tinhso.registers.citizens import UNREADABLE
from tinhso.registers.contracts import About, NotAnswered, Outcome
from tinhso.registers.operations import asking

PATH = "/apiCSDLDKDN/chiTietDoanhNghiep"
MOST_CAPITAL = 10**15

_TEXT = (forms.Kind.TEXT,)
GIVES = (
    forms.Given("", _("tên, mã số thuế, người đại diện"), (forms.Kind.ORGANISATION,)),
    forms.Given("name", _("tên doanh nghiệp"), _TEXT, personal=False),
    forms.Given("tax_code", _("mã số thuế"), _TEXT, personal=False),
    forms.Given("short_name", _("tên viết tắt"), _TEXT, personal=False),
    forms.Given("foreign_name", _("tên tiếng nước ngoài"), _TEXT, personal=False),
    forms.Given("type", _("loại hình"), _TEXT, personal=False),
    forms.Given("status", _("tình trạng hoạt động"), _TEXT, personal=False),
    forms.Given("representative", _("người đại diện"), _TEXT),
    forms.Given("founded_on", _("ngày thành lập"), (forms.Kind.DATE,), personal=False),
    forms.Given("capital", _("vốn điều lệ"), (forms.Kind.MONEY, forms.Kind.NUMBER), personal=False),
    forms.Given("seat", _("trụ sở"), (forms.Kind.TEXT, forms.Kind.LONG_TEXT), personal=False),
    forms.Given("activity", _("ngành nghề chính"), (forms.Kind.TEXT, forms.Kind.LONG_TEXT), personal=False),
)


class Enterprises:
    """The register as forms know it, and as questions are asked of it."""

    word = "enterprise"
    personal = False
    gives = GIVES

    @property
    def name(self) -> str | Promise:
        """What people call it."""
        return _("Đăng ký doanh nghiệp")

    @property
    def origin(self) -> str | Promise:
        """The mark of an answer that it gave."""
        return _("Lấy từ đăng ký doanh nghiệp")

    def facts(self, names: Collection[str], *, about: forms.Filling, at: datetime) -> dict[str, Any]:
        """As the port says."""
        return asking.ask(self, names, about=about, at=at)

    def read(
        self, names: Collection[str], whom: About, *, number: UUID, procedure: str, at: datetime
    ) -> dict[str, Any]:
        """Ask for the organisation's code. Raises NotAnswered."""
        answer = transport.carry(PATH, query={"msdn": whom.number}, at=at)
        return {name: value for name, value in told(answer, whom, on=today(at)).items() if name in names}


class Main(
    msgspec.Struct,
    frozen=True,
    rename={
        "code": "ENTERPRISE_GDT_CODE",
        "kind": "ENTERPRISE_TYPE_NAME",
        "name": "NAME",
        "short_name": "SHORT_NAME",
        "foreign_name": "NAME_F",
        "founded": "FOUNDING_DATE",
        "status": "ENTERPRISE_STATUS",
        "representative": "LEGAL_NAMES",
        "capital": "CAPITAL_AMOUNT",
    },
):
    """`MainInformation`."""

    code: str
    name: str
    kind: str | None = None
    short_name: str | None = None
    foreign_name: str | None = None
    founded: str | None = None
    status: str | None = None
    representative: str | None = None
    capital: int | float | None = None


class Seat(msgspec.Struct, frozen=True, rename={"whole": "AddressFullText"}):
    """`HOAdress` (sic)."""

    whole: str | None = None


class Activity(msgspec.Struct, frozen=True, rename={"code": "CODE", "name": "NAME", "main": "IS_MAIN"}):
    """One of `BusinessActivity`."""

    code: str | None = None
    name: str | None = None
    main: bool | None = None


class Told(
    msgspec.Struct,
    frozen=True,
    rename={"main": "MainInformation", "seat": "HOAdress", "activities": "BusinessActivity"},
):
    """The whole answer."""

    main: Main
    seat: Seat | None = None
    activities: tuple[Activity, ...] = ()


def told(answer: http.Answer, whom: About, *, on: date) -> dict[str, Any]:
    """The facts of an answer about this very organisation, without empty ones. Raises NotAnswered."""
    if answer.status == 404:
        raise NotAnswered(Outcome.UNKNOWN, "no such enterprise")
    if answer.status != 200:
        raise NotAnswered(Outcome.REFUSED, f"status {answer.status}")
    try:
        read = msgspec.json.decode(answer.body, type=Told)
    except UNREADABLE:
        raise NotAnswered(Outcome.UNREADABLE, "not of the agreed shape") from None
    if words(read.main.code, most=20) != whom.number:
        raise NotAnswered(Outcome.WRONG_PERSON, "about another enterprise")
    main = read.main
    founded = day((main.founded or "").partition("T")[0], "%Y-%m-%d", latest=on)
    activity = next((one for one in read.activities if one.main), None)
    found: dict[str, Any] = {
        "name": words(main.name),
        "tax_code": whom.number,
        "short_name": words(main.short_name),
        "foreign_name": words(main.foreign_name),
        "type": words(main.kind),
        "status": words(main.status),
        "representative": words(main.representative),
        "founded_on": founded.isoformat() if founded else "",
        "capital": _capital(main.capital),
        "seat": words(read.seat.whole) if read.seat else "",
        "activity": words(activity.name) if activity else "",
    }
    return {name: value for name, value in found.items() if value}


def _capital(amount: int | float | None) -> int:
    """Whole đồng; nothing for an amount that cannot be."""
    return int(amount) if amount is not None and 0 < amount < MOST_CAPITAL and int(amount) == amount else 0

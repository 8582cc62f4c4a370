"""An answer of service 037 read: `CongDan` as it is written there, as facts that forms take.

Trap: the whole name may stand in `HoVaTen.Ten`, with or without `Ho` and `ChuDem` beside it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tinhso.foundation import text
from tinhso.foundation.moments import today
from tinhso.registers import places
from tinhso.registers.bounded import day, words
from tinhso.registers.contracts import About, NotAnswered, Outcome

FOUND, NOT_FOUND = "00", "01"
GENDERS = {"1": "Nam", "2": "Nữ"}
HOME = "VN"
HOME_NAME = "Việt Nam"
NUMBER = re.compile(r"[0-9]{12}")
YEAR = re.compile(r"[0-9]{4}")
UNREADABLE = (msgspec.MsgspecError, RecursionError, ValueError)


class Name(msgspec.Struct, frozen=True, rename={"family": "Ho", "middle": "ChuDem", "given": "Ten"}):
    """A name in three parts."""

    family: str | None = None
    middle: str | None = None
    given: str | None = None

    def whole(self) -> str:
        """The name as it is called."""
        family, middle, given = (words(part, most=100) for part in (self.family, self.middle, self.given))
        if family and text.fold(given).startswith(f"{text.fold(family)} "):
            return given
        return " ".join(part for part in (family, middle, given) if part)


class Relative(
    msgspec.Struct,
    frozen=True,
    rename={"name": "HoVaTen", "number": "SoDinhDanh", "nationality": "QuocTich", "relation": "QuanHe"},
):
    """Somebody of the family; `relation` only of the head of the household."""

    name: Name | None = None
    number: str | None = None
    nationality: str | None = None
    relation: str | None = None


class Citizen(
    msgspec.Struct,
    frozen=True,
    rename={
        "number": "SoDinhDanh",
        "name": "HoVaTen",
        "gender": "GioiTinh",
        "ethnicity": "DanToc",
        "marital_status": "TinhTrangHonNhan",
        "year": "NamSinh",
        "born": "NgayThangNam",
        "nationality": "QuocTich",
        "birth_place": "NoiDangKyKhaiSinh",
        "hometown": "QueQuan",
        "residence": "ThuongTru",
        "current_residence": "NoiOHienTai",
        "father": "Cha",
        "mother": "Me",
        "spouse": "VoChong",
        "guardian": "NguoiDaiDien",
        "head": "ChuHo",
    },
):
    """What is read of a person."""

    number: str
    name: Name
    gender: str | None = None
    ethnicity: str | None = None
    marital_status: str | None = None
    year: str | None = None
    born: str | None = None
    nationality: str | None = None
    birth_place: places.Place | None = None
    hometown: places.Place | None = None
    residence: places.Place | None = None
    current_residence: places.Place | None = None
    father: Relative | None = None
    mother: Relative | None = None
    spouse: Relative | None = None
    guardian: Relative | None = None
    head: Relative | None = None


class Told(
    msgspec.Struct,
    frozen=True,
    rename={"question": "MaYeuCau", "result": "MaKetQua", "citizen": "CongDan"},
):
    """The whole answer."""

    question: str
    result: str
    citizen: Citizen | None = None


def facts(body: bytes, whom: About, *, number: UUID, at: datetime) -> dict[str, Any]:
    """Facts of an answer to this question about this person, without those that are empty.

    Raises NotAnswered: `unreadable`, `unknown`, `wrong-person` (another person, another question's answer, or
    a child or ward whose parent or guardian by the register is somebody else).
    """
    try:
        answer = msgspec.json.decode(body, type=Told)
    except UNREADABLE:
        raise NotAnswered(Outcome.UNREADABLE, "not of the agreed shape") from None
    if answer.question != number.hex:
        raise NotAnswered(Outcome.WRONG_PERSON, "an answer to another question")
    if answer.result == NOT_FOUND:
        raise NotAnswered(Outcome.UNKNOWN, "no such person")
    citizen = answer.citizen
    if answer.result != FOUND or citizen is None:
        raise NotAnswered(Outcome.UNREADABLE, "neither found nor not found")
    latest = today(at)
    born = _born(citizen, latest=latest)
    _same(citizen, whom, born)
    return {name: value for name, value in _facts(citizen, born, on=latest).items() if value}


def _born(citizen: Citizen, *, latest: date) -> str:
    """The birth date as forms write it; only the year where no more is known."""
    whole = day(citizen.born, "%Y%m%d", latest=latest)
    if whole:
        return whole.isoformat()
    year = words(citizen.year, most=4)
    if year and (not YEAR.fullmatch(year) or not 1880 <= int(year) <= latest.year):
        raise NotAnswered(Outcome.UNREADABLE, "no year")
    return year


def _same(citizen: Citizen, whom: About, born: str) -> None:
    """Whether it is about whom we asked: number, name, birth, and whose child or ward it is."""
    named = _plain(citizen.name.whole()) == _plain(whom.name)
    dated = not born or whom.birth_date is None or whom.birth_date.isoformat().startswith(born)
    if words(citizen.number, most=20) != whom.number or not named or not dated:
        raise NotAnswered(Outcome.WRONG_PERSON, "about somebody else")
    for needed, kin in (
        (whom.parent, (citizen.father, citizen.mother)),
        (whom.guardian, (citizen.guardian,)),
    ):
        numbers = {words(one.number, most=20) for one in kin if one is not None} - {""}
        if needed and numbers and needed not in numbers:
            raise NotAnswered(Outcome.WRONG_PERSON, "somebody else is parent or guardian")


def _plain(name: str) -> str:
    return text.tone_neutral(text.normal(name).casefold())


def _facts(citizen: Citizen, born: str, *, on: date) -> dict[str, Any]:
    found: dict[str, Any] = {
        "full_name": citizen.name.whole(),
        "birth_date": born,
        "personal_id": citizen.number,
        "gender": GENDERS.get(words(citizen.gender, most=20), ""),
        "ethnicity": words(citizen.ethnicity, most=60),
        "nationality": _nation(citizen.nationality),
        "marital_status": words(citizen.marital_status, most=60),
    }
    for name in ("residence", "current_residence", "hometown", "birth_place"):
        found[name] = places.answer(getattr(citizen, name), on=on)
    for name in ("father", "mother", "spouse", "head"):
        relative: Relative | None = getattr(citizen, name)
        if relative is None:
            continue
        number = words(relative.number, most=20)
        found[f"{name}.full_name"] = relative.name.whole() if relative.name else ""
        found[f"{name}.personal_id"] = number if NUMBER.fullmatch(number) else ""
        if name == "head":
            found["head.relation"] = words(relative.relation, most=60)
    return found


def _nation(code: str | None) -> str:
    """The country's name; another country's code fills nothing."""
    return HOME_NAME if words(code, most=60) in (HOME, HOME_NAME) else ""

"""Cells with one value or a list of known values."""

from __future__ import annotations

import re

from tinhso.procedures.contracts import Agencies, AgencyLevel, ApplicantKind, ResultGiven
from tinhso.procedures.importer.texts import FURNITURE, clean, said

LEVELS = {
    "Cấp bộ": AgencyLevel.MINISTRY,
    "Cấp tỉnh": AgencyLevel.PROVINCE,
    "Cấp xã": AgencyLevel.COMMUNE,
    "Cơ quan khác": AgencyLevel.OTHER,
}
NEAREST = (AgencyLevel.COMMUNE, AgencyLevel.PROVINCE, AgencyLevel.OTHER, AgencyLevel.MINISTRY)
APPLICANTS = (
    ("Tổ chức (không bao gồm doanh nghiệp, HTX)", ApplicantKind.ORGANISATION),
    ("Doanh nghiệp có vốn đầu tư nước ngoài", ApplicantKind.FOREIGN_INVESTED),
    ("Người Việt Nam định cư ở nước ngoài", ApplicantKind.OVERSEAS),
    ("Người nước ngoài cư trú tại Việt Nam", ApplicantKind.FOREIGNER),
    ("Cán bộ, công chức, viên chức", ApplicantKind.OFFICIAL),
    ("Doanh nghiệp Việt Nam", ApplicantKind.ENTERPRISE),
    ("Tổ chức nước ngoài", ApplicantKind.FOREIGN_ORGANISATION),
    ("Công dân Việt Nam", ApplicantKind.CITIZEN),
    ("Người nước ngoài", ApplicantKind.FOREIGNER),
    ("Tổ chức Đảng", ApplicantKind.ORGANISATION),
    ("Doanh nghiệp", ApplicantKind.ENTERPRISE),
    ("Hợp tác xã", ApplicantKind.COOPERATIVE),
    ("Đảng viên", ApplicantKind.CITIZEN),
)
RESULT = re.compile(r"Mã: ?(?P<code>KQ\.[A-Z]\d{2}\.\d{6}|[\w.]{4,40}?)(?=[A-ZĐ(\"“\-*+]|\d?[A-ZĐ]|$)")


def levels(text: str) -> tuple[AgencyLevel, ...]:
    """The levels named, in the source's order."""
    return tuple(LEVELS[part] for part in (piece.strip() for piece in text.split(",")) if part in LEVELS)


def nearest(found: tuple[AgencyLevel, ...]) -> AgencyLevel:
    """The level nearest to people, who files there first."""
    return next((level for level in NEAREST if level in found), AgencyLevel.OTHER)


def applicants(text: str) -> tuple[tuple[ApplicantKind, ...], str]:
    """The kinds of applicants, and the words that name none we know."""
    rest, found = text, []
    for words, kind in APPLICANTS:
        if words in rest:
            rest = rest.replace(words, "")
            found.append(kind)
    return tuple(dict.fromkeys(found)), clean(rest.replace(",", " "))


def results(text: str) -> tuple[ResultGiven, ...]:
    """What is given, with the national code."""
    body = FURNITURE.split(text)[0]
    found: list[ResultGiven] = []
    start = 0
    for match in RESULT.finditer(body):
        name = clean(body[start : match.start()]).strip(" .;-")
        start = match.end()
        if name:
            found.append(ResultGiven(name=name, code=match["code"]))
    rest = said(body[start:])
    if rest and not found:
        found.append(ResultGiven(name=rest))
    return tuple(found)


def agencies(record: dict[str, str]) -> Agencies:
    """Who does what, as published; the competent agency stands in where nobody is named to implement."""
    implementing = said(record["co_quan_thuc_hien"])
    competent = said(record["co_quan_co_tham_quyen"])
    return Agencies(
        implementing=implementing or competent,
        competent=competent,
        cooperating=said(record["co_quan_phoi_hop"]),
        delegated=said(record["co_quan_duoc_uy_quyen"]),
        intake_address=said(record["dia_chi_tiep_nhan"]),
    )

"""What must hold of a relation before it is kept: names, numbers, ages, papers, days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.foundation import text
from tinhso.foundation.text import Unreadable
from tinhso.identity import limits, proofs
from tinhso.identity.relating import grown_before
from tinhso.identity.relation_contracts import Capacity, ProofGiven, Represented


def faults(capacity: Capacity, represented: Represented, *, on: date, at: datetime) -> dict[str, str]:
    """What is wrong with a person as declared, by field."""
    found: dict[str, str] = {}
    if not text.normal(represented.name):
        found["name"] = _("Hãy nhập họ và tên, đúng như trong giấy tờ.")
    number = _number(represented.personal_id, found, "personal_id")
    born = represented.birth_date
    if capacity is Capacity.CHILD:
        if born is None or born > on:
            found["birth_date"] = _("Hãy nhập ngày sinh của con. Ví dụ: 27 3 2024.")
        elif born <= grown_before(on, at):
            found["birth_date"] = _("Con đã đủ tuổi thành niên nên tự nộp hồ sơ, hoặc ủy quyền cho ông/bà.")
        elif number and born.year != _year_of(number):
            found["birth_date"] = _("Năm sinh không khớp với số định danh. Hãy xem lại cả hai.")
    elif not represented.personal_id:
        found["personal_id"] = _("Hãy nhập số căn cước, 12 chữ số.")
    return found


def grant_faults(name: str, number: str, first: date, last: date, *, on: date) -> dict[str, str]:
    """What is wrong with a proxy as its grantor wrote it, by field. `last` is no longer in it."""
    found = named_faults(name, number)
    if first < on:
        found["valid_from"] = _("Ngày bắt đầu phải là hôm nay hoặc sau hôm nay.")
    if last <= first:
        found["valid_until"] = _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    return found


def named_faults(name: str, number: str) -> dict[str, str]:
    """What is wrong with another person as somebody names them, by field."""
    found: dict[str, str] = {}
    if not text.normal(name):
        found["agent_name"] = _("Hãy nhập họ và tên người đó, đúng như trong căn cước.")
    if not number.strip():
        found["agent_number"] = _("Hãy nhập số căn cước, 12 chữ số.")
    _number(number, found, "agent_number")
    return found


def proof_faults(capacity: Capacity, proof: ProofGiven | None, *, on: date) -> dict[str, str]:
    """What is wrong with a paper that proves a capacity, by field; nothing for none: it may follow."""
    if proof is None:
        return {}
    kind = proofs.kind(capacity, proof.kind, on)
    if kind is None or kind.online:
        return {"kind": _("Hãy chọn một loại giấy tờ trong danh sách.")}
    found: dict[str, str] = {}
    if kind.numbered and not proof.number.strip():
        found["number"] = _("Hãy nhập số của giấy tờ, ghi ở phần đầu giấy.")
    if kind.expires and proof.valid_until is None:
        found["valid_until"] = _("Hãy nhập ngày cuối giấy tờ này còn hiệu lực. Ví dụ: 31 12 2026.")
    elif proofs.expired(proof, on):
        found["valid_until"] = _("Giấy tờ này đã hết hiệu lực. Hãy dùng giấy tờ khác còn hiệu lực.")
    if proof.issued_on and proof.issued_on > on:
        found["issued_on"] = _("Ngày cấp phải là hôm nay hoặc trước hôm nay.")
    elif proof.issued_on and proof.valid_until and proof.valid_until < proof.issued_on:
        found["valid_until"] = _("Ngày hết hiệu lực phải sau ngày cấp.")
    return found


def ends(
    capacity: Capacity, represented: Represented, proof: ProofGiven | None, *, on: date, at: datetime
) -> date | None:
    """The first day on which the relation gives no right any more; None while nothing ends it.

    A child's on the day it comes of age, a proxy's after the last day of its paper, or after the dated
    number of days when the paper names none.
    """
    if capacity is Capacity.CHILD and represented.birth_date:
        years = limits.count("age_of_majority", at)
        born = represented.birth_date
        try:
            return born.replace(year=born.year + years)
        except ValueError:
            return date(born.year + years, 3, 1)
    if proof is not None and proof.valid_until is not None:
        return proof.valid_until + timedelta(days=1)
    return on + timedelta(days=limits.count("proxy_days", at)) if capacity is Capacity.PROXY else None


def _number(typed: str, found: dict[str, str], field: str) -> str:
    """The number as 12 digits; a fault is put under `field`."""
    if not typed.strip():
        return ""
    try:
        return text.personal_id(typed)
    except Unreadable as fault:
        found[field] = str(fault)
        return ""


def _year_of(number: str) -> int:
    """The year of birth that a personal identifier carries (NĐ 137/2015/NĐ-CP, Điều 13)."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])

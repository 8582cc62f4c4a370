"""A service's settings in the words of its page, and numbers as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tinhso.exchange.contracts import BodyLog, ContractCheck, SubjectKind
from tinhso.exchange.guards.mask_rules import Act, Place
from tinhso.exchange.models import Right
from tinhso.exchange.operations.service_facts import MEBIBYTE
from tinhso.exchange.pages.desk.agreements import LOGS

Choices = list[tuple[str, str]]


def logs() -> Choices:
    """How messages are kept, the most first."""
    return [(log.value, str(LOGS[log])) for log in BodyLog]


def places() -> Choices:
    """Where a field that is masked lies."""
    return [
        (Place.BODY.value, _("Thân JSON")),
        (Place.XML.value, _("Thân XML, SOAP")),
        (Place.FORM.value, _("Thân biểu mẫu")),
        (Place.QUERY.value, _("Sau dấu ? của địa chỉ")),
        (Place.PATH.value, _("Đường dẫn")),
        (Place.HEADER.value, _("Đầu mục")),
    ]


def acts() -> Choices:
    """What becomes of a field that is masked."""
    return [
        (Act.REPLACE.value, _("Thay bằng chữ khác")),
        (Act.REMOVE.value, _("Bỏ hẳn")),
        (Act.REGEX.value, _("Sửa theo biểu thức")),
    ]


def mask(rule: Mapping[str, str]) -> dict[str, str]:
    """One masking rule as its line says it."""
    return {
        "place": dict(places()).get(rule.get("in", ""), ""),
        "field": rule.get("at", ""),
        "act": dict(acts()).get(rule.get("as", Act.REPLACE.value), ""),
        "with": rule.get("with", ""),
        "pattern": rule.get("pattern", ""),
    }


def checks() -> Choices:
    """What happens to a message that the description does not allow."""
    return [
        (ContractCheck.OFF.value, _("Không kiểm")),
        (ContractCheck.OBSERVE.value, _("Kiểm và ghi lại, vẫn cho qua")),
        (ContractCheck.ENFORCE.value, _("Từ chối thông điệp không đúng mô tả")),
    ]


def subjects() -> Choices:
    """To whom a right may be given."""
    return [
        (SubjectKind.SUBSYSTEM.value, _("Một hệ thống con")),
        (SubjectKind.LOCAL_GROUP.value, _("Nhóm của hệ thống cung cấp")),
        (SubjectKind.GLOBAL_GROUP.value, _("Nhóm toàn cục")),
    ]


def subject(right: Right) -> str:
    """What kind of caller has a right; empty for one system."""
    return "" if right.subject_kind == SubjectKind.SUBSYSTEM else dict(subjects())[right.subject_kind]


def decimal(given: float) -> str:
    """A number as people here write it: "0,5"."""
    return f"{Decimal(str(given)).normalize():f}".replace(".", ",")


def read_decimal(text: str) -> float | None:
    """A number as people type it ("0,5", "10"); None for anything else."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return float(found) if found.is_finite() and 0 <= found < 10**9 else None


def percent(ratio: float) -> str:
    """A share as a number of percent."""
    return decimal(round(ratio * 100, 4))


def megabytes(size: int) -> str:
    """A number of bytes in MB."""
    return decimal(round(size / MEBIBYTE, 3))

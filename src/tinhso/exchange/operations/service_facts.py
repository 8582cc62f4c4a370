"""What a service's facts must be, so that the gateway can carry its messages: checked before they are kept.

A service whose settings cannot be read answers nobody, so none such is ever kept.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import BodyLog, ContractCheck, ServiceKind
from tinhso.exchange.guards.breaker import Settings as Breaker
from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.guards.masking import Masks
from tinhso.exchange.guards.mirror import Mirror
from tinhso.exchange.guards.mock import Settings as Mock
from tinhso.exchange.guards.openapi import BadDescription, Description
from tinhso.exchange.models import Service
from tinhso.foundation.errors import Invalid

MEBIBYTE = 1024 * 1024
LONGEST_SECONDS = 600


def check(service: Service) -> None:
    """Raises Invalid with a sentence for each fact that cannot be."""
    faults = {name: words for name, rule in _RULES.items() if (words := rule(service))}
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def _url(service: Service) -> str:
    try:
        parts = urlsplit(service.url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if good and not parts.query and not parts.fragment:
        return ""
    return _("Địa chỉ dịch vụ phải là http(s)://máy chủ[:cổng][/đường dẫn], không có dấu ? hay #.")


def _timeout(service: Service) -> str:
    if 1 <= service.timeout_seconds <= LONGEST_SECONDS:
        return ""
    return _("Thời gian chờ từ 1 đến 600 giây.")


def _size(service: Service) -> str:
    if 1 <= service.most_bytes <= settings.EXCHANGE.most_bytes:
        return ""
    most = settings.EXCHANGE.most_bytes // MEBIBYTE
    return _("Cỡ lớn nhất từ 1 đến %(most)s MB.") % {"most": most}


def _log(service: Service) -> str:
    if service.body_log == BodyLog.MASKED and not service.masks:
        return _("Ghi nội dung đã che thì phải có ít nhất một quy tắc che. Thêm quy tắc trước.")
    return ""


def _masks(service: Service) -> str:
    return _read(
        lambda: Masks(service.masks),
        _("Xem lại tên trường và biểu thức che (không lặp nhóm, lặp nhiều nhất 3 chỗ)."),
    )


def _contract(service: Service) -> str:
    if service.contract_check == ContractCheck.OFF:
        return ""
    if service.kind != ServiceKind.OPENAPI:
        return _("Chỉ kiểm được thông điệp của dịch vụ mô tả bằng OpenAPI.")
    return _read(
        lambda: Contract(service.description),
        _("Mô tả OpenAPI của dịch vụ chưa đủ rõ để kiểm. Hãy thay mô tả khác."),
    )


def _breaker(service: Service) -> str:
    return _read(
        lambda: Breaker.read(service.breaker),
        _("Số lần từ 1 trở lên; mã lỗi từ 400 đến 599; chờ lần đầu không dài hơn chờ lâu nhất."),
    )


def _mirror(service: Service) -> str:
    return _read(
        lambda: Mirror.read(service.mirror),
        _("Địa chỉ nhận bản sao phải là http(s)://…; phần sao chép lớn hơn 0 và không quá 100 %."),
    )


def _mock(service: Service) -> str:
    if not service.mock:
        return ""
    if service.kind != ServiceKind.OPENAPI:
        return _("Chỉ trả lời mẫu được cho dịch vụ mô tả bằng OpenAPI.")

    def made() -> None:
        Description(service.description)
        Mock.read(service.mock)

    return _read(made, _("Chờ từ 0 đến 60 giây; mã trả lời từ 200 đến 599 hoặc để trống."))


def _read(reading: Callable[[], object], sentence: str) -> str:
    try:
        reading()
    except (ValueError, BadDescription):
        return sentence
    return ""


_RULES: dict[str, Callable[[Service], str]] = {
    "url": _url,
    "timeout_seconds": _timeout,
    "most_bytes": _size,
    "body_log": _log,
    "masks": _masks,
    "contract_check": _contract,
    "breaker": _breaker,
    "mirror": _mirror,
    "mock": _mock,
}

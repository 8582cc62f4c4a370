"""The kinds of messages people may want or not."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.registry import Registry
from tinhso.notify.contracts import Kind, Readers

kinds: Registry[Kind] = Registry("kind of message")


def declare_kind(
    name: str,
    *,
    label: str | Promise,
    hint: str | Promise,
    readers: Readers,
    fixed: bool = False,
    urgent: bool = False,
    everywhere: bool = False,
    by_phone: bool = False,
) -> str:
    """Declare a kind of message and return its name."""
    kinds.add(
        name,
        Kind(
            name=name,
            label=label,
            hint=hint,
            readers=readers,
            fixed=fixed,
            urgent=urgent,
            everywhere=everywhere,
            by_phone=by_phone,
        ),
    )
    return name


def kinds_for(readers: Readers) -> Iterator[Kind]:
    """Kinds that such readers may choose, in the order of declaration."""
    for name in _order:
        kind = kinds.get(name)
        if kind.readers is readers and not kind.fixed:
            yield kind
    for name, kind in kinds:
        if name not in _order and kind.readers is readers and not kind.fixed:
            yield kind


OTHER = declare_kind("other", label=_("Tin khác"), hint="", readers=Readers.PERSONS, fixed=True)
SECURITY = declare_kind(
    "security",
    label=_("An toàn tài khoản"),
    hint=_("Luôn gửi, vào mọi giờ."),
    readers=Readers.OFFICERS,
    fixed=True,
    urgent=True,
)
ACCOUNT = declare_kind(
    "account",
    label=_("Tài khoản của ông/bà thay đổi"),
    hint=_("Luôn gửi, bằng mọi cách có thể."),
    readers=Readers.PERSONS,
    fixed=True,
    everywhere=True,
)
ASKS = declare_kind(
    "asks",
    label=_("Việc cần ông/bà làm"),
    hint=_("Khi cần thêm giấy tờ, cần nộp tiền."),
    readers=Readers.PERSONS,
)
PROGRESS = declare_kind(
    "progress",
    label=_("Hồ sơ sang bước mới"),
    hint=_("Khi hồ sơ được tiếp nhận, không được tiếp nhận hoặc dừng lại."),
    readers=Readers.PERSONS,
)
RESULTS = declare_kind(
    "results", label=_("Có kết quả"), hint=_("Khi kết quả đã ký, đã trả."), readers=Readers.PERSONS
)
INTAKE_DUE = declare_kind(
    "intake_due",
    label=_("Sắp đến hạn và quá hạn tiếp nhận"),
    hint=_("Hồ sơ nộp trực tuyến chưa được trả lời."),
    readers=Readers.OFFICERS,
)
DUE = declare_kind(
    "due",
    label=_("Sắp đến hạn trả kết quả"),
    hint=_("Khi đã dùng phần lớn thời hạn, và trước một ngày làm việc."),
    readers=Readers.OFFICERS,
)
OVERDUE = declare_kind(
    "overdue",
    label=_("Quá hạn trả kết quả"),
    hint=_("Khi hồ sơ đã quá ngày hẹn."),
    readers=Readers.OFFICERS,
)
_order = (ASKS, PROGRESS, RESULTS, INTAKE_DUE, DUE, OVERDUE)

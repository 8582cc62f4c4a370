"""What the exchange tells those who run it, sent by the port that identity's messages take."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.notify.kinds import SECURITY
from tinhso.notify.templates import declare

CERTIFICATE_ENDS = declare(
    "exchange.certificate_ends",
    subject=_("Chứng thư của trục chia sẻ còn %(days)s ngày"),
    body=_(
        "Chứng thư dùng cho %(what)s hết hạn ngày %(end)s (còn %(days)s ngày).\n"
        "Chủ thể: %(subject)s. Số: %(serial)s.\n"
        "Hãy xin cấp chứng thư mới, nhập vào trang Máy chủ và khóa, rồi thử lại ở trang Chẩn đoán."
    ),
    kind=SECURITY,
)
LINKS = {CERTIFICATE_ENDS: "/can-bo/truc/chan-doan/"}

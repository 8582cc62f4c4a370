"""The statement that the law took an agency's silence for approval; no regulation gives it a number."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers import contact
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.prints.heads import about, agency_of, head, short
from tinhso.dossiers.prints.slips import unsigned
from tinhso.foundation import paper
from tinhso.foundation.moments import today


def approval(dossier: Dossier, *, ground: str, at: datetime) -> bytes:
    """What the register says of a dossier deemed approved: no signature, number or seal, but how to check it.

    `at` is when it is made.
    """
    title = _("Xác nhận hồ sơ được coi là đã được chấp thuận")
    facts = {
        "agency": agency_of(dossier).name,
        "ground": ground.rstrip("."),
        "due": in_words(dossier.due_at),
        "at": in_words(at),
        "code": dossier.code,
    }
    data = head(dossier.agency_id, title=title, on=today(at)) | {
        "number": short(dossier.code),
        "notation": "XNCT",
        "facts": [
            *about(dossier, contact.opened(dossier)),
            [_("Tiếp nhận"), in_words(dossier.accepted_at)],
            [_("Hẹn trả kết quả"), in_words(dossier.due_at)],
        ],
        "body": [
            _(
                "Đến hạn trên, %(agency)s chưa trả lời. Theo %(ground)s, hồ sơ này được coi là đã được chấp"
                " thuận từ %(due)s."
            )
            % facts,
        ],
        "ending": [
            _(
                "Hệ thống một cửa lập văn bản này từ sổ theo dõi hồ sơ lúc %(at)s và giữ mã kiểm tra của nó"
                " trong nhật ký có dấu thời gian. Để kiểm tra, tra cứu mã hồ sơ %(code)s."
            )
            % facts
        ],
        "signer": unsigned(),
    }
    return paper.render(template="slip", data=data, made_at=at)

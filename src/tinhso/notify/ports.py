"""Notify answers identity's port: identity's messages, and the words they are told in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from tinhso.exchange import api as exchange
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.notify import exchange_words
from tinhso.notify.contracts import Recipient
from tinhso.notify.exchanging import ExchangeMessages
from tinhso.notify.kinds import ACCOUNT, SECURITY
from tinhso.notify.models import Browser, Message, Preference
from tinhso.notify.operations import merged
from tinhso.notify.operations.sending import send
from tinhso.notify.templates import declare

NEW_DEVICE = declare(
    "identity.new_device",
    subject=_("Đăng nhập từ thiết bị mới"),
    body=_(
        "Tài khoản cán bộ của anh/chị vừa đăng nhập từ một thiết bị mới.\n"
        "Địa chỉ mạng: %(address)s\n"
        "Trình duyệt: %(agent)s\n"
        "Nếu không phải anh/chị, hãy mở trang Tài khoản, đăng xuất thiết bị đó, đổi mật khẩu và báo"
        " người quản trị."
    ),
    kind=SECURITY,
)
SECOND_PERSON = declare(
    "identity.second_person",
    subject=_("Mở khẩn %(label)s: cần người chứng kiến"),
    body=_(
        "%(officer)s mở khẩn %(label)s.\nLý do: %(reason)s\nHãy vào trang Mở khẩn để đồng ý hoặc chấm dứt."
    ),
    kind=SECURITY,
)
OPENED_IN_EMERGENCY = declare(
    "identity.opened_in_emergency",
    subject=_("Hồ sơ %(label)s vừa được mở khẩn"),
    body=_(
        "%(officer)s đã mở hồ sơ %(label)s của ông/bà ngoài phần việc được giao.\n"
        "Lý do: %(reason)s\n"
        "Một người thứ hai trong cơ quan đã được báo. Xem ai đã xem dữ liệu ở trang Tài khoản."
    ),
    kind=SECURITY,
)
STANDS_FOR_YOU = declare(
    "identity.stands_for_you",
    subject=_("Có người khai nộp hồ sơ thay ông/bà"),
    body=_(
        "%(who)s khai nộp hồ sơ thay ông/bà. Tư cách: %(capacity)s.\n"
        "Nếu không đúng, hãy mở trang Người của tôi để chấm dứt ngay."
    ),
    kind=SECURITY,
)
PROXY_GRANTED = declare(
    "identity.proxy_granted",
    subject=_("Có người ủy quyền cho ông/bà nộp hồ sơ"),
    body=_("%(who)s ủy quyền cho ông/bà nộp hồ sơ. Hãy mở trang Người của tôi để nhận hoặc từ chối."),
    kind=SECURITY,
)
INVITED = declare(
    "identity.invited",
    subject=_("Lời mời nộp hồ sơ cho tổ chức"),
    body=_(
        "%(who)s mời ông/bà nộp hồ sơ cho %(organisation)s. Hãy mở trang Người của tôi để nhận hoặc từ chối."
    ),
    kind=SECURITY,
)
RELATION_ENDED = declare(
    "identity.relation_ended",
    subject=_("Việc nộp hồ sơ thay đã chấm dứt"),
    body=_("%(who)s đã chấm dứt việc nộp hồ sơ thay %(name)s. Tư cách: %(capacity)s."),
    kind=SECURITY,
)
MERGED_AWAY = declare(
    "identity.merged_away",
    subject=_("Hai tài khoản của ông/bà đã gộp làm một"),
    body=_(
        "Tài khoản của %(name)s (số căn cước: %(number)s) đã gộp vào tài khoản %(stays)s, sau khi hai cán bộ"
        " kiểm tra rằng đó là một người.\n"
        "Hồ sơ và giấy tờ vẫn còn đủ. Từ nay hãy đăng nhập bằng định danh điện tử như thường lệ.\n"
        "Nếu không đúng, hãy gọi 1022 ngay."
    ),
    kind=ACCOUNT,
    sms=_("Hai tài khoản dịch vụ công của ông/bà đã gộp làm một. Nếu không đúng, hãy gọi 1022."),
)
MERGED_IN = declare(
    "identity.merged_in",
    subject=_("Một tài khoản khác của ông/bà đã gộp vào tài khoản này"),
    body=_(
        "Tài khoản của %(name)s (số căn cước: %(number)s) đã gộp vào tài khoản %(stays)s của ông/bà, sau khi"
        " hai cán bộ kiểm tra rằng đó là một người.\n"
        "Hồ sơ và giấy tờ của tài khoản kia nay ở đây. Nếu không đúng, hãy gọi 1022 ngay."
    ),
    kind=ACCOUNT,
    sms=_("Hai tài khoản dịch vụ công của ông/bà đã gộp làm một. Nếu không đúng, hãy gọi 1022."),
)
MINE = "/tai-khoan/nguoi-cua-toi/"
LINKS = {
    NEW_DEVICE: "/can-bo/tai-khoan/",
    SECOND_PERSON: "/can-bo/mo-khan/",
    OPENED_IN_EMERGENCY: "/tai-khoan/ai-da-xem/",
    STANDS_FOR_YOU: MINE,
    PROXY_GRANTED: MINE,
    INVITED: MINE,
    RELATION_ENDED: MINE,
    MERGED_AWAY: "/tai-khoan/",
    MERGED_IN: "/tai-khoan/",
    **exchange_words.LINKS,
}


class Messages:
    """Sends what identity tells its officers and persons."""

    def send(self, *, to: UUID, template: str, facts: Mapping[str, str], by: ActorRef, at: datetime) -> None:
        """Queue one message. Raises UnknownPerson, MissingFact, LookupError."""
        with transaction.atomic():
            send(
                to=_recipient(to, at), template=template, facts=facts, about=None, link=LINKS[template], at=at
            )


def _recipient(id: UUID, at: datetime) -> Recipient:
    officer = identity.officers([id], at).get(id)
    if officer is not None:
        return Recipient(name=officer.full_name, kind="officer", id=id, email=officer.email)
    person = identity.person(id)
    return Recipient(name=person.full_name, kind="person", id=id, email=person.email, phone=person.phone)


identity.messenger.bind(Messages())
exchange.teller.bind(ExchangeMessages())
identity.names_person(Message, "recipient_id", what=_("tin báo"))
identity.names_person(Message, "seal_key")
identity.names_person(Preference, "account_id", what=_("lựa chọn nhận tin"), settle=merged.preferences)
identity.names_person(Browser, "account_id", what=_("máy nhận tin"))

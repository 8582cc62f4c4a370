"""Notify answers identity's port: identity's messages, and the words they are told in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.notify.contracts import Recipient
from tinhso.notify.kinds import SECURITY
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
LINKS = {NEW_DEVICE: "/can-bo/tai-khoan/"}


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
    return Recipient(name=person.full_name, kind="person", id=id, email=person.email)


identity.messenger.bind(Messages())

"""Which channels reach a reader: what they chose, else what the dated rule says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from tinhso.foundation import legal
from tinhso.notify.contracts import Channel, Following, Kind, Notice
from tinhso.notify.models import Browser, Preference

OFF = "off"
ON = "on"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the readers of a batch chose, and their browsers; read in two statements for all."""

    settings: Mapping[tuple[UUID, str, str], str]
    browsers: Mapping[UUID, tuple[UUID, ...]]

    def setting(self, account: UUID, kind: str, channel: str) -> str:
        """What an account chose; empty when it did not."""
        return self.settings.get((account, kind, channel), "")

    def following(self, account: UUID, kind: str) -> Following:
        """What an officer chose of a kind; everything until they did."""
        return Following(self.setting(account, kind, "") or Following.ALL)


def wishes_of(accounts: Collection[UUID]) -> Wishes:
    """What these accounts chose. Two statements; none for nobody."""
    if not accounts:
        return Wishes(settings={}, browsers={})
    chosen = Preference.objects.filter(account_id__in=accounts, until=None)
    browsers: dict[UUID, tuple[UUID, ...]] = {}
    for account, browser in Browser.objects.filter(account_id__in=accounts, ended_at=None).values_list(
        "account_id", "id"
    ):
        browsers[account] = (*browsers.get(account, ()), browser)
    return Wishes(
        settings={(row.account_id, row.kind, row.channel): row.setting for row in chosen},
        browsers=browsers,
    )


def offered() -> tuple[Channel, ...]:
    """The channels a person may choose: those somebody carries."""
    carriers = settings.MESSAGING
    found = [Channel.MAIL]
    if carriers.sms:
        found.append(Channel.SMS)
    if carriers.zalo.url:
        found.append(Channel.ZALO)
    return (*found, Channel.PUSH)


def wanted(notice: Notice, kind: Kind, wishes: Wishes, *, on: date) -> frozenset[Channel]:
    """The channels a notice may take to its reader, whether or not they can reach them."""
    to = notice.to
    if notice.by is not None and notice.by == to.id:
        return frozenset()
    always = frozenset({Channel.IN_APP, Channel.MAIL})
    if to.kind == "officer" and to.id is not None:
        following = Following.ALL if kind.fixed else wishes.following(to.id, kind.name)
        told = following is Following.ALL or (following is Following.FOLLOW and notice.followed)
        return always | {Channel.PUSH} if told else frozenset()
    if kind.by_phone and to.id is None:
        return always | {Channel.SMS}
    if kind.fixed:
        return always | set(offered()) if kind.everywhere else always
    usual = legal.value("notice_default_channels", on=on)
    found = {Channel.IN_APP}
    for channel in offered():
        chosen = wishes.setting(to.id, kind.name, channel.value) if to.id else ""
        if chosen == ON or (not chosen and usual.get(channel.value, False)):
            found.add(channel)
    return frozenset(found)

"""Writing messages inside an act: which channels, which words, when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.ids import new_id
from tinhso.foundation.jobs import insert
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SubjectRef
from tinhso.foundation.text import Unreadable, phone
from tinhso.notify import jobs, timing
from tinhso.notify.choosing import Wishes, wanted, wishes_of
from tinhso.notify.contracts import Channel, Kind, Notice, Recipient, State
from tinhso.notify.kinds import kinds
from tinhso.notify.models import Message
from tinhso.notify.phone_words import PhoneWords, for_phone
from tinhso.notify.templates import one_line, templates, worded

URGENT = 5
ON_PHONES = (Channel.ZALO, Channel.SMS)
OUTWARD = [Channel.MAIL.value, Channel.SMS.value, Channel.ZALO.value]
Departures = dict[tuple[UUID, str], datetime]


def send(
    *,
    to: Recipient,
    template: str,
    facts: Mapping[str, object],
    about: SubjectRef | None,
    link: str = "",
    at: datetime,
    by: UUID | None = None,
) -> tuple[UUID, ...]:
    """Tell someone, by every channel that reaches them and that they want, in the running transaction.

    In the application it is there at once; the rest is queued and leaves after commit, when its hour has
    come. `link` is a path of ours. Returns the messages' ids; none when nothing reaches the recipient. An
    address no mail can go to gives a message that has failed already. Raises MissingFact, LookupError.
    """
    return send_all([Notice(to=to, template=template, facts=facts, about=about, link=link, by=by)], at=at)


def send_all(notices: Iterable[Notice], *, at: datetime) -> tuple[UUID, ...]:
    """Many notices at once, as `send` does each; a constant number of statements for all."""
    told = [(notice, kinds.get(templates.get(notice.template).kind)) for notice in notices]
    asked = {notice.to.id for notice, kind in told if notice.to.id and (kind.everywhere or not kind.fixed)}
    wishes = wishes_of(asked)
    rows = [row for notice, kind in told for row in _Writing(notice, kind, wishes, at).rows()]
    _set_departures(rows, at=at)
    Message.objects.bulk_create(rows)
    insert(
        [
            jobs.deliver.call(
                {"message_id": str(row.id)},
                at=row.leaves_at if row.leaves_at > at else None,
                priority=URGENT if row.urgent else 0,
            )
            for row in rows
            if row.state == State.QUEUED
        ]
    )
    return tuple(row.id for row in rows)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One notice on its way to become rows."""

    notice: Notice
    kind: Kind
    wishes: Wishes
    at: datetime

    def rows(self) -> list[Message]:
        to = self.notice.to
        channels = wanted(self.notice, self.kind, self.wishes, on=today(self.at))
        number, words = _number(to), None
        if number and channels & set(ON_PHONES):
            words = for_phone(
                self.notice.template,
                self.notice.facts,
                link=self.notice.link,
                language=to.language,
                on=today(self.at),
            )
        together = new_id()
        made = []
        if to.id and Channel.IN_APP in channels:
            made.append(self._row(together, Channel.IN_APP))
        if to.email.strip() and Channel.MAIL in channels:
            made.append(_addressed(self._row(together, Channel.MAIL), to.email.strip()))
        if words:
            made += self._to_phone(together, channels, words, number)
        if to.id and Channel.PUSH in channels:
            for browser in self.wishes.browsers.get(to.id, ()):
                made.append(self._row(together, Channel.PUSH, browser=browser))
        return made

    def _to_phone(
        self, together: UUID, channels: frozenset[Channel], words: PhoneWords, number: str
    ) -> list[Message]:
        """By Zalo where the reader wants it; the SMS then stands by in case Zalo does not take it."""
        by_zalo = Channel.ZALO in channels and words.zalo is not None
        made = []
        if by_zalo:
            row = self._row(together, Channel.ZALO, body=words.text)
            row.params = words.zalo
            made.append(_addressed(row, number))
        if Channel.SMS in channels:
            row = _addressed(self._row(together, Channel.SMS, body=words.text), number)
            if by_zalo and row.state == State.QUEUED:
                row.state = State.STANDBY.value
            made.append(row)
        return made

    def _row(
        self, together: UUID, channel: Channel, *, body: str = "", browser: UUID | None = None
    ) -> Message:
        to, about, at = self.notice.to, self.notice.about, self.at
        subject, words = worded(self.notice.template, self.notice.facts, language=to.language)
        inside = channel is Channel.IN_APP
        return Message(
            id=new_id(),
            notice=together,
            template=self.notice.template,
            kind=self.kind.name,
            urgent=self.kind.urgent,
            channel=channel.value,
            state=(State.SENT if inside else State.QUEUED).value,
            recipient_kind=to.kind,
            recipient_id=to.id,
            recipient_name=one_line(to.name),
            browser_id=browser,
            subject=subject,
            body=body or words,
            link=self.notice.link,
            about_kind=about.kind if about else "",
            about_id=about.id if about else None,
            written_at=at,
            leaves_at=at,
            sent_at=at if inside else None,
        )


def _number(to: Recipient) -> str:
    """A mobile number messages can go to, as carriers want it: `84912345678`; else empty."""
    try:
        return "84" + phone(to.phone)[1:] if to.phone.strip() else ""
    except Unreadable:
        return ""


def _addressed(row: Message, address: str) -> Message:
    """Seal the address under the account's key, else under that of the subject, which is erased with it."""
    row.seal_key = row.recipient_id or row.about_id or row.id
    try:
        row.address = crypto.seal(row.seal_key, address.encode())
        if row.channel == Channel.MAIL:
            validate_email(address)
    except crypto.Erased as erased:
        row.state, row.error = State.DROPPED.value, erased.message
    except ValidationError:
        row.state, row.error = State.FAILED.value, _("Địa chỉ thư không đúng dạng.")
    return row


def _set_departures(rows: Sequence[Message], *, at: datetime) -> None:
    """Say when each row leaves, by its channel's rule and what left before. At most one statement."""
    waiting = [row for row in rows if row.state in (State.QUEUED, State.STANDBY)]
    by = timing.rules(today(at)) if waiting else None
    readers = {row.recipient_id for row in waiting if row.recipient_id and not row.urgent}
    last = _last_departures(readers, since=at - max(by.windows.values())) if by and by.windows else {}
    for row in waiting:
        if by is None:
            return
        key = (row.recipient_id, row.channel) if row.recipient_id else None
        row.leaves_at = timing.departure(
            channel=Channel(row.channel),
            at=at,
            urgent=row.urgent,
            last=last.get(key) if key else None,
            by=by,
        )
        if key and not row.urgent and row.channel != Channel.PUSH:
            last[key] = row.leaves_at


def _last_departures(readers: set[UUID], *, since: datetime) -> Departures:
    """When messages to these readers left or will, as far back as a window reaches."""
    if not readers:
        return {}
    rows = (
        Message.objects.filter(recipient_id__in=readers, channel__in=OUTWARD, leaves_at__gte=since)
        .exclude(urgent=True)
        .exclude(state__in=[State.DROPPED.value, State.STANDBY.value])
        .values("recipient_id", "channel")
        .annotate(last=Max("leaves_at"))
    )
    return {(row["recipient_id"], row["channel"]): row["last"] for row in rows}

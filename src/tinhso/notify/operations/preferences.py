"""What people choose to be told, by which channel: given and withdrawn, each with its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify.choosing import OFF, ON, offered
from tinhso.notify.contracts import Following, Readers
from tinhso.notify.kinds import kinds_for
from tinhso.notify.models import Preference

CHOOSE = "notify.choose"


def choose(
    *, account: UUID, wanted: Mapping[tuple[str, str], bool], by: ActorRef, on: SubjectRef, at: datetime
) -> int:
    """Keep what a person wants, by (kind, channel); how many choices changed.

    `account` is whose messages these are: the person's own, or of an organisation they speak for. Raises
    Invalid for a kind or channel nobody offers, NotAllowed.
    """
    known = {(kind.name, channel.value) for kind in kinds_for(Readers.PERSONS) for channel in offered()}
    if not set(wanted) <= known:
        raise Invalid(_("Hãy chọn trong các cách nhận tin có trên trang."))
    words = {key: ON if value else OFF for key, value in wanted.items()}
    return _keep(account, words, by=by, on=on, at=at)


def follow(
    *, officer: UUID, wanted: Mapping[str, Following], by: ActorRef, on: SubjectRef, at: datetime
) -> int:
    """Keep which messages of each kind an officer wants; how many changed. Raises Invalid, NotAllowed."""
    if not set(wanted) <= {kind.name for kind in kinds_for(Readers.OFFICERS)}:
        raise Invalid(_("Hãy chọn trong các loại tin có trên trang."))
    words = {(kind, ""): level.value for kind, level in wanted.items()}
    return _keep(officer, words, by=by, on=on, at=at)


def _keep(
    account: UUID, words: Mapping[tuple[str, str], str], *, by: ActorRef, on: SubjectRef, at: datetime
) -> int:
    with transactions.act(CHOOSE, by=by, at=at, on=on) as work:
        held = {
            (row.kind, row.channel): row
            for row in Preference.objects.select_for_update().filter(account_id=account, until=None)
        }
        changed = {key: word for key, word in words.items() if key not in held or held[key].setting != word}
        ended = [held[key].id for key in changed if key in held]
        Preference.objects.filter(id__in=ended).update(until=at)
        Preference.objects.bulk_create(
            Preference(account_id=account, kind=kind, channel=channel, setting=word, since=at)
            for (kind, channel), word in changed.items()
        )
        work.record(changed={" ".join(key).strip(): word for key, word in sorted(changed.items())})
    return len(changed)

"""Finding messages of the log by any of their identifiers, newest first, page by page.

Each page begins where the one before ended (its last identifier), so deep pages cost what the first does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.exchange.keeping.records import Proof, least_id, month_of, proof
from tinhso.exchange.models import Message

PAGE = 50
STREAM = 500
SHOWN = (
    "id",
    "at",
    "side",
    "response",
    "message_id",
    "request_id",
    "client",
    "service",
    "user_id",
    "issue",
    "agreement_id",
    "agreement_revision",
    "mode",
    "status",
    "fault_code",
    "size",
    "truncated",
    "signature",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; everything given must hold. `since` and `until` (excluded) are times of logging.

    `owner` is a member or subsystem: the client of a message on the client side, the service's owner on the
    service side (§11.1).
    """

    message_id: str = ""
    request_id: str = ""
    client: str = ""
    service: str = ""
    user_id: str = ""
    issue: str = ""
    agreement_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    side: Literal["", "client", "service"] = ""
    response: bool | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A message as lists show it. `stamped_at` is the stamp's own time, None while it waits."""

    id: UUID
    at: datetime
    side: str
    response: bool
    message_id: str
    request_id: str
    client: str
    service: str
    user_id: str
    issue: str
    agreement_id: UUID | None
    agreement_revision: int | None
    mode: str
    status: int | None
    fault_code: str
    size: int
    proof: Proof
    signature: bytes | None
    stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first; `next` is given as `after` for the page that follows, None on the last."""

    rows: tuple[Found, ...]
    next: UUID | None


def page(wanted: Wanted, *, after: UUID | None = None, limit: int = PAGE) -> Page:
    """The newest messages, or those before `after`. Two queries."""
    rows = matching(wanted)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id").values(*SHOWN)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(_with_stamps(found), found[-1]["id"] if more else None)


def one(id: UUID) -> Found | None:
    """The message with this identifier."""
    found = _with_stamps(list(Message.objects.filter(id=id).values(*SHOWN)))
    return found[0] if found else None


def pair(found: Found) -> tuple[Found, ...]:
    """All messages of the same exchange, oldest first: they share the request id (§3.3)."""
    rows = Message.objects.filter(request_id=found.request_id).order_by("id").values(*SHOWN)
    return _with_stamps(list(rows[:PAGE]))


def identifiers(wanted: Wanted) -> Iterator[UUID]:
    """Identifiers of all matching messages, oldest first, a few hundred in memory at a time."""
    last: UUID | None = None
    while True:
        rows = matching(wanted)
        if last is not None:
            rows = rows.filter(id__gt=last)
        ids = list(rows.order_by("id").values_list("id", flat=True)[:STREAM])
        yield from ids
        if len(ids) < STREAM:
            return
        last = ids[-1]


def matching(wanted: Wanted) -> QuerySet[Message]:
    """The rows that are looked for, in no order."""
    rows = Message.objects.all()
    for name in ("message_id", "request_id", "client", "service", "side"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    for name in ("user_id", "issue"):
        if value := getattr(wanted, name):
            # Said again so that the partial index serves whatever plan is kept.
            rows = rows.filter(~Q(**{name: ""}), **{name: value})
    if wanted.agreement_id is not None:
        rows = rows.filter(agreement_id=wanted.agreement_id)
    if wanted.response is not None:
        rows = rows.filter(response=wanted.response)
    if wanted.since is not None:
        rows = rows.filter(id__gte=least_id(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(id__lt=least_id(wanted.until))
    if wanted.owner:
        rows = rows.filter(owned_by(wanted.owner))
    return rows


def owned_by(owner: str) -> Q:
    """Messages of a member or subsystem: as client on the client side, as owner on the service side."""
    below = f"{owner}/"
    beyond = f"{owner}0"
    """`0` follows `/`: a range of the "C" collation instead of a pattern whose `_` and `%` mean more."""
    mine = Q(client=owner) | Q(client__gte=below, client__lt=beyond)
    return (Q(side="client") & mine) | Q(side="service", service__gte=below, service__lt=beyond)


def stamp_times(keys: Iterable[tuple[date, bytes]]) -> dict[tuple[date, bytes], datetime]:
    """When the signatures with these months and digests were stamped, for those that are."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.month, d.digest, s.at FROM unnest(%s::date[], %s::bytea[]) AS w (month, digest)"
            " JOIN exchange_stamped d ON d.month = w.month AND d.digest = w.digest"
            " JOIN exchange_stamp s ON s.id = d.stamp_id",
            ([month for month, _digest in wanted], [digest for _month, digest in wanted]),
        )
        return {(month, bytes(digest)): at for month, digest, at in cursor.fetchall()}


def _with_stamps(rows: Sequence[dict[str, Any]]) -> tuple[Found, ...]:
    stamps = stamp_times((month_of(row["id"]), bytes(row["signature"])) for row in rows if row["signature"])
    return tuple([_found(row, stamps) for row in rows])


def _found(row: dict[str, Any], stamps: dict[tuple[date, bytes], datetime]) -> Found:
    facts = dict(row)
    signature = None if facts["signature"] is None else bytes(facts.pop("signature"))
    facts.pop("signature", None)
    truncated = facts.pop("truncated")
    return Found(
        **facts,
        signature=signature,
        proof=proof(mode=facts["mode"], signed=signature is not None, truncated=truncated),
        stamped_at=None if signature is None else stamps.get((month_of(facts["id"]), signature)),
    )

"""Nothing is done twice: a repeated business key gets the first answer.

    answer = idempotency.seen(scope="dossiers.rest", key=key, body=body)
    if answer is None:
        with transactions.act(...) as work:
            ...
            idempotency.keep(scope=..., key=key, body=body, answer=Answer(...), at=at, keep_for=...)

`keep` writes in the act's own transaction. Two at once with one key: the later one raises Repeated, its
act is undone, and `seen` then gives the first one's answer; `once` does all of that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid

LONGEST_KEY = 255
SEEN = (
    "SELECT fingerprint, status, response, subject_id FROM foundation_businesskey"
    " WHERE scope = %s AND key = %s"
)
KEEP = (
    "INSERT INTO foundation_businesskey (scope, key, fingerprint, status, response, subject_id, at,"
    " expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (scope, key) DO NOTHING"
)


class BusinessKey(models.Model):
    """The first answer to a key."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    status = models.IntegerField()
    response = models.BinaryField()
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "foundation"
        indexes = [models.Index(fields=["expires_at"], name="business_key_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("at")), name="business_key_lives"
            ),
            models.CheckConstraint(
                condition=models.Q(status__gte=100, status__lte=599), name="business_key_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency-key-reused"


class Repeated(Conflict):
    """The same request was answered by someone else meanwhile: undo, and give that answer."""

    code = "repeated"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status, the exact bytes, and what came of it."""

    status: int
    response: bytes
    subject_id: UUID | None = None


def fingerprint(body: bytes) -> bytes:
    """SHA-256 of the request's body, by which another request under the same key is noticed."""
    return hashlib.sha256(body).digest()


def checked(key: str) -> str:
    """The key. Raises Invalid when it is empty, too long or not printable."""
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(_("Khóa chống gửi trùng phải có từ 1 đến %(n)s ký tự in được.") % {"n": LONGEST_KEY})
    return key


def seen(*, scope: str, key: str, body: bytes) -> Answer | None:
    """The first answer to this request, None when it is new. Raises KeyReused, Invalid."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [scope, checked(key)])
        row = cursor.fetchone()
    if row is None:
        return None
    if bytes(row[0]) != fingerprint(body):
        raise KeyReused(_("Khóa này đã dùng cho một yêu cầu khác: gửi lại với khóa mới."), key=key)
    return Answer(status=int(row[1]), response=bytes(row[2]), subject_id=row[3])


def keep(*, scope: str, key: str, body: bytes, answer: Answer, at: datetime, keep_for: timedelta) -> None:
    """Keep the answer in the running transaction. Waits for another act of the same key, then raises
    Repeated when that one committed. Raises Invalid for a bad key."""
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            [
                scope,
                checked(key),
                fingerprint(body),
                answer.status,
                answer.response,
                answer.subject_id,
                at,
                at + keep_for,
            ],
        )
        if cursor.rowcount == 0:
            raise Repeated(_("Yêu cầu này vừa được xử lý."), key=key)


def once(*, scope: str, key: str, body: bytes, do: Callable[[], Answer]) -> tuple[Answer, bool]:
    """The answer, and whether it is a repeat. `do` runs its act, calls `keep` in it and returns the same.

    Raises KeyReused, and what `do` raises.
    """
    first = seen(scope=scope, key=key, body=body)
    if first is not None:
        return first, True
    try:
        return do(), False
    except Repeated:
        first = seen(scope=scope, key=key, body=body)
        if first is None:
            raise
        return first, True


def expire(*, at: datetime, limit: int = 10_000) -> int:
    """Forget up to `limit` keys whose time is over; the number forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM foundation_businesskey WHERE (scope, key) IN (SELECT scope, key"
            " FROM foundation_businesskey WHERE expires_at <= %s ORDER BY expires_at LIMIT %s)",
            [at, limit],
        )
        return int(cursor.rowcount)

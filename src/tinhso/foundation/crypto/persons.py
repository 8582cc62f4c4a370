"""Values sealed under one person's key.

Sealed bytes: one byte of version, 12 bytes of nonce, AES-256-GCM ciphertext with its tag. The person's id
is authenticated with it, so that a value moved to another person does not open: but for one into whom the
first was merged (`merge`), whose values both keys open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tinhso.foundation.crypto.models import PersonKey
from tinhso.foundation.crypto.ring import ring
from tinhso.foundation.errors import Unable
from tinhso.foundation.statements import Rows

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
OWN = Rows(PersonKey, "WHERE person_id = %s")
ALL = Rows(PersonKey, "WHERE person_id = ANY(%s) OR opens_for = ANY(%s)")
KEEP_KEY = "INSERT INTO foundation_personkey (person_id, wrapped, master) VALUES (%s, %s, %s)"


class Erased(Unable):
    """The person's key was destroyed: nothing can be read or sealed for them any more."""

    code = "erased"
    status = 410


class Unreadable(Unable):
    """The sealed value was changed, or belongs to another person."""

    code = "unreadable"
    status = 500


def _close(key: bytes, data: bytes, *, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, bound_to)


def _open(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise Unreadable(_("Dữ liệu mã hóa không đúng định dạng: báo quản trị hệ thống."))
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to)
    except (InvalidTag, ValueError):
        raise Unreadable(_("Dữ liệu mã hóa đã bị sửa đổi: báo quản trị hệ thống.")) from None


def _unwrap(row: PersonKey) -> bytes:
    if row.wrapped is None:
        raise Erased(_("Dữ liệu của người này đã được xóa."), person=str(row.person_id))
    master = ring().named(row.master).derived("wrap")
    return _open(master, bytes(row.wrapped), bound_to=row.person_id.bytes)


def _wrap(key: bytes, person_id: UUID) -> bytes:
    return _close(ring().current.derived("wrap"), key, bound_to=person_id.bytes)


def seal(person_id: UUID, data: bytes) -> bytes:
    """Seal bytes under the person's key, making the key when there is none. Raises Erased."""
    row = OWN.first(person_id)
    if row is None:
        _make(person_id)
        row = PersonKey.objects.get(person_id=person_id)
    return _close(_unwrap(row), data, bound_to=person_id.bytes)


def _make(person_id: UUID) -> None:
    """Make the person's key, unless there is one."""
    fresh = PersonKey(
        person_id=person_id, wrapped=_wrap(os.urandom(KEY_BYTES), person_id), master=ring().current.name
    )
    PersonKey.objects.bulk_create([fresh], ignore_conflicts=True)


def seal_first(person_id: UUID, data: bytes) -> tuple[bytes, tuple[UUID, bytes, str]]:
    """Seal bytes under a key made for one who has none, such as a row not yet written.

    The second part are the parameters of `KEEP_KEY`, to be run in the same transaction.
    """
    key = os.urandom(KEY_BYTES)
    sealed = _close(key, data, bound_to=person_id.bytes)
    return sealed, (person_id, _wrap(key, person_id), ring().current.name)


def unseal(person_id: UUID, sealed: bytes) -> bytes:
    """The bytes that were sealed. Raises Erased, or Unreadable when changed or of another person."""
    opened = unseal_many([(person_id, sealed)])[0]
    if opened is None:
        raise Erased(_("Dữ liệu của người này đã được xóa."), person=str(person_id))
    return opened


def unseal_many(items: Iterable[tuple[UUID, bytes]]) -> list[bytes | None]:
    """The bytes of many sealed values in one query, None for an erased person. Raises Unreadable."""
    pairs = list(items)
    ids = [person_id for person_id, _sealed in pairs]
    keys: dict[UUID, list[tuple[UUID, bytes | None]]] = {}
    for row in ALL(ids, ids):
        key = _unwrap(row) if row.wrapped is not None else None
        keys.setdefault(row.person_id, []).insert(0, (row.person_id, key))
        if row.opens_for is not None:
            keys.setdefault(row.opens_for, []).append((row.person_id, key))
    return [_open_by(keys.get(person_id, []), bytes(sealed)) for person_id, sealed in pairs]


def _open_by(keys: list[tuple[UUID, bytes | None]], sealed: bytes) -> bytes | None:
    """Opened by the person's own key, which comes first, else by one of those merged into them."""
    fault = Unreadable(_("Không có khóa của người này: báo quản trị hệ thống."))
    for person_id, key in keys:
        if key is None:
            return None
        try:
            return _open(key, sealed, bound_to=person_id.bytes)
        except Unreadable as unfit:
            fault = unfit
    raise fault


def merge(person_id: UUID, *, into: UUID) -> None:
    """What was sealed for one person opens for the other too, and is erased with them. Never taken back."""
    _make(person_id)
    PersonKey.objects.filter(Q(person_id=person_id) | Q(opens_for=person_id)).update(opens_for=into)


def erase(person_id: UUID, *, at: datetime) -> None:
    """Destroy the person's key for good, with those of persons merged into them. A person without a key is
    marked, so that none is made later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_personkey (person_id, wrapped, master, erased_at)"
            " SELECT %(person)s::uuid, NULL::bytea, '', %(at)s::timestamptz"
            " UNION SELECT person_id, NULL, '', %(at)s FROM foundation_personkey WHERE opens_for = %(person)s"
            " ON CONFLICT (person_id) DO UPDATE SET wrapped = NULL, master = '',"
            " erased_at = coalesce(foundation_personkey.erased_at, excluded.erased_at)",
            {"person": person_id, "at": at},
        )


def rewrap(*, limit: int = 1000) -> int:
    """Wrap up to `limit` keys again by the current master key; the number done. Sealed values stay.

    Keys that another transaction holds are left for the next call.
    """
    current = ring().current.name
    with transaction.atomic():
        rows = list(
            PersonKey.objects.select_for_update(skip_locked=True)
            .filter(wrapped__isnull=False)
            .exclude(master=current)[:limit]
        )
        for row in rows:
            row.wrapped = _wrap(_unwrap(row), row.person_id)
            row.master = current
        PersonKey.objects.bulk_update(rows, ["wrapped", "master"])
    return len(rows)


def rewrap_all() -> int:
    """Wrap every key again that the current master key does not wrap; the number done."""
    total = 0
    while done := rewrap():
        total += done
    return total


def left() -> dict[str, int]:
    """How many keys each master key wraps."""
    rows = PersonKey.objects.filter(wrapped__isnull=False).values_list("master").annotate(count=Count("*"))
    return dict(rows.order_by())

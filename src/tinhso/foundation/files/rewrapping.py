"""Stored objects under a newer master key: only the head is made anew, the bytes are copied as they are.

Which key wraps an object stands in its head; the row remembers that it was looked at, so that a run killed
anywhere goes on. The new object takes the old one's place at once, so readers meet the one or the other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import Count, Q

from tinhso.foundation.crypto import ring
from tinhso.foundation.files import keeping, sealing, uploads
from tinhso.foundation.files.contracts import Damaged
from tinhso.foundation.files.models import FileContent, UploadPart, UploadState
from tinhso.foundation.files.stores import Missing, store

logger = logging.getLogger(__name__)
BATCH = 500
PIECE_BYTES = 1024**2


def again() -> int:
    """Wrap the keys of all kept contents by the current master key; how many objects were.

    An object that is missing or damaged is logged and left as it is.
    """
    return sum(_content(sha256) for sha256 in _old())


def parts_again() -> int:
    """The same for pieces of uploads under way."""
    return sum(
        _object(part.stored_as, uploads.label_of(part.upload_id, part.starts), part.size) or 0
        for part in UploadPart.objects.order_by("id").iterator(chunk_size=BATCH)
    )


def left() -> Counter[str]:
    """How many contents each master key wraps; under no name those that could not be read, or not yet."""
    rows = FileContent.objects.values_list("wrapped_by").annotate(count=Count("*"))
    return Counter(dict(rows.order_by()))


def parts_left() -> Counter[str]:
    """The same for pieces of uploads under way, by their heads: a server not yet restarted after the key
    was added seals new ones by the old key behind a rotation's back."""
    parts = UploadPart.objects.filter(upload__state=UploadState.RECEIVING).order_by("id")
    return Counter(name for part in parts.iterator(chunk_size=BATCH) for name in _wrapping(part))


def _wrapping(part: UploadPart) -> tuple[str, ...]:
    """The name of the key that wraps a piece, empty when it cannot be read; none for one that is gone."""
    label = uploads.label_of(part.upload_id, part.starts)
    try:
        return (sealing.header(store().get(part.stored_as, 0, sealing.LONGEST_HEADER), label).master,)
    except (Damaged, Missing):
        return ("",) if UploadPart.objects.filter(id=part.id).exists() else ()


def _old() -> Iterator[str]:
    last = ""
    waiting = FileContent.objects.filter(~Q(wrapped_by=ring().current.name)).order_by("sha256")
    while names := list(waiting.filter(sha256__gt=last).values_list("sha256", flat=True)[:BATCH]):
        yield from names
        last = names[-1]


def _content(sha256: str) -> int:
    """Under the row's lock, so that nobody clears the bytes away meanwhile."""
    with transaction.atomic():
        row = FileContent.objects.select_for_update().filter(sha256=sha256).first()
        if row is None:
            return 0
        done = [_object(keeping.place(sha256), sha256.encode(), row.size)]
        if row.picture_size:
            place, label = keeping.picture_place(sha256), keeping.picture_label(sha256)
            done.append(_object(place, label, row.picture_size))
        if None not in done:
            FileContent.objects.filter(sha256=sha256).update(wrapped_by=ring().current.name)
        return sum(bool(each) for each in done)


def _object(name: str, label: bytes, length: int) -> bool | None:
    """Whether its head had to be made anew; None when it cannot be read."""
    try:
        head = sealing.header(store().get(name, 0, sealing.LONGEST_HEADER), label)
        if head.master == ring().current.name:
            return False
        end = len(head.raw) + sealing.sealed_length(length)
        store().put(name, _moved(head, label, lambda start, stop: store().get(name, start, stop), end))
    except (Damaged, Missing):
        logger.exception("cannot wrap the key of %s again", name)
        return None
    return True


def _moved(
    head: sealing.Header, label: bytes, read: Callable[[int, int], bytes], end: int
) -> Iterator[bytes]:
    yield sealing.wrapped(head.key, label)
    for start in range(len(head.raw), end, PIECE_BYTES):
        yield read(start, min(start + PIECE_BYTES, end))

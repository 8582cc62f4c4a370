"""Looking a dossier up without signing in: its code and a second thing only its people know.

A wrong code and a wrong second thing are told apart by nobody: same answer, same work.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.dossiers import contact
from tinhso.dossiers.contracts import DossierRow
from tinhso.dossiers.faults import NotTheirs, TooManyLookups
from tinhso.dossiers.models import Dossier, LookupAttempt
from tinhso.dossiers.queries.lists import COLUMNS, named
from tinhso.foundation import crypto, legal
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.text import masked_name

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What may be shown: where the dossier stands, and whose it is only masked."""

    row: DossierRow
    applicant: str


def glimpse(*, code: str, digits: str, address: str, at: datetime) -> Glimpse:
    """A dossier by its code and the last four digits of a phone or identifier given in it.

    Raises NotTheirs, TooManyLookups (legal values `lookup_attempts_…`).
    """
    plain = "".join(code.split()).upper()
    hashed = crypto.keyed_hash("dossiers.lookup", plain)
    _slow_down(hashed, address, at=at)
    dossier = Dossier.objects.filter(code=plain).first() if plain.isprintable() else None
    if dossier is None or not _knows(dossier, "".join(digits.split())):
        LookupAttempt.objects.create(code_hash=hashed, address=address, at=at)
        raise NotTheirs(
            _("Mã hồ sơ và 4 số cuối không khớp nhau. Hãy xem lại mã trên giấy hẹn hoặc tin nhắn.")
        )
    columns = {column: getattr(dossier, column) for column in COLUMNS}
    return Glimpse(row=named([columns])[0], applicant=masked_name(dossier.applicant_name))


@contextmanager
def guarded(code: str, *, address: str, at: datetime) -> Iterator[None]:
    """Count a code that leads nowhere, a NotFound inside, as a wrong look-up from this address.

    Raises TooManyLookups before anything is looked for.
    """
    hashed = crypto.keyed_hash("dossiers.lookup", "".join(code.split()).upper())
    _slow_down(hashed, address, at=at)
    try:
        yield
    except NotFound:
        LookupAttempt.objects.create(code_hash=hashed, address=address, at=at)
        raise


def _knows(dossier: Dossier, digits: str) -> bool:
    applicant = contact.opened(dossier)
    ends = [value[-DIGITS:] for value in (applicant.phone, applicant.personal_id) if len(value) >= DIGITS]
    matches = [hmac.compare_digest(end.encode(), digits.encode()) for end in ends]
    return any(matches)


def _slow_down(hashed: bytes, address: str, *, at: datetime) -> None:
    day = today(at)
    window = timedelta(minutes=legal.integer("lookup_attempts_window", on=day))
    LookupAttempt.objects.filter(at__lte=at - window).delete()
    of_code = LookupAttempt.objects.filter(code_hash=hashed).count()
    of_address = LookupAttempt.objects.filter(address=address).count()
    if of_code >= legal.integer("lookup_attempts_code", on=day) or of_address >= legal.integer(
        "lookup_attempts_address", on=day
    ):
        raise TooManyLookups(
            _("Đã tra sai nhiều lần. Hãy thử lại sau %(minutes)d phút, hoặc đăng nhập để xem hồ sơ của mình.")
            % {"minutes": int(window.total_seconds() // 60)}
        )

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
from tinhso.dossiers.queries.owing import owed
from tinhso.foundation import crypto, legal
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.text import masked_name
from tinhso.payments import api as payments

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What may be shown: where the dossier stands, whose it is only masked, and what is to be paid: the page
    of a bill names nobody."""

    row: DossierRow
    applicant: str
    owed: payments.Owed | None


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
    (row,) = named([columns])
    due = owed([row.id], at=at).get(row.id)
    return Glimpse(row=row, applicant=masked_name(dossier.applicant_name), owed=due)


def of_number(*, code: str, personal_id: str) -> DossierRow:
    """A dossier by its code and the applicant's whole identifier, for a system that asks for that person.

    Raises NotTheirs; whoever asks is held back by the quota of its agreement.
    """
    plain, number = "".join(code.split()).upper(), "".join(personal_id.split())
    dossier = Dossier.objects.filter(code=plain).first() if plain.isprintable() else None
    held = contact.opened(dossier).personal_id if dossier else ""
    if dossier is None or not held or not hmac.compare_digest(held.encode(), number.encode()):
        raise NotTheirs(_("Mã hồ sơ và số định danh của chủ hồ sơ không khớp nhau."))
    (row,) = named([{column: getattr(dossier, column) for column in COLUMNS}])
    return row


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

"""Changing the law: a new value ends the old one; nothing that was in force is rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.foundation import acts, transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.legal.declarations import Confidence, Declaration, Shipped, declarations, declared
from tinhso.foundation.legal.models import LegalValue
from tinhso.foundation.legal.reading import LAW
from tinhso.foundation.refs import SYSTEM, ActorRef

CHANGE = acts.declare("foundation.change_legal_value", "Sửa giá trị pháp lý", subject="legal_value")
CORRECT = acts.declare("foundation.correct_legal_value", "Đính chính giá trị pháp lý", subject="legal_value")
LOAD = acts.declare("foundation.load_legal_values", "Nạp giá trị pháp lý của bản phát hành")

# Serialises writers of the law, so that two of them never end the same value.
LOCK = 0x7A_1E6A1


class NotALegalValue(Invalid):
    """The value is not of the kind its key is declared with, or has no basis."""

    code = "not-a-legal-value"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did: values added, values corrected by a newer release, values a person had overruled."""

    added: int
    corrected: int
    overruled: int


def change(
    *,
    key: str,
    value: Any,
    effective_from: date,
    legal_basis: str,
    by: ActorRef,
    at: datetime,
    note: str = "",
) -> None:
    """Let a new value (JSON) hold from a day on, until the next value already known.

    Raises LookupError for an undeclared key, NotALegalValue, and Invalid when a value already begins
    on that very day (that one is wrong: `correct` it).
    """
    declaration = declared(key)
    new = Shipped(value, effective_from, None, legal_basis.strip(), Confidence.ENTERED, note)
    _check(declaration, new)
    with transactions.act(CHANGE, by=by, at=at) as work:
        _lock()
        if _standing(key).filter(effective_from=effective_from).exists():
            raise Invalid(
                _("Đã có giá trị bắt đầu đúng ngày này. Nếu giá trị đó sai, hãy đính chính."), key=key
            )
        _place(declaration, new, origin="", at=at)
        work.record(key=key, value=value, effective_from=effective_from.isoformat(), basis=legal_basis)


def correct(
    *,
    key: str,
    effective_from: date,
    value: Any,
    legal_basis: str,
    reason: str,
    by: ActorRef,
    at: datetime,
    note: str = "",
) -> None:
    """Replace a value that was entered wrongly; the wrong row stays, withdrawn, with the reason.

    Raises LookupError for an undeclared key, NotALegalValue, NotFound when none begins on that day.
    """
    declaration = declared(key)
    if not reason.strip():
        raise NotALegalValue(
            _("Hãy ghi lý do đính chính."), faults={"reason": _("Hãy ghi lý do đính chính.")}
        )
    with transactions.act(CORRECT, by=by, at=at) as work:
        _lock()
        wrong = _standing(key).filter(effective_from=effective_from).first()
        if wrong is None:
            raise NotFound(_("Không có giá trị nào bắt đầu ngày này."), key=key)
        new = Shipped(
            value, effective_from, wrong.effective_to, legal_basis.strip(), Confidence.ENTERED, note
        )
        _check(declaration, new)
        _withdraw(wrong, reason=reason, at=at)
        _insert(key, new, origin="", at=at)
        work.record(key=key, value=value, effective_from=effective_from.isoformat(), reason=reason)


def load(*, at: datetime) -> Loaded:
    """Lay the values of the installed rooms' `legal/*.json` into the table; safe to run again.

    A person's entry is never overruled by a release; a release's own value that a newer release writes
    differently is withdrawn and replaced.
    """
    with transactions.act(LOAD, by=SYSTEM, at=at) as work:
        _lock()
        every = list(LegalValue.objects.order_by("id"))
        rows = {(row.key, row.effective_from): row for row in every if row.withdrawn_at is None}
        shipped_before = {(row.key, row.effective_from): row for row in every if row.origin}
        added = corrected = overruled = 0
        for declaration in declarations().values():
            for new in declaration.values:
                place = (declaration.key, new.effective_from)
                before, stands = shipped_before.get(place), rows.get(place)
                if before is not None and _same(before, new):
                    continue
                if stands is None and before is None:
                    _place(declaration, new, origin=declaration.origin, at=at)
                    added += 1
                elif stands is not None and stands.origin:
                    _withdraw(stands, reason=_("Bản phát hành mới ghi khác."), at=at)
                    _insert(
                        declaration.key,
                        replace(new, effective_to=stands.effective_to),
                        origin=declaration.origin,
                        at=at,
                    )
                    corrected += 1
                else:
                    overruled += 1
        work.record(added=added, corrected=corrected, overruled=overruled)
        return Loaded(added=added, corrected=corrected, overruled=overruled)


def _check(declaration: Declaration, new: Shipped) -> None:
    try:
        declaration.decode(new.value)
    except ValueError:
        sentence = _("Giá trị của “%(label)s” chưa đúng kiểu.") % {"label": declaration.label}
        raise NotALegalValue(sentence, faults={"value": sentence}) from None
    if not new.legal_basis:
        sentence = _("Hãy ghi căn cứ pháp lý (số, ký hiệu văn bản).")
        raise NotALegalValue(sentence, faults={"legal_basis": sentence})


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    LAW.changed()


def _standing(key: str) -> Any:
    return LegalValue.objects.filter(key=key, withdrawn_at__isnull=True)


def _place(declaration: Declaration, new: Shipped, *, origin: str, at: datetime) -> None:
    """Insert, ending the value in force and stopping before the next one known."""
    key = declaration.key
    ends = new.effective_to
    for row in _standing(key).order_by("effective_from"):
        if row.effective_from > new.effective_from:
            ends = min(ends or row.effective_from, row.effective_from)
            break
        if row.effective_to is None or row.effective_to > new.effective_from:
            if row.effective_to is not None:
                ends = min(ends or row.effective_to, row.effective_to)
            row.effective_to = new.effective_from
            row.save(update_fields=["effective_to"])
    _insert(key, replace(new, effective_to=ends), origin=origin, at=at)


def _insert(key: str, new: Shipped, *, origin: str, at: datetime) -> None:
    LegalValue.objects.create(
        key=key,
        value=new.value,
        effective_from=new.effective_from,
        effective_to=new.effective_to,
        legal_basis=new.legal_basis,
        note=new.note,
        confidence=new.confidence,
        origin=origin,
        entered_at=at,
    )
    LAW.changed()


def _withdraw(row: LegalValue, *, reason: str, at: datetime) -> None:
    row.withdrawn_at = at
    row.withdrawn_reason = reason
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])


def _same(row: LegalValue, new: Shipped) -> bool:
    return (row.value, row.legal_basis, row.note, row.confidence) == (
        new.value,
        new.legal_basis,
        new.note,
        new.confidence,
    )

"""Certificates that end soon: told 60, 30, 14, 7 and 1 days before, each once, to who runs the exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.db import transaction

from tinhso.exchange import configuration
from tinhso.exchange.configuration import Held
from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.diagnosing.own_keys import FOR
from tinhso.exchange.diagnosing.probes import subject_of
from tinhso.exchange.models import ClientCertificate, ExpiryNotice, ServerKey
from tinhso.exchange.operations.certificates import decoded, fingerprint
from tinhso.foundation import legal
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

TEMPLATE = "exchange.certificate_ends"
BEFORE = "exchange_expiry_days"


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate with its last moment (UTC); `what` says where it serves, for people."""

    what: str
    subject: str
    serial: str
    fingerprint: str
    not_after: datetime

    def days(self, *, at: datetime) -> int:
        """Whole days left; below zero when it is over."""
        return (self.not_after - at).days


def endings(held: Held) -> list[Ending]:
    """Every certificate of ours, of our clients and of those we rely on, soonest end first."""
    return sorted(_all(held), key=lambda one: one.not_after)


def _all(held: Held) -> Iterator[Ending]:
    for key in ServerKey.objects.filter(active=True):
        yield _ending(f"{FOR[KeyUse(key.use)]}: {key.member}", decoded(key.certificates)[0])
    for each in ClientCertificate.objects.filter(removed_at=None, subsystem__ended_at=None).select_related(
        "subsystem"
    ):
        yield _ending(each.subsystem.identifier, bytes(each.certificate))
    if held.anchor is not None:
        yield _ending(held.anchor.instance, held.anchor.certificate)
    if held.document is not None:
        yield from (_ending(one.name, one.certificate) for one in held.document.authorities)
        yield from (_ending(one.name, one.certificate) for one in held.document.stamping)


def _ending(what: str, der: bytes) -> Ending:
    found = x509.load_der_x509_certificate(der)
    return Ending(
        what=what,
        subject=subject_of(found),
        serial=f"{found.serial_number:x}",
        fingerprint=fingerprint(der),
        not_after=found.not_valid_after_utc,
    )


def warn(*, at: datetime) -> int:
    """Tell of each certificate whose next mark has come; how many were told of. Safe to run again."""
    marks: list[int] = sorted(legal.value(BEFORE, on=today(at)))
    return sum(_warned(one, marks, at=at) for one in endings(configuration.held()))


def _warned(one: Ending, marks: list[int], *, at: datetime) -> bool:
    left = one.days(at=at)
    mark = next((days for days in marks if left < days), None)
    if mark is None:
        return False
    with transaction.atomic():
        _row, fresh = ExpiryNotice.objects.get_or_create(
            fingerprint=one.fingerprint, days=mark, defaults={"told_at": at}
        )
        if fresh:
            facts = {
                "what": one.what,
                "subject": one.subject,
                "serial": one.serial,
                "end": local(one.not_after).strftime("%d/%m/%Y"),
                "days": str(max(left, 0)),
            }
            for officer in identity.holders_anywhere(role=identity.Role.ADMINISTRATOR, at=at):
                identity.tell(to=officer, template=TEMPLATE, facts=facts, by=SYSTEM, at=at)
    return fresh

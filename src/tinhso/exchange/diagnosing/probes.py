"""One try of each kind of dependency, over the real way: asked as the gateway asks.

A try never raises for what the other side does; it gives a `Tried`. Asked with no transaction open.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from tinhso.exchange.contracts import Cause, DependencyKind
from tinhso.exchange.evidence.trust import OCSP_SERVES
from tinhso.exchange.message_contracts import Outcome
from tinhso.exchange.messages import transport
from tinhso.exchange.protocol import globalconf
from tinhso.exchange.protocol.globalconf import Anchor, Server
from tinhso.foundation import http
from tinhso.foundation.ids import new_id
from tinhso.foundation.ocsp import CONTENT_TYPE, question
from tinhso.foundation.signing import cms
from tinhso.foundation.signing.errors import SigningError
from tinhso.foundation.signing.stamps import HttpStamps

SERVICE = "exchange"
TIMEOUTS = http.Timeouts(connect=5, read=10, total=15)
ONCE = http.Tries(count=1)
MOST_OFFSET = timedelta(seconds=30)
"""Beyond it, stamps and OCSP answers of one side look too old or too new to the other."""
WHOLE_SECONDS = timedelta(seconds=2)
UNTRUSTED = frozenset(
    (
        "sslauthenticationfailed",
        "certvalidation",
        "signatureverification",
        "invalidcertpath",
        "incorrectvalidationinfo",
    )
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try found. `cause` None is a success; `said` is the other side's or the machine's words."""

    cause: Cause | None = None
    said: str = ""
    certificate: Mapping[str, str] = field(default_factory=dict)
    offset: timedelta | None = None
    took: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Target:
    """Something to try, by kind, name and address."""

    kind: DependencyKind
    name: str
    address: str
    attempt: Callable[[], Tried]


class Failed(Exception):
    """A try that did not succeed."""

    def __init__(self, cause: Cause, said: str) -> None:
        super().__init__(said)
        self.cause, self.said = cause, said


def attempt(target: Target) -> Tried:
    """Try once; how long it took is counted here."""
    begun = time.monotonic()
    try:
        found = target.attempt()
    except Failed as failed:
        found = Tried(failed.cause, failed.said)
    took = timedelta(seconds=time.monotonic() - begun)
    if found.cause is None and found.offset is not None and abs(found.offset) > MOST_OFFSET:
        seconds = found.offset.total_seconds()
        found = Tried(Cause.CLOCK, f"clock differs by {seconds:+.0f} s", found.certificate, found.offset)
    return Tried(found.cause, found.said, found.certificate, found.offset, took)


def directory(anchor: Anchor, *, at: datetime) -> Tried:
    """The global configuration: reached, signed by the anchor, in force."""
    answer = _asked("GET", anchor.url)
    try:
        read = globalconf.read(answer.body.decode("ascii"), by=anchor)
    except (globalconf.Refused, UnicodeDecodeError) as refused:
        raise Failed(Cause.UNTRUSTED, str(refused)) from refused
    if not read.valid(at):
        raise Failed(Cause.EXPIRED, f"expired at {read.document.expires.isoformat()}")
    said = f"serial {read.document.serial}, in force until {read.document.expires.isoformat()}"
    return Tried(said=said, certificate=named(anchor.certificate), offset=_offset(answer))


def responder(url: str, *, certificate: bytes, issuer: bytes, at: datetime) -> Tried:
    """An OCSP responder, asked about a certificate (DER) that it must know (RFC 6960)."""
    answer = _asked(
        "POST", url, content=question(certificate, issuer), headers={"content-type": CONTENT_TYPE}
    )
    try:
        read = ocsp.load_der_ocsp_response(answer.body)
        if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Failed(Cause.ANSWERED_WRONG, f"OCSP status {read.response_status.name}")
        status, updated, following = read.certificate_status, read.this_update_utc, read.next_update_utc
    except ValueError as fault:
        raise Failed(Cause.ANSWERED_WRONG, str(fault)) from fault
    about = named(certificate)
    if status is ocsp.OCSPCertStatus.REVOKED:
        return Tried(Cause.REVOKED, f"revoked at {read.revocation_time_utc}", about, _offset(answer))
    if status is ocsp.OCSPCertStatus.UNKNOWN:
        return Tried(Cause.ANSWERED_WRONG, "the responder does not know the certificate", about)
    if at - updated > OCSP_SERVES or (following is not None and following < at):
        said = f"answer of {updated.isoformat()}, next {following.isoformat() if following else '-'}"
        return Tried(Cause.STALE, said, about, _offset(answer))
    return Tried(said=f"good, as of {updated.isoformat()}", certificate=about, offset=_offset(answer))


def stamping(url: str, *, certificate: bytes) -> Tried:
    """A time-stamping authority: a stamp over a random digest, by the approved certificate (RFC 3161)."""
    digest = secrets.token_bytes(32)
    asked = datetime.now(UTC)
    try:
        moment, chain = cms.read_stamp(HttpStamps(url).stamp(digest), digest=digest)
    except SigningError as error:
        cause, said = _stamp_fault(error)
        raise Failed(cause, said) from error
    signer = chain.der[0]
    if signer != certificate:
        return Tried(Cause.UNTRUSTED, "stamped by another certificate", named(signer))
    return Tried(
        said=f"stamped {moment.isoformat()}", certificate=named(signer), offset=_told(moment - asked)
    )


def _stamp_fault(error: SigningError) -> tuple[Cause, str]:
    why = error.__cause__
    cause = _cause(why) if isinstance(why, http.Unanswered) else Cause.ANSWERED_WRONG
    return cause, str(error.facts.get("reason", error))


def peer(server: Server, *, through: str, client: str) -> Tried:
    """Another security server, by the real way: our gateway asks one of its clients for `listMethods`.

    `through` is our gateway's address, `client` the subsystem of ours that asks (§6.2).
    """
    theirs = min(server.clients)
    headers = {"x-road-client": client, "x-road-security-server": server.id, "accept": "application/json"}
    answer = _asked("GET", f"{through}/r1/{theirs}/listMethods", headers=headers, whatever=True)
    code = answer.headers.get("x-road-error", "")
    if code or not answer.ok:
        said = answer.body[:500].decode("utf-8", "replace")
        raise Failed(_cause_of(code), f"{code or answer.status}: {said}")
    return Tried(said=server.maintenance)


def register(service: str) -> Tried:
    """A register of looks, by the way a person's page asks it: `heartbeat` of the tracker interface."""
    message = transport.Outward(
        id=new_id(), service=service, verb="GET", target="/v2/heartbeat", body=b"", headers={}
    )
    tried = transport.carry(message, also=frozenset(), timeouts=TIMEOUTS)
    if tried.outcome is Outcome.ANSWERED:
        return Tried(said=tried.body[:200].decode("utf-8", "replace"))
    if tried.fault_code == transport.NOT_CONNECTED:
        raise Failed(Cause.UNCONFIGURED, tried.detail)
    cause = _OUTCOMES.get(tried.outcome) or _cause_of(tried.fault_code)
    raise Failed(cause, ": ".join(part for part in (tried.fault_code, tried.detail) if part))


_OUTCOMES = {
    Outcome.UNREACHED: Cause.UNREACHABLE,
    Outcome.LOST: Cause.UNREACHABLE,
    Outcome.TIMED_OUT: Cause.SLOW,
    Outcome.DECLINED: Cause.ANSWERED_WRONG,
}


def _cause_of(code: str) -> Cause:
    """Of an error code of the protocol (§5.5)."""
    last = code.lower().replace("_", "").rsplit(".", 1)[-1]
    if last in ("networkerror", "unknownhost", "ioerror", "maintenancemode"):
        return Cause.UNREACHABLE
    return Cause.UNTRUSTED if last in UNTRUSTED else Cause.ANSWERED_WRONG


class _Word(msgspec.Struct, frozen=True):
    troubles: tuple[str, ...] = ()


def gateway(url: str, headers: Mapping[str, str]) -> Tried:
    """Our own gateway's health at the operators' port; what it lacks is told in its own words."""
    answer = _asked("GET", url, headers=headers, whatever=True)
    if answer.ok:
        return Tried()
    try:
        troubles = msgspec.json.decode(answer.body, type=_Word).troubles
    except msgspec.DecodeError:
        troubles = ()
    raise Failed(Cause.ANSWERED_WRONG, "; ".join(troubles) or f"status {answer.status}")


def named(der: bytes) -> dict[str, str]:
    """What people need to know a certificate by: subject, serial, end (UTC)."""
    certificate = x509.load_der_x509_certificate(der)
    return {
        "subject": subject_of(certificate),
        "serial": f"{certificate.serial_number:x}",
        "not_after": certificate.not_valid_after_utc.isoformat(),
    }


def subject_of(certificate: x509.Certificate) -> str:
    """The subject as people know it (RFC 4514), the serial number attribute by its name."""
    return certificate.subject.rfc4514_string({NameOID.SERIAL_NUMBER: "serialNumber"})


def _asked(
    method: str,
    url: str,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    whatever: bool = False,
) -> http.Answer:
    """The answer; one that says no is a failure unless `whatever`. Raises Failed."""
    try:
        answer = http.call(
            method,
            url,
            service=SERVICE,
            headers=headers,
            content=content,
            timeouts=TIMEOUTS,
            tries=ONCE,
        )
    except http.Unanswered as fault:
        raise Failed(_cause(fault), str(fault.facts.get("why") or fault.code)) from fault
    if not answer.ok and not whatever:
        raise Failed(Cause.ANSWERED_WRONG, f"{urlsplit(url).hostname}: status {answer.status}")
    return answer


def _cause(fault: http.Unanswered) -> Cause:
    if isinstance(fault, http.TimedOut):
        return Cause.SLOW
    return Cause.UNREACHABLE if isinstance(fault, http.Refused) else Cause.ANSWERED_WRONG


def _offset(answer: http.Answer) -> timedelta | None:
    """The other side's clock less ours, as far as its `Date` header tells (whole seconds)."""
    try:
        said = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return _told(said - datetime.now(UTC)) if said.tzinfo else None


def _told(offset: timedelta) -> timedelta:
    """Below two seconds a difference is rounding: clocks are told in whole seconds."""
    return offset if abs(offset) >= WHOLE_SECONDS else timedelta()

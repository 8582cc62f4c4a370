"""Tries everything that exchange stands on and keeps what was found: every few minutes, or on a press."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.exchange import configuration
from tinhso.exchange.contracts import Authentication, DependencyKind
from tinhso.exchange.diagnosing import own_keys, probes
from tinhso.exchange.diagnosing.probes import Target, Tried
from tinhso.exchange.models import Dependency, ServerKey, Subsystem
from tinhso.exchange.open_work import open_work
from tinhso.exchange.operations.certificates import decoded
from tinhso.exchange.protocol.globalconf import Document
from tinhso.exchange.usage import asking
from tinhso.foundation import transactions
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorRef, SubjectRef

AT_ONCE = 8


def targets(*, at: datetime) -> list[Target]:
    """What is stood on now, as the configuration in force names it."""
    health, shown = own_keys.operators()
    made = [
        Target(
            DependencyKind.GATEWAY,
            "tinhso gateway",
            health,
            partial(probes.gateway, health, shown),
        )
    ]
    held = configuration.held()
    if held.anchor is not None:
        anchor = held.anchor
        made.append(
            Target(
                DependencyKind.DIRECTORY,
                anchor.instance,
                anchor.url,
                partial(probes.directory, anchor, at=at),
            )
        )
    if held.document is not None:
        made += _named_in(held.document, own=held.server, at=at)
    made += [
        Target(DependencyKind.REGISTER, one.name, one.service, partial(probes.register, one.service))
        for one in asking.registers()
    ]
    return made


def _named_in(document: Document, *, own: str, at: datetime) -> Iterator[Target]:
    asker = (
        Subsystem.objects.filter(ended_at=None, authentication=Authentication.HTTP)
        .order_by("registered_at")
        .first()
    )
    known = [
        chain for key in ServerKey.objects.filter(active=True) if len(chain := decoded(key.certificates)) > 0
    ]
    for authority in document.authorities:
        certificate = next((chain[0] for chain in known if _issued(chain[0], authority.certificate)), None)
        if authority.ocsp and certificate is not None:
            yield Target(
                DependencyKind.OCSP,
                authority.name,
                authority.ocsp,
                partial(
                    probes.responder,
                    authority.ocsp,
                    certificate=certificate,
                    issuer=authority.certificate,
                    at=at,
                ),
            )
    for each in document.stamping:
        yield Target(
            DependencyKind.STAMPING,
            each.name,
            each.url,
            partial(probes.stamping, each.url, certificate=each.certificate),
        )
    for server in document.servers:
        if server.id != own and server.clients and asker is not None:
            yield Target(
                DependencyKind.PEER,
                server.id,
                server.address,
                partial(probes.peer, server, through=_own_gateway(), client=asker.identifier),
            )


def _own_gateway() -> str:
    return f"http://{settings.EXCHANGE.host}:{settings.EXCHANGE.port}"


def try_all(*, at: datetime) -> None:
    """Try everything, several at once, and keep what was found; what is no longer named is put aside."""
    found = targets(at=at)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tried = list(pool.map(probes.attempt, found))
    for target, one in zip(found, tried, strict=True):
        _keep(target, one, at=at)
    named = {(target.kind.value, target.address) for target in found}
    for row in Dependency.objects.filter(gone_at=None):
        if (row.kind, row.address) not in named:
            Dependency.objects.filter(id=row.id).update(gone_at=at)
    open_work.changed()


def try_one(dependency_id: UUID, *, by: ActorRef, at: datetime) -> Dependency:
    """Try one now, because somebody asks. Raises NotFound when nothing of that kind is stood on any more."""
    row = Dependency.objects.filter(id=dependency_id, gone_at=None).first()
    named = {(each.kind.value, each.address): each for each in targets(at=at)} if row else {}
    if row is None or (row.kind, row.address) not in named:
        raise NotFound(_("Cấu hình không còn nhắc đến nơi này. Hãy mở lại trang Chẩn đoán."))
    target = named[row.kind, row.address]
    tried = probes.attempt(target)
    with transactions.act(
        "exchange.try_dependency", by=by, at=at, on=SubjectRef("exchange_dependency", row.id)
    ) as work:
        kept = _keep(target, tried, at=at)
        open_work.changed()
        work.record(kind=row.kind, address=row.address, cause=kept.cause)
    return kept


def try_register(tracker_id: UUID, *, by: ActorRef, at: datetime) -> Dependency:
    """Try a register of looks now, because somebody asks. Raises NotFound when it is not asked any more."""
    one = next((one for one in asking.registers() if one.id == tracker_id), None)
    if one is None:
        raise NotFound(_("Nơi này không còn được hỏi."))
    row, _made = Dependency.objects.update_or_create(
        kind=DependencyKind.REGISTER.value,
        address=one.service,
        defaults={"name": one.name, "gone_at": None},
    )
    return try_one(row.id, by=by, at=at)


def registers(services: Collection[str]) -> dict[str, Dependency]:
    """How registers of looks stood when they were last tried, by service. One query."""
    rows = Dependency.objects.filter(kind=DependencyKind.REGISTER.value, address__in=services, gone_at=None)
    return {row.address: row for row in rows}


def _keep(target: Target, tried: Tried, *, at: datetime) -> Dependency:
    facts = {
        "name": target.name,
        "tried_at": at,
        "cause": tried.cause or "",
        "said": tried.said[:1000],
        "certificate": dict(tried.certificate),
        "offset_ms": round(tried.offset.total_seconds() * 1000) if tried.offset is not None else None,
        "took_ms": round(tried.took.total_seconds() * 1000),
        "gone_at": None,
    }
    if tried.cause is None:
        facts["succeeded_at"] = at
    kept, _made = Dependency.objects.update_or_create(
        kind=target.kind.value, address=target.address, defaults=facts
    )
    return kept


def _issued(certificate: bytes, authority: bytes) -> bool:
    below, above = (x509.load_der_x509_certificate(one) for one in (certificate, authority))
    return below.issuer == above.subject

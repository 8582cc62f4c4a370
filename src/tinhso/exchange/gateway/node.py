"""What every message needs of the gateway it goes through, in one hand."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import Signed, Signer, named
from tinhso.exchange.gateway.client import Client
from tinhso.exchange.gateway.following import Follower
from tinhso.exchange.gateway.guarding import Guards
from tinhso.exchange.gateway.ocsp import Doubtful
from tinhso.exchange.gateway.peers import Peers
from tinhso.exchange.gateway.replays import SIGNED_WITHIN, Replays
from tinhso.exchange.gateway.reporting import Reporting
from tinhso.exchange.gateway.routing import Routes
from tinhso.exchange.gateway.service_calls import Callers
from tinhso.exchange.gateway.signing import Leaf, Signers
from tinhso.exchange.gateway.snapshot import Snapshot
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.keeping.monitor import Monitor
from tinhso.exchange.keeping.spool import Spool
from tinhso.exchange.keeping.writer import Keeper
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId, oddities

logger = logging.getLogger(__name__)
VERSION = "7.8.0"
"""The protocol's release that we speak, as peers read it in `x-proxy-version`."""


def now() -> datetime:
    """The moment at which a message is judged."""
    return datetime.now(UTC)


def new_uuid() -> str:
    """An id for a request, never guessed."""
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Sizes:
    """What bodies may take, in bytes, and where the longer ones lie."""

    folder: Path
    in_memory: int = 256 * 1024
    most: int = 1024 * 1024 * 1024

    def spool(self, most: int | None = None) -> Spool:
        """A place for one body."""
        return Spool(
            self.folder,
            most_bytes=self.most if most is None else min(most, self.most),
            in_memory=self.in_memory,
        )


@dataclass(slots=True)
class Node:
    """One gateway at work."""

    follower: Follower
    peers: Peers
    signers: Signers
    keeper: Keeper
    to_peers: Client
    to_services: Callers
    sizes: Sizes
    guards: Guards
    monitor: Monitor
    reporting: Reporting
    own_address: str
    routes: Routes = field(default_factory=Routes)
    replays: Replays = field(default_factory=Replays)

    def watch(self, side: Literal["client", "service"]) -> Watch:
        """Follow one exchange that begins now."""
        return Watch(side, self.monitor, software=VERSION, address=self.own_address)

    def ready(self, at: datetime) -> tuple[Snapshot, GlobalConfiguration]:
        """The configuration that a message goes by (§2). Raises Fault when nothing may be exchanged now."""
        snapshot = self.follower.snapshot
        if snapshot.configuration is None or not snapshot.configuration.valid(at):
            raise Fault("global_conf_outdated", "The global configuration is missing or has expired")
        if snapshot.tls is None or snapshot.tls.not_after <= at:
            raise Fault("ssl_authentication_failed", "This server has no valid authentication certificate")
        if snapshot.maintenance:
            raise Fault("maintenance_mode", snapshot.maintenance)
        return snapshot, snapshot.configuration

    async def sign(self, member: ClientId, leaf: Leaf, at: datetime) -> Signed:
        """Sign a message by its parts' digests, in the name of a client's member. Raises Fault."""
        signer = self.signers.of(str(member.member), at=at)
        try:
            for der, use in signer.shown:
                await self.peers.revocations.require(der, at=at, use=use)
        except Doubtful as error:
            raise Fault("cannot_create_signature", str(error)) from error
        return await signer.sign(leaf)

    def verify(self, signed: Signed, member: ClientId, leaf: Leaf, at: datetime) -> Signed:
        """The member's signature over exactly these parts; the evidence, for the log. Raises Fault (§5.5)."""
        return self.verified(signed, member, leaf, at).evidence

    def verified(self, signed: Signed, member: ClientId, leaf: Leaf, at: datetime) -> Signer:
        """As `verify`, with who signed and when."""
        try:
            signer = self.peers.verifier.verify(signed, dict(named(leaf)), at=at)
        except BadEvidence as error:
            raise Fault(error.code, error.message) from error
        if signer.member != str(member.member):
            raise Fault("incorrect_certificate", f"Signed by {signer.member}, not by {member.member}")
        age = at - signer.signed_at
        if not -self.peers.verifier.trust.leeway <= age <= SIGNED_WITHIN:
            said = f"Signed at {signer.signed_at:%H:%M:%S} UTC, and here it is {at:%H:%M:%S}"
            raise Fault("incorrect_validation_info", f"{said}: a clock is wrong, or the message is old")
        return signer


def warn_of(*identifiers: ClientId | ServiceId, request_id: str) -> None:
    """Write down identifiers with characters that new ones must not have; the message passes (§1.1, §2)."""
    for one in identifiers:
        if odd := oddities(one):
            logger.warning(
                "request %s: %s has parts that no new identifier may have: %s", request_id, one, odd
            )


def unexpected(error: Exception, *, side: str) -> Fault:
    """What callers hear of a failure that nobody foresaw; the log has its traceback under `detail` (§5.5)."""
    fault = Fault("internal_error", "The server failed; its log says why").within(side)
    logger.error("%s; detail %s", fault, fault.detail, exc_info=error)
    return fault


def log(fault: Fault, *, where: str, request_id: str = "") -> None:
    """Write a fault where operators look for its `detail` (§5.2)."""
    logger.warning("%s: %s; detail %s; request %s", where, fault, fault.detail, request_id or "-")

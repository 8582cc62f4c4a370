"""Between a request and the service: agreement, quota, contract, breaker, masks."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

import psycopg

from tinhso.exchange.contracts import (
    AgreementFacts,
    BodyLog,
    ContractCheck,
    ServiceClass,
    ServiceKind,
)
from tinhso.exchange.gateway.aside import Aside
from tinhso.exchange.gateway.counting import Counters
from tinhso.exchange.gateway.snapshot import Allowed, Service, Snapshot
from tinhso.exchange.guards import (
    breaker,
    contracts,
    mask_rules,
    masking,
    mirror,
    mock,
    openapi,
    quotas,
    standing,
)
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.ready import Ready
from tinhso.foundation import moments
from tinhso.foundation.breaker import Stands

logger = logging.getLogger(__name__)
SETTLE_SECONDS = 1.0
MOST_WARNINGS = 10_000
MOST_BREACHES = 5
"""Breaches of a contract that a node remembers of each service."""
LONGEST_BREACH = 500


@dataclass(eq=False, slots=True)
class Passage:
    """One request that may go on, and what it goes on under; `cut` is set when that ends on its way."""

    service: Service
    agreement: AgreementFacts | None
    mode: BodyLog
    meter: quotas.Meter | None = None
    asks: breaker.Breaker | None = None
    """The breaker that waits to hear how the service answered."""
    cut: Fault | None = None

    def require(self) -> None:
        """Return while the agreement lasts. Raises Fault."""
        if self.cut is not None:
            raise self.cut


@dataclass(frozen=True, slots=True)
class _Made:
    """A service's guards, made once from its settings."""

    contract: contracts.Contract | None
    masks: masking.Masks
    breaker: breaker.Breaker | None
    mock: mock.Mock | None
    mirror: mirror.Mirror | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A message that was not as its service is described: places, never values."""

    at: datetime
    request_id: str
    said: str


@dataclass(slots=True)
class Standing:
    """How this node sees a service: its breaker (None without one), and the latest breaches, newest first."""

    breaker: Stands | None = None
    until: datetime | None = None
    breaches: list[Breach] = field(default_factory=list)


class Guards:
    """The guards of every service here. Meters and breakers outlive changes of the configuration."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._snapshot = Snapshot()
        self._ready = Ready[_Made]()
        self._meters: dict[UUID, quotas.Meter] = {}
        self._replaced: list[quotas.Meter] = []
        self._underway: set[Passage] = set()
        self.aside = Aside()
        """Does what takes long for its body's length."""
        self._breaches: dict[UUID, deque[Breach]] = {}
        self._warnings: deque[tuple[quotas.Warned, datetime]] = deque(maxlen=MOST_WARNINGS)

    def take(self, snapshot: Snapshot) -> None:
        """Follow the configuration; requests whose agreement has ended are cut."""
        self._snapshot = snapshot
        known = {one.id for all_of in snapshot.services.values() for one in all_of}
        self._ready.only(known)
        self._breaches = {each: seen for each, seen in self._breaches.items() if each in known}
        at = moments.now()
        for passage in self._underway:
            if passage.agreement is not None and passage.cut is None:
                passage.cut = self._refusal(passage.agreement.id, at)

    def admit(self, service: Service, rights: Sequence[Allowed], at: datetime, *, reason: str) -> Passage:
        """Choose the right by which the request passes; it is judged before the notice (§2). Raises Fault: no
        right, an agreement that does not stand or lists reason codes and not the one that the request names.

        A right without agreement passes, unless the service is given by agreement only.
        """
        if not rights:
            raise Fault("access_denied", f"Request is not allowed: {service.name}")
        passage = self._chosen(service, rights, at, reason)
        if not service.enabled:
            raise Fault("service_disabled", f"Service {service.name} is disabled: {service.notice}")
        return passage

    def _chosen(self, service: Service, rights: Sequence[Allowed], at: datetime, reason: str) -> Passage:
        for window in self._snapshot.windows:
            if window.service_id in (None, service.id) and window.begins_at <= at < window.ends_at:
                raise Fault("maintenance_mode", window.reason)
        refusal: Fault | None = None
        for right in rights:
            if right.agreement_id is None:
                if service.service_class != ServiceClass.LIMITED:
                    return Passage(service, None, service.body_log)
                refusal = refusal or Fault("access_denied", "The service is given by agreement only")
                continue
            refusal = self._refusal(right.agreement_id, at)
            if refusal is None:
                agreement = self._snapshot.agreements[right.agreement_id]
                refusal = standing.unreasoned(agreement.reason_codes, reason)
            if refusal is None:
                return Passage(service, agreement, _stricter(agreement.log_mode, service))
        raise refusal or Fault("access_denied", "Request is not allowed")

    async def enter(self, passage: Passage, at: datetime) -> None:
        """Count the request and ask the breaker. Raises Fault; `leave` must follow a return."""
        guard = self._breaker_of(passage.service)
        if guard is not None and not guard.allows(at):
            raise guard.fault(at).within("server.serverproxy")
        passage.asks = guard
        try:
            if passage.agreement is not None:
                meter = self._meter(passage.agreement, at)
                await self._count(meter, at)
                passage.meter = meter
        except BaseException:
            self.leave(passage)
            raise
        self._underway.add(passage)

    def leave(self, passage: Passage) -> None:
        """The request is over."""
        self._underway.discard(passage)
        if passage.asks is not None:
            passage.asks.let_go()
            passage.asks = None
        if passage.meter is not None:
            passage.meter.leave()
            passage.meter = None

    def saw(self, passage: Passage, status: int | None, at: datetime) -> None:
        """What the service answered; None when it did not."""
        guard, passage.asks = passage.asks, None
        if guard is not None and status is None:
            guard.failed(at)
        elif guard is not None and status is not None:
            guard.saw(status, at)

    async def check_request(self, passage: Passage, request: rest.Request, body: bytes | None) -> None:
        """Hold a request against the contract. Raises Fault when that is enforced; else it is written down.

        `body` is None when it is longer than may lie in memory.
        """
        contract = self._of(passage.service).contract
        if contract is None:
            return
        checked = b"" if body is None else body
        given = request.verb, request.service_path, request.query, request.headers, checked
        broken = await self.aside.do(len(checked), lambda: contract.request(*given))
        if body is None:
            broken = (contracts.Violation("body", "it is too long to be checked"),)
        self._observe(passage, request, broken)
        contracts.enforce_request(ContractCheck(passage.service.contract_check), broken)

    async def check_response(
        self, passage: Passage, request: rest.Request, response: rest.Response, body: bytes
    ) -> None:
        """Hold a short response against the contract. Raises Fault when that is enforced."""
        contract = self._of(passage.service).contract
        if contract is None:
            return
        given = request.verb, request.service_path, response.code, response.headers, body
        broken = await self.aside.do(len(body), lambda: contract.response(*given))
        self._observe(passage, request, broken)
        contracts.enforce_response(ContractCheck(passage.service.contract_check), broken)

    def checks(self, passage: Passage) -> bool:
        """Whether responses must be held back until they are checked."""
        return (
            self._of(passage.service).contract is not None
            and passage.service.contract_check == ContractCheck.ENFORCE
        )

    def masks(self, service: Service) -> masking.Masks:
        """The rules by which its messages are masked in the log."""
        return self._of(service).masks

    def shown_path(self, passage: Passage, path: str) -> str:
        """As much of a request's decoded path as its log keeps; monitoring shows no more of it."""
        if passage.mode == BodyLog.MASKED:
            return self.masks(passage.service).path(path)
        return path if passage.mode == BodyLog.FULL else ""

    def standings(self, at: datetime) -> dict[UUID, Standing]:
        """What people are shown of each service with a breaker or with breaches of its contract."""
        found = {each: Standing(breaches=list(seen)) for each, seen in self._breaches.items()}
        for each, ready in self._ready.all().items():
            if ready.breaker is not None:
                one = found.setdefault(each, Standing())
                one.breaker, one.until = ready.breaker.stands(at), ready.breaker.until
        return found

    def mock(self, service: Service) -> mock.Mock | None:
        """What answers in the service's stead."""
        return self._of(service).mock

    def mirror(self, service: Service) -> mirror.Mirror | None:
        """Where copies of requests go."""
        return self._of(service).mirror

    async def run(self) -> None:
        """Give back what quotas do not use, and show that this node lives, until cancelled."""
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                await self._counters.alive()
                for meter in (*self._meters.values(), *self._replaced):
                    await meter.settle(moments.now())
                await self._warn()
                self._replaced = [meter for meter in self._replaced if meter.busy]
            except psycopg.Error:
                logger.exception("quotas could not be settled")

    async def _warn(self) -> None:
        """Write down the warnings of limits; one that the database refuses holds up no other."""
        while self._warnings:
            warning, at = self._warnings[0]
            try:
                await self._counters.warned(warning, at=at)
            except psycopg.OperationalError:
                raise
            except psycopg.Error:
                logger.exception("the warning of %s could not be kept", warning.key)
            self._warnings.popleft()

    async def close(self) -> None:
        """Give everything back."""
        self.aside.close()
        try:
            for meter in (*self._meters.values(), *self._replaced):
                await meter.close()
        except psycopg.Error:
            logger.exception("quotas could not be given back")

    async def _count(self, meter: quotas.Meter, at: datetime) -> None:
        try:
            decision = await meter.enter(at)
        except psycopg.Error as error:
            raise Fault("internal_error", "The quota cannot be counted now") from error
        self._warnings.extend((warning, at) for warning in decision.warnings)
        if not decision.allowed:
            raise decision.fault()

    def _refusal(self, agreement_id: UUID, at: datetime) -> Fault | None:
        agreement = self._snapshot.agreements.get(agreement_id)
        if agreement is None:
            return Fault("access_denied", "The agreement is not in force")
        return standing.refusal(agreement, at)

    def _meter(self, agreement: AgreementFacts, at: datetime) -> quotas.Meter:
        quota = agreement.quota(moments.today(at))
        if quota is None:
            raise Fault("access_denied", f"Agreement {agreement.number} has no quota for today")
        meter = self._meters.get(agreement.id)
        if meter is None or meter.quota != quota:
            if meter is not None:
                self._replaced.append(meter)
            meter = self._meters[agreement.id] = quotas.Meter(str(agreement.id), quota, self._counters)
        return meter

    def _observe(
        self, passage: Passage, request: rest.Request, broken: tuple[contracts.Violation, ...]
    ) -> None:
        if not broken:
            return
        said = "; ".join(map(str, broken[:5]))
        logger.warning("contract of %s, request %s: %s", request.service, request.request_id, said)
        seen = self._breaches.setdefault(passage.service.id, deque(maxlen=MOST_BREACHES))
        seen.appendleft(Breach(moments.now(), request.request_id, said[:LONGEST_BREACH]))

    def _breaker_of(self, service: Service) -> breaker.Breaker | None:
        return self._of(service).breaker

    def _of(self, service: Service) -> _Made:
        settings = (
            service.description,
            service.contract_check,
            service.masks,
            service.breaker,
            service.mock,
            service.mirror,
        )
        return self._ready.of(service.id, settings, partial(_made, service))


def _made(service: Service) -> _Made:
    """Raises Fault when the settings of the service cannot be used: nothing then passes unguarded."""
    described = service.kind is ServiceKind.OPENAPI
    try:
        return _Made(
            contract=contracts.Contract(service.description)
            if described and service.contract_check != ContractCheck.OFF
            else None,
            masks=masking.Masks(service.masks),
            breaker=breaker.Breaker(breaker.Settings.read(service.breaker)) if service.breaker else None,
            mock=mock.Mock(openapi.Description(service.description), mock.Settings.read(service.mock))
            if described and service.mock
            else None,
            mirror=mirror.Mirror.read(service.mirror) if service.mirror else None,
        )
    except (openapi.BadDescription, mask_rules.BadRule, ValueError) as error:
        raise Fault("internal_error", f"The settings of the service cannot be used: {error}") from error


def _stricter(agreed: BodyLog, service: Service) -> BodyLog:
    """How messages are kept: as the agreement says, masked only where the service has rules for that."""
    if agreed is BodyLog.MASKED and not service.masks:
        return BodyLog.METADATA
    order = (BodyLog.FULL, BodyLog.MASKED, BodyLog.METADATA, BodyLog.NONE)
    return max(agreed, service.body_log, key=order.index)

"""All that a gateway must know to carry a message, in memory; replaced whole when anything changes.

Messages read one snapshot from beginning to end, without locks and without the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from tinhso.exchange.contracts import (
    AgreementFacts,
    Authentication,
    BodyLog,
    KeyUse,
    MaintenanceFacts,
    ServiceKind,
    SubjectKind,
)
from tinhso.exchange.evidence.trust import Use
from tinhso.exchange.operations.certificates import decoded, fingerprint
from tinhso.exchange.protocol import globalconf
from tinhso.exchange.protocol.globalconf import Anchor, GlobalConfiguration
from tinhso.exchange.protocol.globs import matches
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId, parse_client
from tinhso.exchange.queries import standings
from tinhso.foundation import moments

Connection = psycopg.AsyncConnection[DictRow]
ANY_METHOD, ANY_PATH = "*", "**"
_USES = {KeyUse.TLS: Use.TLS, KeyUse.SIGNING: Use.SIGNING}


@dataclass(frozen=True, slots=True)
class Client:
    """A subsystem registered here. `certificates` are SHA-256 marks of its information systems'."""

    id: ClientId
    member_name: str
    name: str
    authentication: Authentication
    certificates: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Allowed:
    """One right: whom (None: those in `group`), what."""

    subject: str
    group: frozenset[str] | None
    method: str
    path: str
    agreement_id: UUID | None

    def holds(self, client: str) -> bool:
        """Whether the client has it."""
        return client in self.group if self.group is not None else client == self.subject

    @property
    def whole(self) -> bool:
        """Whether it opens the whole service."""
        return self.method == ANY_METHOD and self.path == ANY_PATH

    def covers(self, method: str, path: str) -> bool:
        """Whether it opens this method and decoded path (§7.1)."""
        return self.method in (ANY_METHOD, method.upper()) and (
            self.path == ANY_PATH or matches(self.path, path)
        )


@dataclass(frozen=True, slots=True)
class Service:
    """A service offered here, with its rights (which are of its code, whatever the version)."""

    id: UUID
    owner: ClientId
    code: str
    version: str
    kind: ServiceKind
    title: str
    url: str
    verify_tls: bool
    timeout_seconds: int
    most_bytes: int
    description: str
    enabled: bool
    notice: str
    body_log: BodyLog
    service_class: str
    masks: Sequence[Any]
    contract_check: str
    breaker: Mapping[str, Any]
    mirror: Mapping[str, Any]
    mock: Mapping[str, Any]
    endpoints: tuple[tuple[str, str], ...]
    rights: tuple[Allowed, ...]

    @property
    def name(self) -> ServiceId:
        """Its identifier."""
        return ServiceId(self.owner, self.code, self.version)

    def rights_of(self, client: ClientId) -> list[Allowed]:
        """What the client may call of it."""
        name = str(client)
        return [one for one in self.rights if one.holds(name)]


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key of this server: where it lies and its certificates (DER), its own first."""

    id: UUID
    use: KeyUse
    member: str
    reference: str
    certificates: tuple[bytes, ...]
    not_after: datetime

    @property
    def uses(self) -> tuple[tuple[bytes, Use], ...]:
        """Each certificate with what it is shown for: the key's own, then its givers."""
        own, *above = self.certificates
        return (own, _USES[self.use]), *((one, Use.AUTHORITY) for one in above)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole configuration at one revision."""

    revision: int = -1
    server: str = ""
    maintenance: str = ""
    anchor: Anchor | None = None
    configuration: GlobalConfiguration | None = None
    clients: Mapping[ClientId, Client] = field(default_factory=dict)
    services: Mapping[tuple[ClientId, str], tuple[Service, ...]] = field(default_factory=dict)
    keys: tuple[KeptKey, ...] = ()
    agreements: Mapping[UUID, AgreementFacts] = field(default_factory=dict)
    windows: tuple[MaintenanceFacts, ...] = ()

    @property
    def tls(self) -> KeptKey | None:
        """The key by which other servers know us."""
        return next((one for one in self.keys if one.use is KeyUse.TLS), None)

    @property
    def instance(self) -> str:
        """The instance of this server."""
        return self.server.split("/", 1)[0]

    def service(self, owner: ClientId, code: str, version: str = "") -> Service | None:
        """A service of a client here."""
        found = self.services.get((owner, code), ())
        return next((one for one in found if one.version == version), None)

    def services_of(self, owner: ClientId) -> list[Service]:
        """All services of a client here."""
        return [one for (whose, _code), all_of in self.services.items() if whose == owner for one in all_of]


STATE = "SELECT revision, server, maintenance, anchor, global_configuration FROM exchange_state WHERE id = 1"
REVISION = "SELECT revision FROM exchange_state WHERE id = 1"
SUBSYSTEMS = """
SELECT s.identifier, s.member_name, s.name, s.authentication,
       coalesce(array_agg(c.certificate) FILTER (WHERE c.id IS NOT NULL), '{}') AS certificates
FROM exchange_subsystem AS s
LEFT JOIN exchange_clientcertificate AS c ON c.subsystem_id = s.id AND c.removed_at IS NULL
WHERE s.ended_at IS NULL GROUP BY s.id
"""
GROUPS = """
SELECT o.identifier AS owner, g.code, coalesce(array_agg(m.identifier) FILTER (WHERE m.id IS NOT NULL), '{}')
       AS members
FROM exchange_group AS g JOIN exchange_subsystem AS o ON o.id = g.owner_id
LEFT JOIN exchange_groupmember AS m ON m.group_id = g.id GROUP BY o.identifier, g.code
"""
SERVICES = """
SELECT s.*, o.identifier AS owner,
       ARRAY(SELECT ARRAY[e.method, e.path] FROM exchange_endpoint AS e WHERE e.service_id = s.id
             ORDER BY e.path, e.method) AS endpoints
FROM exchange_service AS s JOIN exchange_subsystem AS o ON o.id = s.subsystem_id
WHERE o.ended_at IS NULL ORDER BY s.code, s.version
"""
RIGHTS = """
SELECT o.identifier AS owner, s.code, r.subject_kind, r.subject, r.method, r.path, r.agreement_id
FROM exchange_right AS r JOIN exchange_service AS s ON s.id = r.service_id
JOIN exchange_subsystem AS o ON o.id = s.subsystem_id
WHERE r.ended_at IS NULL AND o.ended_at IS NULL
"""
KEYS = """
SELECT id, use, member, reference, certificates, not_after FROM exchange_serverkey
WHERE active ORDER BY use, member
"""


async def load(connection: Connection) -> Snapshot:
    """Read everything as it was at one moment."""
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        state = await (await connection.execute(STATE)).fetchone()
        if state is None:
            return Snapshot(revision=0)
        anchor, configuration = globalconf.held(state["anchor"], state["global_configuration"])
        groups = {
            (row["owner"], row["code"]): frozenset(row["members"])
            for row in await (await connection.execute(GROUPS)).fetchall()
        }
        rights = _rights(await (await connection.execute(RIGHTS)).fetchall(), groups, configuration)
        clients = [_client(row) for row in await (await connection.execute(SUBSYSTEMS)).fetchall()]
        services = [_service(row, rights) for row in await (await connection.execute(SERVICES)).fetchall()]
        keys = [_key(row) for row in await (await connection.execute(KEYS)).fetchall()]
        agreements = map(
            standings.facts_of, await (await connection.execute(standings.AGREEMENTS)).fetchall()
        )
        windows = await (await connection.execute(standings.WINDOWS, (moments.now(),))).fetchall()
    by_code: dict[tuple[ClientId, str], tuple[Service, ...]] = {}
    for one in services:
        by_code[one.owner, one.code] = (*by_code.get((one.owner, one.code), ()), one)
    return Snapshot(
        revision=state["revision"],
        server=state["server"],
        maintenance=state["maintenance"],
        anchor=anchor,
        configuration=configuration,
        clients={one.id: one for one in clients},
        services=by_code,
        keys=tuple(keys),
        agreements={one.id: one for one in agreements},
        windows=tuple(map(standings.window_of, windows)),
    )


def _client(row: DictRow) -> Client:
    return Client(
        id=parse_client(row["identifier"]),
        member_name=row["member_name"],
        name=row["name"],
        authentication=Authentication(row["authentication"]),
        certificates={fingerprint(bytes(der)): bytes(der) for der in row["certificates"]},
    )


def _rights(
    rows: Sequence[DictRow],
    groups: Mapping[tuple[str, str], frozenset[str]],
    configuration: GlobalConfiguration | None,
) -> dict[tuple[str, str], tuple[Allowed, ...]]:
    made: dict[tuple[str, str], tuple[Allowed, ...]] = {}
    for row in rows:
        group: frozenset[str] | None = None
        if row["subject_kind"] == SubjectKind.LOCAL_GROUP:
            group = groups.get((row["owner"], row["subject"]), frozenset())
        elif row["subject_kind"] == SubjectKind.GLOBAL_GROUP:
            group = configuration.groups.get(row["subject"], frozenset()) if configuration else frozenset()
        one = Allowed(row["subject"], group, row["method"].upper(), row["path"], row["agreement_id"])
        where = row["owner"], row["code"]
        made[where] = (*made.get(where, ()), one)
    return made


def _service(row: DictRow, rights: Mapping[tuple[str, str], tuple[Allowed, ...]]) -> Service:
    return Service(
        id=row["id"],
        owner=parse_client(row["owner"]),
        code=row["code"],
        version=row["version"],
        kind=ServiceKind(row["kind"]),
        title=row["title"],
        url=row["url"],
        verify_tls=row["verify_tls"],
        timeout_seconds=row["timeout_seconds"],
        most_bytes=row["most_bytes"],
        description=row["description"],
        enabled=row["enabled"],
        notice=row["notice"],
        body_log=BodyLog(row["body_log"]),
        service_class=row["service_class"],
        masks=row["masks"],
        contract_check=row["contract_check"],
        breaker=row["breaker"],
        mirror=row["mirror"],
        mock=row["mock"],
        endpoints=tuple((method, path) for method, path in row["endpoints"]),
        rights=rights.get((row["owner"], row["code"]), ()),
    )


def _key(row: DictRow) -> KeptKey:
    return KeptKey(
        id=row["id"],
        use=KeyUse(row["use"]),
        member=row["member"],
        reference=row["reference"],
        certificates=tuple(decoded(row["certificates"])),
        not_after=row["not_after"],
    )

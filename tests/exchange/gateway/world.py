"""An exchange for tests: an authority, a directory, services, and gateways with databases of their own.

The outside world is aiohttp on loopback; gateways run in a loop of their own thread, tests stay plain.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import jwt
import psycopg
import uvloop
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.conf import settings
from django.db import connection

from tests.exchange.evidence import trusted
from tests.exchange.evidence.trusted import Identity
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.contracts import Authentication, KeyUse, SubjectKind
from tinhso.exchange.gateway.serving import Gateway, Options
from tinhso.exchange.operations import members, server, services
from tinhso.foundation.refs import SYSTEM

T = TypeVar("T")
INSTANCE = "VN-DEMO"
PROVINCE, NATION = f"{INSTANCE}/GOV/H01", f"{INSTANCE}/GOV/BTP"
TINHSO, HOTICH = f"{PROVINCE}/TINHSO", f"{NATION}/HOTICH"
AG1, QG1 = f"{PROVINCE}/AG1", f"{INSTANCE}/GOV/BTTTT/QG1"


def now() -> datetime:
    return datetime.now(UTC)


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end, from a test."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(WITHIN_SECONDS)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@dataclass
class Authority:
    """Gives certificates and says by OCSP whether they stand."""

    identity: Identity = field(default_factory=lambda: trusted.authority("Nơi cấp chứng thư của trục"))
    revoked: dict[int, datetime] = field(default_factory=dict)
    silent: bool = False
    answered_at: datetime | None = None
    """As of when answers are; the present when unset."""
    asked: int = 0

    def tls(self, server_id: str, **options: Any) -> Identity:
        return trusted.certificate(
            trusted.named(server_id),
            trusted.key_of("ec", f"tls {server_id}"),
            self.identity,
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (trusted.usage(signs=True), True),
            (
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                False,
            ),
            begins=now() - timedelta(days=1),
            **options,
        )

    def signing(self, member: str, kind: str = "ec", **options: Any) -> Identity:
        return trusted.certificate(
            trusted.named("Ký thông điệp", member=member),
            trusted.key_of(kind, f"signing {member}"),
            self.identity,
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (trusted.usage(commits=True), True),
            begins=now() - timedelta(days=1),
            **options,
        )

    def revoke(self, identity: Identity) -> None:
        self.revoked[identity.certificate.serial_number] = now()

    async def respond(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.silent:
            return web.Response(status=503)
        question = ocsp.load_der_ocsp_request(await request.read())
        revoked = self.revoked.get(question.serial_number)
        at = self.answered_at or now()
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=question.issuer_name_hash,
            issuer_key_hash=question.issuer_key_hash,
            serial_number=question.serial_number,
            algorithm=question.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + timedelta(hours=1),
            revocation_time=revoked,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.identity.certificate)
        made = builder.sign(self.identity.key, hashes.SHA256())
        return web.Response(body=made.public_bytes(Encoding.DER), content_type="application/ocsp-response")


@dataclass
class Call:
    """What a service was sent."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name.lower()]


class Services:
    """Real services on loopback: answers are set by tests, calls are kept."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.status, self.reason = 200, "OK"
        self.headers: list[tuple[str, str]] = [("Content-Type", "application/json")]
        self.body: bytes = b'{"ten":"\xc3\x81nh"}'
        self.pieces: Sequence[bytes] | None = None
        self.pause = self.between = 0.0
        self.break_off = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(
            Call(
                request.method,
                request.raw_path,
                [(name.decode("latin-1"), value.decode("utf-8")) for name, value in request.raw_headers],
                b"".join([piece async for piece in request.content.iter_any()]),
            )
        )
        if self.pause:
            await asyncio.sleep(self.pause)
        answer = web.StreamResponse(status=self.status, reason=self.reason)
        for name, value in self.headers:
            answer.headers.add(name, value)
        if self.pieces is None:
            answer.content_length = len(self.body)
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):
            for piece in [self.body] if self.pieces is None else self.pieces:
                await answer.write(piece)
                await asyncio.sleep(self.between)
        if self.break_off and request.transport is not None:
            request.transport.abort()
            return answer
        await answer.write_eof()
        return answer


@dataclass
class Side:
    """One security server."""

    id: str
    database: str
    gateway: Gateway
    tls: Identity
    clients: list[str]
    peers_port: int = 0
    maintenance: str = ""

    @property
    def port(self) -> int:
        return self.gateway.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class World:
    """Everything together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = Loop()
        self.authority = Authority()
        self.anchor_key = ec.generate_private_key(ec.SECP256R1())
        self.anchor = trusted.certificate(trusted.named("Cấu hình toàn cục"), self.anchor_key, None)
        self.services = Services()
        self.serial = 0
        self.lives = timedelta(days=1)
        self.sides: dict[str, Side] = {}
        self.groups: dict[str, list[str]] = {}
        self.directory_asked = 0
        self.document: str | None = None
        self.outside = self.loop.do(self._open())

    async def _open(self) -> int:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/ocsp", self.authority.respond)
        app.router.add_get("/exchange/globalconf", self._directory)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._behind = web.Server(self.services.serve)  # type: ignore[arg-type]
        self._listening = await asyncio.get_running_loop().create_server(self._behind, "127.0.0.1", 0)
        self.service_port = int(self._listening.sockets[0].getsockname()[1])
        return int(self._runner.addresses[0][1])

    async def _shut(self) -> None:
        self._listening.close()
        await self._behind.shutdown(1)
        await self._runner.cleanup()

    async def _directory(self, _request: web.Request) -> web.Response:
        self.directory_asked += 1
        text = self.document or self.signed()
        return web.Response(text=text, content_type="application/jose")

    def signed(self, **changes: Any) -> str:
        """The newest global configuration, signed; `changes` spoil it."""
        document = {
            "instance": INSTANCE,
            "serial": self.serial,
            "issued": now().isoformat().replace("+00:00", "Z"),
            "expires": (now() + self.lives).isoformat().replace("+00:00", "Z"),
            "authorities": [
                {
                    "name": "CA",
                    "certificate": base64.b64encode(self.authority.identity.der).decode(),
                    "ocsp": f"http://127.0.0.1:{self.outside}/ocsp",
                }
            ],
            "stamping": [],
            "stamping_interval": 60,
            "members": [
                {
                    "class": "GOV",
                    "code": "H01",
                    "name": "UBND tỉnh An Giang",
                    "subsystems": [{"code": "TINHSO", "name": "Tỉnh Số"}],
                },
                {
                    "class": "GOV",
                    "code": "BTP",
                    "name": "Bộ Tư pháp",
                    "subsystems": [{"code": "HOTICH", "name": "Hộ tịch"}],
                },
            ],
            "servers": [
                {
                    "owner": one.id.rpartition("/")[0],
                    "code": one.id.rpartition("/")[2],
                    "address": f"127.0.0.1:{one.peers_port}",
                    "ocsp": "",
                    "auth_certificates": [one.tls.certificate.fingerprint(hashes.SHA256()).hex()],
                    "clients": one.clients,
                    "maintenance": one.maintenance,
                }
                for one in self.sides.values()
            ],
            "groups": [{"code": code, "members": held} for code, held in self.groups.items()],
            **changes,
        }
        return jwt.api_jws.PyJWS().encode(json.dumps(document).encode(), self.anchor_key, algorithm="ES256")

    def publish(self) -> None:
        """Sign a newer configuration and let every gateway take it, if need be at a second asking."""
        self.serial += 1
        for side in self.sides.values():
            for _each in range(3):
                self.loop.do(side.gateway.directory.refresh(at=now()))
                self.caught_up(side)
                taken = side.gateway.follower.snapshot.configuration
                if taken is not None and taken.document.serial == self.serial:
                    break

    def caught_up(self, side: Side) -> None:
        """Wait until the gateway knows what its database says."""
        with psycopg.connect(url_of(side.database)) as asked:
            row = asked.execute("SELECT revision FROM exchange_state").fetchone()
        revision = row[0] if row else 0

        async def wait() -> None:
            while side.gateway.follower.snapshot.revision < revision:
                await asyncio.sleep(0.01)

        self.loop.do(wait())

    def add(self, server_id: str, database: str, clients: list[str], **options: Any) -> Side:
        """Stand up a security server with keys for its members, and start its gateway."""
        tls = options.pop("tls", None) or self.authority.tls(server_id)
        kind = options.pop("kind", "ec")
        with using(database):
            self._configure(server_id, tls, clients, kind)
        settled = Options(
            database=url_of(database),
            spool=self.folder / server_id.replace("/", "-"),
            key_password=settings.EXCHANGE.key_password,
            **{"ocsp_seconds": 0.2, **options},
        )
        gateway = self.loop.do(started(settled))
        side = self.sides[server_id] = Side(server_id, database, gateway, tls, clients, gateway.peers_port)
        return side

    def _configure(self, server_id: str, tls: Identity, clients: list[str], kind: str) -> None:
        anchor = {
            "instance": INSTANCE,
            "url": f"http://127.0.0.1:{self.outside}/exchange/globalconf",
            "certificate": base64.b64encode(self.anchor.der).decode(),
        }
        server.name_server(server=server_id, anchor=anchor, by=SYSTEM, at=now())
        self.install(KeyUse.TLS, server_id, tls)
        for member in {client.rpartition("/")[0] for client in clients}:
            self.install(KeyUse.SIGNING, member, self.authority.signing(member, kind))
        for client in clients:
            members.register(
                identifier=client,
                member_name=client,
                name=client,
                authentication=Authentication.HTTP,
                by=SYSTEM,
                at=now(),
            )

    def install(self, use: KeyUse, member: str, identity: Identity) -> UUID:
        """Take a key and its certificate into use."""
        pem = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        reference = server.take_key(pem=pem, by=SYSTEM, at=now())
        key_id = server.take_certificate(
            use=use, member=member, reference=reference, given=identity.der, by=SYSTEM, at=now()
        )
        server.activate(key_id=key_id, by=SYSTEM, at=now())
        return key_id

    def offer(
        self,
        side: Side,
        owner: str,
        code: str,
        *,
        to: Sequence[str] = (),
        path: str = "**",
        method: str = "*",
        **facts: Any,
    ) -> UUID:
        """A REST service at `side`, open to these clients."""
        with using(side.database):
            service_id = services.register_rest(
                subsystem_id=subsystem(owner),
                code=code,
                title=code,
                url=facts.pop("url", f"http://127.0.0.1:{self.service_port}/dich-vu"),
                by=SYSTEM,
                at=now(),
                **facts,
            )
            services.enable(service_id=service_id, by=SYSTEM, at=now())
            for client in to:
                services.allow(
                    service_id=service_id,
                    kind=SubjectKind.SUBSYSTEM,
                    subject=client,
                    method=method,
                    path=path,
                    by=SYSTEM,
                    at=now(),
                )
        self.caught_up(side)
        return service_id

    def close(self) -> None:
        for side in self.sides.values():
            self.loop.do(side.gateway.stop())
        self.loop.do(self._shut())
        self.loop.close()


async def started(options: Options) -> Gateway:
    gateway = Gateway(options)
    await gateway.start()
    return gateway


def subsystem(identifier: str) -> UUID:
    """The id of a subsystem in the database in use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM exchange_subsystem WHERE identifier = %s", [identifier])
        return UUID(str(cursor.fetchone()[0]))


def url_of(database: str) -> str:
    """libpq's address of a database of the test server."""
    made = dict(settings.DATABASES["default"])
    return psycopg.conninfo.make_conninfo(
        dbname=database,
        user=made["USER"],
        password=made["PASSWORD"] or None,
        host=made["HOST"] or None,
        port=made["PORT"] or None,
    )


@contextmanager
def using(database: str) -> Iterator[None]:
    """Let Django speak to this database."""
    before = str(connection.settings_dict["NAME"])
    if database == before:
        yield
        return
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def rows(side: Side, *, response: bool | None = None) -> list[dict[str, Any]]:
    """The message log of a side, in order."""
    with psycopg.connect(url_of(side.database), row_factory=psycopg.rows.dict_row) as asked:
        found = asked.execute("SELECT * FROM exchange_message ORDER BY id").fetchall()
    return [row for row in found if response is None or row["response"] is response]

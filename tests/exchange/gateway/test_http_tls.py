"""The gateway over TLS: a peer's certificate is handed up, and looked at before a word."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.exchange.gateway.wire import Run, both_loops, calling, echo, peer_of, serving
from tinhso.exchange.gateway.client import CannotConnect, Failed
from tinhso.exchange.gateway.http import Incoming


@dataclass
class Known:
    """A self-signed certificate in files."""

    file: Path
    der: bytes


def known(folder: Path, name: str) -> Known:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return Known(file, certificate.public_bytes(Encoding.DER))


@dataclass
class Both:
    server: ssl.SSLContext
    client: ssl.SSLContext
    stranger: ssl.SSLContext
    server_der: bytes
    client_der: bytes


@pytest.fixture
def mutual(tmp_path: Path) -> Both:
    """Two who know one another, and one without a certificate."""
    one, other = known(tmp_path, "server"), known(tmp_path, "client")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(one.file)
    server.load_verify_locations(other.file)
    server.verify_mode = ssl.CERT_OPTIONAL
    client = ssl.create_default_context(cafile=str(one.file))
    client.load_cert_chain(other.file)
    stranger = ssl.create_default_context(cafile=str(one.file))
    return Both(server, client, stranger, one.der, other.der)


async def whoever(incoming: Incoming) -> None:
    assert incoming.secure
    await incoming.answer(200, "OK", [], incoming.peer_certificate or b"none")


@both_loops
def test_peer_certificate_is_handed_up_when_there_is_one(run: Run, mutual: Both) -> None:
    async def work() -> None:
        async with serving(whoever, tls=mutual.server) as server:
            url = f"https://localhost:{server.port}"
            async with calling(mutual.client) as client:
                answer = await client.send(url, "GET", "/", [])
                assert await answer.read(10_000) == mutual.client_der
                assert answer.peer_certificate == mutual.server_der
            async with calling(mutual.stranger) as client:
                assert await (await client.send(url, "GET", "/", [])).read(10_000) == b"none"

    run(work())


@both_loops
def test_peer_is_looked_at_before_each_message(run: Run, mutual: Both) -> None:
    async def work() -> None:
        served: list[str] = []
        revoked = False

        async def handler(incoming: Incoming) -> None:
            served.append(incoming.target)
            await echo(incoming)

        async def check(der: bytes | None) -> None:
            assert der == mutual.server_der
            if revoked:
                raise PermissionError("revoked")

        async with serving(handler, tls=mutual.server) as server, calling(mutual.client) as client:
            url = f"https://localhost:{server.port}"
            await (await client.send(url, "GET", "/before", [], check=check)).read(100)
            revoked = True
            with pytest.raises(PermissionError):
                await client.send(url, "GET", "/after", [], check=check)
        assert served == ["/before"]

    run(work())


@both_loops
def test_server_that_is_not_known_is_not_spoken_to(run: Run, mutual: Both, tmp_path: Path) -> None:
    async def work() -> None:
        foreign = ssl.create_default_context(cafile=str(known(tmp_path, "foreign").file))
        async with serving(whoever, tls=mutual.server) as server, calling(foreign) as client:
            with pytest.raises(CannotConnect, match="certificate"):
                await client.send(f"https://localhost:{server.port}", "GET", "/", [])
            with pytest.raises(Failed):
                await client.send(f"http://localhost:{server.port}", "GET", "/", [])

    run(work())


@both_loops
def test_handshake_that_stands_still_is_cut(run: Run, mutual: Both) -> None:
    async def work() -> None:
        async with serving(whoever, tls=mutual.server, handshake_seconds=0.2) as server:
            async with peer_of(server.port) as raw:
                await raw.send(b"\x16\x03\x01")
                assert await raw.rest() == b""
            assert server.connections == 0

    run(work())


@both_loops
def test_bodies_stream_both_ways_over_tls(run: Run, mutual: Both) -> None:
    async def work() -> None:
        async def back(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], incoming.body)

        async with serving(back, tls=mutual.server) as server, calling(mutual.client) as client:
            answer = await client.send(f"https://localhost:{server.port}", "POST", "/", [], bytes(20_000_000))
            got = 0
            async for piece in answer.body:
                got += len(piece)
            assert got == 20_000_000

    run(work())


@both_loops
def test_stop_ends_secure_connections_too(run: Run, mutual: Both) -> None:
    async def work() -> None:
        async with serving(whoever, tls=mutual.server) as server, calling(mutual.client) as client:
            await (await client.send(f"https://localhost:{server.port}", "GET", "/", [])).read(10_000)
            await server.stop(within=2)
            assert server.connections == 0
            await asyncio.sleep(0)

    run(work())

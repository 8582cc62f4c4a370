"""Kept messages as the log has them: heads, bodies, signatures and stamps of every kind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.exchange.evidence.stamping import Stamper
from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import reading, signatures, stamps
from tinhso.exchange.evidence.containers import BatchStamp, Evidence
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.trust import Trust

SERVICE = "VN-DEMO/GOV/BTP/HOTICH/tra-cuu"
CLIENT = "VN-DEMO/GOV/H01/TINHSO"
REQUEST_ID = "f92591a3-6bf0-49b1-987b-0dd78c034cc3"
STAMPED_AFTER = timedelta(seconds=40)


def request(number: int = 0, *, client: str = CLIENT, verb: str = "POST") -> bytes:
    """The head of a request."""
    return (
        f"{verb}\r\n/r1/{SERVICE}/nguoi?so={number}\r\nAccept:application/json\r\nX-Road-Client:{client}\r\n"
        f"x-road-request-id:{REQUEST_ID}\r\nx-road-id:VN-DEMO-{number}\r\n"
    ).encode()


def response(number: int = 0) -> bytes:
    """The head of its answer."""
    return (
        "200\r\nOK\r\nContent-Type:application/json\r\n"
        f"x-road-id:VN-DEMO-{number}\r\nx-road-client:{CLIENT}\r\nx-road-service:{SERVICE}\r\n"
        f"x-road-request-id:{REQUEST_ID}\r\nx-road-request-hash:AAAA\r\n"
    ).encode()


def soap(body: str = "TraCuuHoTich") -> bytes:
    """A SOAP request, or an answer when `body` says so."""
    identifiers = "http://x-road.eu/xsd/identifiers"
    shared = "<id:xRoadInstance>VN-DEMO</id:xRoadInstance><id:memberClass>GOV</id:memberClass>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
        f' xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:id="{identifiers}"><e:Header>'
        f'<x:client id:objectType="SUBSYSTEM">{shared}<id:memberCode>H01</id:memberCode>'
        "<id:subsystemCode>TINHSO</id:subsystemCode></x:client>"
        f'<x:service id:objectType="SERVICE">{shared}<id:memberCode>BTP</id:memberCode>'
        "<id:subsystemCode>HOTICH</id:subsystemCode><id:serviceCode>TraCuuHoTich</id:serviceCode></x:service>"
        "<x:id>VN-DEMO-7</x:id><x:protocolVersion>4.0</x:protocolVersion></e:Header>"
        f'<e:Body><h:{body} xmlns:h="http://hotich.vn"/></e:Body></e:Envelope>'
    ).encode()


def hashed(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


@dataclass
class Log:
    """What a member of `world` sent and `stamper` stamped."""

    world: World = field(default_factory=World)
    stamper: Stamper = field(default_factory=lambda: Stamper(now=NOW + STAMPED_AFTER))

    @property
    def trust(self) -> Trust:
        return self.world.trust(stamping=[self.stamper.identity.der])

    def alone(self, message: bytes | None = None, *, at: datetime = NOW) -> Evidence:
        """A message of one part, signed alone and stamped alone."""
        text = request() if message is None else message
        signed = signatures.sign_one(self.world.seal(at=at), hashed(text), at=at)
        return Evidence(text, self.stamped(signed), at)

    def with_body(self, body: bytes = b"{}", message: bytes | None = None) -> Evidence:
        """A message with a body, signed by a chain and stamped alone."""
        text = request() if message is None else message
        (signed,) = signatures.sign_batch(self.world.seal(), [[hashed(text), hashed(body)]], at=NOW)
        return Evidence(text, self.stamped(signed), NOW, (body,))

    def stamped(self, signed: Signed) -> Signed:
        token = self.stamper.over(reading.read(signed.signature).value)
        return Signed(stamps.stamp_one(signed.signature, token), signed.chain_result, signed.chain)

    def batches(self, count: int, *, size: int = 4, body: bytes = b"{}") -> list[Evidence]:
        """Messages with bodies in batches of `size`, all stamped at once; the last of a batch has no body."""
        held: list[tuple[bytes, tuple[bytes, ...], Signed]] = []
        for begin in range(0, count, size):
            messages: list[tuple[bytes, tuple[bytes, ...]]] = [
                (request(number), () if number % size == size - 1 else (body,))
                for number in range(begin, min(begin + size, count))
            ]
            leaves = [[hashed(text), *map(hashed, bodies)] for text, bodies in messages]
            made = signatures.sign_batch(self.world.seal(), leaves, at=NOW)
            held += [(text, bodies, one) for (text, bodies), one in zip(messages, made, strict=True)]
        different = list(dict.fromkeys(signed.signature for _, _, signed in held))
        if len(different) == 1:
            different.append(signatures.sign_one(self.world.seal(), hashed(b"khac"), at=NOW).signature)
        batch = stamps.batch([stamps.signature_hash(one) for one in different])
        token = self.stamper.over(batch.result)
        chain = dict(zip(different, batch.chains, strict=True))
        return [
            Evidence(text, one, NOW, bodies, BatchStamp(token, batch.result, chain[one.signature]))
            for text, bodies, one in held
        ]

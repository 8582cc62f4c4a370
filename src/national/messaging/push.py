"""A push service and the browsers behind it (RFC 8030, 8291, 8292), strict about keys and lifetimes."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.guard import guarded
from national.messaging.carrier import Carrier, carrier_of
from national.messaging.handsets import Arrived
from national.wire import Bad, Fields

MOST_BYTES = 4096
LONGEST_TOKEN_SECONDS = 24 * 3600
VAPID = re.compile(r"vapid t=([A-Za-z0-9_.-]+), ?k=([A-Za-z0-9_-]+)")
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
POINT = (Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(kw_only=True)
class Browser:
    """One subscription, as the browser keeps it."""

    owner: str
    phone: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    server_key: str


def b64(data: bytes) -> str:
    """Base64 for addresses, without its filling."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises Bad."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as fault:
        raise Bad("not base64 for addresses") from fault


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def opened(browser: Browser, body: bytes) -> bytes:
    """The message in an `aes128gcm` body of one record; raises Bad."""
    if len(body) < 21 + 65 + 17 or body[20] != 65:
        raise Bad("the body is too short")
    salt, size, point, sealed = body[:16], int.from_bytes(body[16:20]), body[21:86], body[86:]
    if size < len(sealed):
        raise Bad("one record is expected")
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        mine = browser.key.public_key().public_bytes(*POINT)
        shared = _derived(
            browser.key.exchange(ec.ECDH(), sender),
            salt=browser.auth,
            info=b"WebPush: info\0" + mine + point,
            length=32,
        )
        key = _derived(shared, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
        nonce = _derived(shared, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
    except (ValueError, InvalidTag) as fault:
        raise Bad("the body cannot be opened") from fault
    if plain[-1:] != b"\x02":
        raise Bad("the last record ends with 2")
    return plain[:-1]


def _check_sender(http: Request, browser: Browser, carrier: Carrier) -> None:
    match = VAPID.fullmatch(http.headers.get("authorization", ""))
    if not match:
        raise Bad("authorization is `vapid t=…, k=…`")
    token, key = match.groups()
    if key != browser.server_key:
        raise Bad("the key is not that of the subscription")
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        claims = jwt.decode(token, ECKey.import_key(pem), algorithms=["ES256"]).claims
    except (JoseError, ValueError) as fault:
        raise Bad("the token does not verify") from fault
    left = claims.get("exp", 0) - carrier.now("push").timestamp()
    if claims.get("aud") != carrier.settings.base or not 0 < left <= LONGEST_TOKEN_SECONDS:
        raise Bad("the token is for another service, or its time is over")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        raise Bad("the token says nobody to write to")


def _browsers(http: Request) -> dict[str, Browser]:
    kept: dict[str, Browser] = http.app.state.browsers
    return kept


@guarded
async def subscribe(http: Request) -> Response:
    """What a browser does for a page: a new subscription bound to the page's key. Behind the secret."""
    try:
        fields = Fields(await http.body())
        browser = Browser(
            owner=fields.text("owner"),
            phone=fields.text("phone"),
            key=ec.generate_private_key(ec.SECP256R1()),
            auth=secrets.token_bytes(16),
            server_key=fields.text("server_key"),
        )
        fields.nothing_else()
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(browser.server_key))
    except ValueError as fault:
        return JSONResponse({"error": str(fault)}, 400)
    name = secrets.token_urlsafe(16)
    _browsers(http)[name] = browser
    keys = {"p256dh": b64(browser.key.public_key().public_bytes(*POINT)), "auth": b64(browser.auth)}
    endpoint = f"{carrier_of(http).settings.base}/push/to/{name}"
    return JSONResponse({"endpoint": endpoint, "keys": keys}, 201)


async def push(http: Request) -> Response:
    """Deliver one message to one browser."""
    carrier, name = carrier_of(http), http.path_params["name"]
    browser = _browsers(http).get(name)
    if browser is None:
        return Response("gone", 410)
    body = await http.body()
    if len(body) > MOST_BYTES:
        return Response("too large", 413)
    topic = http.headers.get("topic", "")
    if not http.headers.get("ttl", "").isdigit() or (topic and not TOPIC.fullmatch(topic)):
        return Response("ttl is required; a topic is up to 32 letters", 400)
    if http.headers.get("content-encoding") != "aes128gcm":
        return Response("aes128gcm expected", 415)
    try:
        _check_sender(http, browser, carrier)
    except Bad as fault:
        return Response(str(fault), 403)
    try:
        shown = _shown(opened(browser, body))
    except Bad as fault:
        return Response(str(fault), 400)
    known = [one for one in carrier.handsets.of(browser.phone) if topic and one.id == f"{name}/{topic}"]
    if not known:
        carrier.handsets.arrive(
            Arrived(
                id=f"{name}/{topic or secrets.token_hex(4)}",
                service="push",
                phone=browser.phone,
                sender=browser.owner,
                at=carrier.now("push"),
                status="delivered",
                title=shown["title"],
                text=shown["text"],
                link=shown["link"],
            )
        )
    return Response(status_code=201, headers={"location": f"/push/message/{secrets.token_hex(8)}"})


def _shown(data: bytes) -> dict[str, str]:
    fields = Fields(data)
    shown = {
        "title": fields.text("title"),
        "text": fields.text("body", default=""),
        "link": fields.text("link", default=""),
    }
    fields.text("tag", default="")
    fields.nothing_else()
    return shown


@guarded
async def forget(http: Request) -> Response:
    """The browser ends a subscription; whoever pushes to it is told 410. Behind the secret."""
    found = _browsers(http).pop(http.path_params["name"], None)
    return Response(status_code=204 if found else 404)


routes = [
    Route("/subscriptions", subscribe, methods=["POST"]),
    Route("/to/{name}", push, methods=["POST"]),
    Route("/subscriptions/{name}", forget, methods=["DELETE"]),
]

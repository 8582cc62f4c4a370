"""Our key towards push services (RFC 8292): one P-256 key for the whole province, made at its first use."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from tinhso.notify.carriers.sealing import b64, point

TOKEN_LIFE = timedelta(hours=12)


def public_key() -> str:
    """Our public key as browsers take it (`applicationServerKey`)."""
    return b64(point(_key(settings.MESSAGING.push.key).public_key()))


def authorization(endpoint: str, *, at: datetime) -> str:
    """The header that tells the push service of `endpoint` who sends."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + TOKEN_LIFE).timestamp()),
        "sub": settings.MESSAGING.push.contact,
    }
    token = jwt.encode(claims, _key(settings.MESSAGING.push.key), algorithm="ES256")
    return f"vapid t={token}, k={public_key()}"


@lru_cache(maxsize=4)
def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} does not hold a P-256 key")
    return key


def _make(path: Path) -> None:
    """Write a new key unless another process was quicker; readable by us alone."""
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        Path(made).unlink()

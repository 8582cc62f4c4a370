"""Signed id tokens and the key set that proves them."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ID_TOKEN_SECONDS = 300


class BadHint(ValueError):
    """An id token handed back to us is not one of ours."""


class Signer:
    """Signs with RS256 and publishes the public key."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = RSAKey.import_key(key, {"use": "sig", "alg": "RS256"})
        self._key.ensure_kid()
        self.kid = self._key.kid

    def key_set(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact JWS."""
        return jwt.encode({"alg": "RS256", "kid": self.kid}, claims, self._key)

    def read_hint(self, token: str, *, issuer: str, audience: str) -> dict[str, Any]:
        """Claims of an id token of ours, expired or not; raises BadHint."""
        try:
            claims = jwt.decode(token, self._key, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as fault:
            raise BadHint("id_token_hint does not verify") from fault
        if claims.get("iss") != issuer or claims.get("aud") != audience:
            raise BadHint("id_token_hint is not for this client")
        return claims


def at_hash(access_token: str) -> str:
    """Left half of the SHA-256 of the access token (OpenID Connect Core §3.1.3.6)."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, as JWT wants them."""
    return int(moment.timestamp())

"""Seals whose keys lie in a token or security module on the server (PKCS #11); keys never leave it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto import algos, core
from django.utils.translation import gettext as _
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

from tinhso.foundation.signing.cms import key_kind
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import SignerUnavailable


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where an agency's key is: its label on the token, and its certificate."""

    label: str
    chain: Chain


class TokenSeals:
    """A SealSigner over a PKCS #11 library. One session, kept; it is opened anew after an error."""

    def __init__(self, library: str, *, token: str, pin: str, keys: Mapping[str, TokenKey]) -> None:
        self._library = library
        self._token = token
        self._pin = pin
        self._keys = dict(keys)
        self._session: Any = None
        self._found: dict[str, Any] = {}
        self._lock = threading.Lock()

    def chain(self, *, agency: str) -> Chain:
        """The agency's certificate."""
        return self._key_of(agency).chain

    def sign(self, *, agency: str, data: bytes) -> bytes:
        """A signature over `data` with SHA-256, made in the token. Raises SignerUnavailable."""
        kept = self._key_of(agency)
        with self._lock:
            try:
                return self._sign(kept, data)
            except PKCS11Error:
                self._forget()
            try:
                return self._sign(kept, data)
            except PKCS11Error as error:
                self._forget()
                raise SignerUnavailable(
                    _("Thiết bị giữ khóa con dấu không trả lời. Hãy kiểm tra thiết bị rồi thử lại."),
                    reason=f"{type(error).__name__}: {error}",
                ) from error

    def close(self) -> None:
        """End the session with the token."""
        with self._lock:
            self._forget()

    def _sign(self, kept: TokenKey, data: bytes) -> bytes:
        key = self._key(kept.label)
        digest = hashlib.sha256(data).digest()
        if key_kind(kept.chain.certificate) == "rsa":
            return bytes(key.sign(_wrapped(digest), mechanism=pkcs11.Mechanism.RSA_PKCS))
        return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))

    def _key(self, label: str) -> Any:
        if self._session is None:
            token = pkcs11.lib(self._library).get_token(token_label=self._token)
            self._session = token.open(user_pin=self._pin)
        if label not in self._found:
            self._found[label] = self._session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label
            )
        return self._found[label]

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._found.clear()
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                return

    def _key_of(self, agency: str) -> TokenKey:
        try:
            return self._keys[agency]
        except KeyError:
            raise SignerUnavailable(
                _("Cơ quan này chưa có khóa ký trên máy chủ. Hãy báo người quản trị."), agency=agency
            ) from None


def _wrapped(digest: bytes) -> bytes:
    info = algos.DigestInfo(
        {
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()}),
            "digest": digest,
        }
    )
    return bytes(info.dump())

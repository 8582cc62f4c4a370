"""Remote signing by the Cloud Signature Consortium API: the key lies with a provider, the person confirms.

The person's confirmation is asked with `credentials/authorize` and awaited with `credentials/authorizeCheck`
(CSC API 2.0 §11.6, §11.7); a provider that answers at once with signature activation data (1.0.4 §11.6) is
served the same way. The hash is bound to the confirmation, so what is shown is what is signed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext as _

from tinhso.foundation.signing.cms import key_kind
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import SignatureRefused, SignerUnavailable
from tinhso.foundation.signing.ports import Asked
from tinhso.foundation.signing.web import Unreachable, Web

SHA256_OID = "2.16.840.1.101.3.4.2.1"
SIGN_ALGORITHMS = {"rsa": "1.2.840.113549.1.1.11", "ec": "1.2.840.10045.4.3.2"}
PENDING = {"authorization_pending", "pending", "slow_down"}
REFUSED = {"access_denied", "authorization_denied", "expired_token", "user_cancelled"}


class _Reference(msgspec.Struct, frozen=True):
    credential: str
    digest: str
    algorithm: str
    handle: str = ""
    sad: str = ""


class CscSigner:
    """A PersonalSigner at a CSC provider.

    `credential_of` gives the credential registered for a person, `token` the province's access token.
    """

    def __init__(
        self,
        base: str,
        *,
        web: Web,
        token: Callable[[], str],
        credential_of: Callable[[str], str],
    ) -> None:
        self._base = base.rstrip("/")
        self._web = web
        self._token = token
        self._credential_of = credential_of

    def chain(self, *, person: str) -> Chain:
        """The person's certificate. Raises SignerUnavailable."""
        found = self._call(
            "credentials/info", {"credentialID": self._credential_of(person), "certificates": "chain"}
        )
        try:
            return Chain.from_der(*(base64.b64decode(one) for one in found["cert"]["certificates"]))
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise _unavailable(f"no certificate in the answer: {error}") from error

    def ask(self, *, person: str, digest: bytes, document: str) -> Asked:
        """Ask the person to confirm one signature over `digest`. Raises SignerUnavailable."""
        credential = self._credential_of(person)
        encoded = base64.b64encode(digest).decode()
        found = self._call(
            "credentials/authorize",
            {
                "credentialID": credential,
                "numSignatures": 1,
                "hashes": [encoded],
                "hash": [encoded],
                "hashAlgorithmOID": SHA256_OID,
                "description": document[:200],
            },
        )
        reference = _Reference(
            credential=credential,
            digest=encoded,
            algorithm=SIGN_ALGORITHMS[key_kind(self.chain(person=person).certificate)],
            handle=str(found.get("handle", "")),
            sad=str(found.get("SAD", "")),
        )
        if not (reference.handle or reference.sad):
            raise _unavailable("neither a handle nor activation data in the answer")
        return Asked(msgspec.json.encode(reference).decode(), str(found.get("confirmURL", "")))

    def collect(self, *, asked: Asked) -> bytes | None:
        """The signature; None while not confirmed. Raises SignatureRefused, SignerUnavailable."""
        try:
            reference = msgspec.json.decode(asked.reference, type=_Reference)
        except msgspec.MsgspecError as error:
            raise _unavailable("the reference is not one of ours") from error
        sad = reference.sad or self._confirmed(reference)
        if not sad:
            return None
        found = self._call(
            "signatures/signHash",
            {
                "credentialID": reference.credential,
                "SAD": sad,
                "hashes": [reference.digest],
                "hash": [reference.digest],
                "hashAlgorithmOID": SHA256_OID,
                "hashAlgo": SHA256_OID,
                "signAlgo": reference.algorithm,
            },
        )
        try:
            (signature,) = found["signatures"]
            return base64.b64decode(signature, validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise _unavailable(f"no signature in the answer: {error}") from error

    def _confirmed(self, reference: _Reference) -> str:
        found = self._call(
            "credentials/authorizeCheck",
            {"handle": reference.handle, "credentialID": reference.credential},
            may_wait=True,
        )
        return str(found.get("SAD", ""))

    def _call(self, method: str, question: dict[str, Any], *, may_wait: bool = False) -> dict[str, Any]:
        try:
            answer = self._web(
                "POST",
                f"{self._base}/{quote(method)}",
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {self._token()}",
                },
                body=msgspec.json.encode(question),
            )
            found = msgspec.json.decode(answer.body or b"{}", type=dict[str, Any])
        except (Unreachable, msgspec.MsgspecError) as error:
            raise _unavailable(str(error)) from error
        fault = str(found.get("error", ""))
        if may_wait and (fault in PENDING or answer.status == 202):
            return {}
        if fault in REFUSED:
            raise SignatureRefused(_("Người ký không xác nhận trên điện thoại. Hãy gửi lại yêu cầu ký."))
        if answer.status >= 300:
            raise _unavailable(f"{method}: {answer.status} {fault}")
        return found


def _unavailable(reason: str) -> SignerUnavailable:
    return SignerUnavailable(
        _("Dịch vụ ký số từ xa chưa trả lời được. Hãy thử lại sau ít phút."), reason=reason[:300]
    )

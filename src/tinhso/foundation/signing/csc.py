"""Remote signing by the Cloud Signature Consortium API: the key lies with a provider, the person confirms.

The person's confirmation is asked with `credentials/authorize` and awaited with `credentials/authorizeCheck`
(CSC API 2.0); a provider that answers at once with signature activation data is served the same way. The
hash is bound to the confirmation, so that nothing else can be signed with it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.signing.cms import key_kind
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import SignatureRefused, SignerUnavailable
from tinhso.foundation.signing.ports import Asked

SERVICE = "Ký số từ xa"
SHA256_OID = "2.16.840.1.101.3.4.2.1"
SIGN_ALGORITHMS = {"rsa": "1.2.840.113549.1.1.11", "ec": "1.2.840.10045.4.3.2"}
PENDING = {"authorization_pending", "pending", "slow_down"}
REFUSED = {"access_denied", "authorization_denied", "expired_token", "expired_request"}


class _Reference(msgspec.Struct, frozen=True):
    credential: str
    digest: str
    algorithm: str
    handle: str = ""
    sad: str = ""


class CscSigner:
    """A PersonalSigner at a CSC provider.

    `base` ends in the API's version (`…/csc/v2`). `credential_of` gives the credential registered for a
    person, `token` the province's access token, `confirm_at` the page where the person confirms, if any.
    """

    def __init__(
        self,
        base: str,
        *,
        token: Callable[[], str],
        credential_of: Callable[[str], str],
        confirm_at: Callable[[str], str] = lambda _person: "",
    ) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._credential_of = credential_of
        self._confirm_at = confirm_at

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
        return Asked(msgspec.json.encode(reference).decode(), self._confirm_at(person))

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
                "hashAlgorithmOID": SHA256_OID,
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
            {"handle": reference.handle},
        )
        return str(found.get("SAD", ""))

    def _call(self, method: str, question: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = http.call(
                "POST",
                f"{self._base}/{method}",
                service=SERVICE,
                headers={"authorization": f"Bearer {self._token()}"},
                json=question,
            )
            found = answer.json()
        except http.Unanswered as error:
            raise _unavailable(str(error)) from error
        if not isinstance(found, dict):
            raise _unavailable(f"{method}: no object in the answer")
        fault = str(found.get("error", ""))
        if fault in PENDING:
            return {}
        if fault in REFUSED:
            raise SignatureRefused(_("Người ký không xác nhận trên điện thoại. Hãy gửi lại yêu cầu ký."))
        if not answer.ok:
            raise _unavailable(f"{method}: {answer.status} {fault} {found.get('error_description', '')}")
        return found


def _unavailable(reason: str) -> SignerUnavailable:
    return SignerUnavailable(
        _("Dịch vụ ký số từ xa chưa trả lời được. Hãy thử lại sau ít phút."), reason=reason[:300]
    )

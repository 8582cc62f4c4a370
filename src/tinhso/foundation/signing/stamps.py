"""A time-stamp authority over HTTP (RFC 3161)."""

from __future__ import annotations

import secrets

from asn1crypto import tsp
from django.utils.translation import gettext as _

from tinhso.foundation.signing.cms import SHA256
from tinhso.foundation.signing.errors import StampUnavailable
from tinhso.foundation.signing.web import Unreachable, Web

GRANTED = {"granted", "granted_with_mods"}


class HttpStamps:
    """A StampAuthority at a URL, tried once again when it does not answer."""

    def __init__(self, url: str, *, web: Web, attempts: int = 2) -> None:
        self.url = url
        self._web = web
        self._attempts = attempts

    def stamp(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest, its nonce and digest checked. Raises StampUnavailable."""
        nonce = secrets.randbits(63)
        question = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {"hash_algorithm": SHA256, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        ).dump()
        reason = ""
        for _attempt in range(self._attempts):
            try:
                return self._read(self._ask(question), digest, nonce)
            except (Unreachable, ValueError, TypeError, KeyError, AttributeError) as error:
                reason = str(error)
        raise StampUnavailable(
            _("Chưa lấy được dấu thời gian. Chữ ký chưa được lưu; hãy thử lại sau ít phút."), reason=reason
        )

    def _ask(self, question: bytes) -> bytes:
        answer = self._web(
            "POST", self.url, headers={"Content-Type": "application/timestamp-query"}, body=question
        )
        if answer.status != 200:
            raise Unreachable(f"the time-stamp authority answered {answer.status}")
        return answer.body

    def _read(self, body: bytes, digest: bytes, nonce: int) -> bytes:
        response = tsp.TimeStampResp.load(body)
        status = response["status"]["status"].native
        if status not in GRANTED:
            raise ValueError(f"the time-stamp authority refused: {status}")
        token = response["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["nonce"].native != nonce or info["message_imprint"]["hashed_message"].native != digest:
            raise ValueError("the stamp answers another question")
        return bytes(token.dump())

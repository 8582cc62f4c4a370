"""A time-stamp authority over HTTP (RFC 3161)."""

from __future__ import annotations

import secrets

from asn1crypto import tsp
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.signing.cms import SHA256
from tinhso.foundation.signing.errors import StampUnavailable

SERVICE = "Dấu thời gian"
GRANTED = {"granted", "granted_with_mods"}


class HttpStamps:
    """A StampAuthority at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url

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
        try:
            answer = http.call(
                "POST",
                self.url,
                service=SERVICE,
                headers={"content-type": "application/timestamp-query"},
                content=question,
                repeatable=True,
            ).ensure()
            return self._read(answer.body, digest, nonce)
        except (http.Unanswered, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StampUnavailable(
                _("Chưa lấy được dấu thời gian. Chữ ký chưa được lưu; hãy thử lại sau ít phút."),
                reason=str(error),
            ) from error

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

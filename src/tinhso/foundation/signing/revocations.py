"""Asking issuers whether a certificate is revoked: OCSP first, its CRL otherwise; answers are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from asn1crypto import crl, x509
from asn1crypto.ocsp import OCSPResponse
from django.utils.translation import gettext as _

from tinhso.foundation import http, ocsp
from tinhso.foundation.signing.errors import RevocationUnknown
from tinhso.foundation.signing.trust import Answers

OCSP_KEPT = timedelta(minutes=5)
CRL_KEPT = timedelta(hours=1)
MOST_KEPT = 2000
LARGEST_LIST = 32 * 1024 * 1024
SERVICE = "Nơi cấp chứng thư"


class HttpRevocations:
    """A RevocationSource over HTTP. An answer is kept until it is old or says itself that it ends."""

    def __init__(self, *, ocsp_kept: timedelta = OCSP_KEPT, crl_kept: timedelta = CRL_KEPT) -> None:
        self._ocsp_kept = ocsp_kept
        self._crl_kept = crl_kept
        self._kept: dict[str, tuple[datetime, bytes]] = {}
        self._lock = threading.Lock()

    def ask(self, *, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Answers:
        """What the issuer says. Raises RevocationUnknown when neither OCSP nor CRL can be had."""
        reasons = []
        for url in certificate.ocsp_urls:
            try:
                return Answers(ocsps=(self._ocsp(url, certificate, issuer, at),))
            except (http.Unanswered, ValueError, TypeError) as error:
                reasons.append(str(error))
        for url in _crl_urls(certificate):
            try:
                return Answers(crls=(self._crl(url, at),))
            except (http.Unanswered, ValueError, TypeError) as error:
                reasons.append(str(error))
        raise RevocationUnknown(
            _("Chưa hỏi được nơi cấp xem chứng thư còn hiệu lực không. Hãy thử lại sau ít phút."),
            reason="; ".join(reasons),
        )

    def _ocsp(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bytes:
        key = f"ocsp {certificate.sha256.hex()}"
        found = self._recall(key, at)
        if found is not None:
            return found
        answer = http.call(
            "POST",
            url,
            service=SERVICE,
            headers={"content-type": ocsp.CONTENT_TYPE},
            content=ocsp.question(certificate.dump(), issuer.dump()),
            repeatable=True,
        ).ensure()
        response = OCSPResponse.load(answer.body)
        if response["response_status"].native != "successful":
            raise ValueError(f"OCSP at {url}: {response['response_status'].native}")
        ends = [one["next_update"].native for one in response.response_data["responses"]]
        self._remember(key, answer.body, min([at + self._ocsp_kept, *(end for end in ends if end)]), at)
        return answer.body

    def _crl(self, url: str, at: datetime) -> bytes:
        found = self._recall(f"crl {url}", at)
        if found is not None:
            return found
        answer = http.call("GET", url, service=SERVICE, max_bytes=LARGEST_LIST).ensure()
        ends = crl.CertificateList.load(answer.body)["tbs_cert_list"]["next_update"].native
        until = min(at + self._crl_kept, ends) if ends else at + self._crl_kept
        self._remember(f"crl {url}", answer.body, until, at)
        return answer.body

    def _recall(self, key: str, at: datetime) -> bytes | None:
        with self._lock:
            until, body = self._kept.get(key, (at, b""))
        return body if at < until else None

    def _remember(self, key: str, body: bytes, until: datetime, at: datetime) -> None:
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept = {name: kept for name, kept in self._kept.items() if kept[0] > at}
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = (until, body)


def _crl_urls(certificate: x509.Certificate) -> Iterator[str]:
    for point in certificate.crl_distribution_points:
        if point.url is not None and point.url.startswith(("http://", "https://")):
            yield point.url

"""Time stamps, OCSP, CRL and remote signing on a real socket, answering as their protocols say."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import cms, ocsp, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from tests.support.pki import Authority, Identity, Stamps

SIGN_ALGORITHMS = {
    "1.2.840.113549.1.1.11": rsa.RSAPrivateKey,
    "1.2.840.10045.4.3.2": ec.EllipticCurvePrivateKey,
}


@dataclass
class National:
    """Answers by path; `broken` paths answer 500, `asked` counts."""

    authority: Authority
    signer: Identity
    stamps: Stamps
    address: str = ""
    broken: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    confirmed: bool | None = None
    other_nonce: bool = False
    authorized: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        self.asked[path] = self.asked.get(path, 0) + 1
        if path in self.broken:
            return 500, b"broken"
        routes: dict[str, Callable[[bytes], tuple[int, bytes]]] = {
            "/tsa": self._stamp,
            "/ocsp": self._ocsp,
            "/crl": lambda _body: (200, self.authority.crl(self.authority.issuer)),
        }
        if path in routes:
            return routes[path](body)
        if path.startswith("/csc/"):
            status, found = self._csc(path.removeprefix("/csc/"), json.loads(body))
            return status, json.dumps(found).encode()
        return 404, b""

    def _stamp(self, body: bytes) -> tuple[int, bytes]:
        question = tsp.TimeStampReq.load(body)
        nonce = 7 if self.other_nonce else question["nonce"].native
        token = self.stamps.stamp(question["message_imprint"]["hashed_message"].native, nonce=nonce)
        answer = tsp.TimeStampResp(
            {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
        )
        return 200, answer.dump()

    def _ocsp(self, body: bytes) -> tuple[int, bytes]:
        question = ocsp.OCSPRequest.load(body)["tbs_request"]["request_list"][0]["req_cert"]
        serial = question["serial_number"].native
        known = {one.certificate.serial_number: one for one in (self.signer, self.stamps.identity)}
        if question["issuer_key_hash"].native != self.authority.issuer.asn1.public_key.sha1:
            return 200, ocsp.OCSPResponse({"response_status": "unauthorized"}).dump()
        return 200, self.authority.ocsp(known[serial].asn1)

    def _csc(self, method: str, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method != "credentials/authorizeCheck" and question.get("credentialID") != "chung-thu-1":
            return 400, {"error": "invalid_request"}
        if method == "credentials/info":
            chain = [self.signer.der, self.authority.issuer.der]
            return 200, {"cert": {"certificates": [base64.b64encode(one).decode() for one in chain]}}
        if method == "credentials/authorize":
            self.authorized["handle-1"] = question["hashes"]
            return 200, {"handle": "handle-1"}
        if method == "credentials/authorizeCheck":
            if self.confirmed is None:
                return 400, {"error": "authorization_pending"}
            return (200, {"SAD": "sad-1"}) if self.confirmed else (400, {"error": "access_denied"})
        return self._sign(question)

    def _sign(self, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if question["SAD"] != "sad-1" or question["hashes"] != self.authorized["handle-1"]:
            return 400, {"error": "invalid_request"}
        if not isinstance(self.signer.key, SIGN_ALGORITHMS[question["signAlgo"]]):
            return 400, {"error": "invalid_request"}
        digest = base64.b64decode(question["hashes"][0])
        ready = utils.Prehashed(hashes.SHA256())
        if isinstance(self.signer.key, rsa.RSAPrivateKey):
            signature = self.signer.key.sign(digest, padding.PKCS1v15(), ready)
        else:
            signature = self.signer.key.sign(digest, ec.ECDSA(ready))
        return 200, {"signatures": [base64.b64encode(signature).decode()]}


@contextmanager
def serving(kind: str = "ec") -> Iterator[National]:
    """The services on a free port of loopback, with certificates that name their addresses."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = national.answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _serve  # noqa: N815 - named by http.server

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    authority = Authority(kind, address=address)
    national = National(
        authority, authority.person("Trần Văn Dũng"), Stamps(authority, authority.stamper()), address
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield national
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

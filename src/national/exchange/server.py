"""The national security server: its two ports, its answers about its certificate, its log's containers."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import zipfile
from urllib.parse import parse_qs, quote, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from national.exchange import metadata, parts
from national.exchange.consumer import Consumer
from national.exchange.containers import MIME, build, name_of
from national.exchange.directory import STAMPING_SECONDS, Directory
from national.exchange.failures import Failure
from national.exchange.log import Record
from national.exchange.nation import Identity
from national.exchange.office import Office
from national.exchange.provider import Provider
from national.exchange.stamping import stamp
from national.exchange.wires import Answer, Asked, Listener

LOOPBACK = "127.0.0.1"
PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class SecurityServer:
    """Both sides, each on its port; `start` returns once both listen."""

    def __init__(self, directory: Directory, identity: Identity, port: int, peer_port: int) -> None:
        self.office = Office(directory, identity)
        self.consumer, self.provider = Consumer(self.office), Provider(self.office)
        self._inside = Listener(LOOPBACK, port, self.inside)
        self._peers = Listener(LOOPBACK, peer_port, self.provider.answer, self.office.server_tls)
        self._stopped = threading.Event()
        self._stamper = threading.Thread(target=self._stamping, name="exchange-stamps", daemon=True)

    def start(self) -> None:
        """Enter the directory and answer."""
        self.office.register(f"{LOOPBACK}:{self._peers.port}", f"http://{LOOPBACK}:{self._inside.port}/")
        self._inside.start()
        self._peers.start()
        self._stamper.start()

    def stop(self) -> None:
        """Free both ports."""
        self._stopped.set()
        self._inside.stop()
        self._peers.stop()

    def inside(self, asked: Asked) -> Answer:
        """What information systems ask, and what peers ask about our certificate."""
        place = urlsplit(asked.target)
        if place.path.startswith("/r1/") or place.path == "/r1":
            return self.consumer.ask_rest(asked)
        if asked.verb == "GET" and place.path == "/" and "cert" in parse_qs(place.query):
            return self._ocsp(parse_qs(place.query)["cert"])
        if asked.verb == "GET" and place.path == "/listClients":
            return metadata.clients(self.office, asked)
        if asked.verb == "GET" and place.path == "/asic":
            return self._asic(parse_qs(place.query, keep_blank_values=True))
        return self.consumer.ask_soap(asked)

    def stamp(self) -> int:
        """Stamp what waits; gives back how many. Raises Failure."""
        url = f"{self.office.directory.authority.settings.base}/tsa"
        return stamp(self.office.log, url, self.office.trust())

    def _stamping(self) -> None:
        while not self._stopped.wait(STAMPING_SECONDS):
            with contextlib.suppress(Failure):
                self.stamp()

    def _ocsp(self, digests: list[str]) -> Answer:
        """OCSP answers about our TLS certificate (§9); 404 for any other."""
        der = self.office.certificate.public_bytes(Encoding.DER)
        ours = hashlib.sha1(der, usedforsecurity=False).hexdigest()
        if any(digest.lower() != ours for digest in digests):
            return Answer(404, "Not Found", PLAIN, b"unknown certificate")
        try:
            answers = self.office.tls_answers()
        except Failure as fault:
            return Answer(500, "Failure", PLAIN, fault.message.encode())
        boundary, body = parts.written([parts.part(parts.OCSP, one) for one in answers])
        return Answer(200, "OK", [("Content-Type", f'multipart/related; boundary="{boundary}"')], body)

    def _asic(self, query: dict[str, list[str]]) -> Answer:
        """Containers of a message (§13.2)."""
        given = {name: values[0] for name, values in query.items()}
        needed = ("queryId", "xRoadInstance", "memberClass", "memberCode")
        both = "requestOnly" in given and "responseOnly" in given
        one_only = "requestOnly" in given or "responseOnly" in given
        if any(not given.get(name) for name in needed) or both or ("unique" in given and not one_only):
            return Answer(400, "Bad Request", PLAIN, b"parameters are missing, or exclude each other")
        owner = "/".join(
            given[name] for name in (*needed[1:], *(["subsystemCode"] if given.get("subsystemCode") else []))
        )
        found = [
            one
            for one in self.office.log.of_query(given["queryId"])
            if one.owner == owner
            and not (one.response and "requestOnly" in given)
            and (one.response or "responseOnly" not in given)
        ]
        if not found:
            return Answer(404, "Not Found", PLAIN, b"No signed documents found")
        if any(not one.stamped for one in found):
            if "force" not in given:
                return Answer(500, "Failure", PLAIN, b"The message has not been timestamped yet!")
            try:
                self.stamp()
            except Failure as fault:
                return Answer(500, "Failure", PLAIN, fault.message.encode())
            numbers = {one.id for one in found}
            found = [one for one in self.office.log.of_query(given["queryId"]) if one.id in numbers]
        return self._given(given, found)

    def _given(self, given: dict[str, str], found: list[Record]) -> Answer:
        if "unique" in given:
            if len(found) > 1:
                return Answer(400, "Bad Request", PLAIN, b"several messages match")
            return _download(name_of(found[0]), MIME, build(found[0]))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for one in found:
                archive.writestr(name_of(one), build(one))
        end = next((f"-{kind}" for kind in ("request", "response") if f"{kind}Only" in given), "")
        return _download(f"{quote(given['queryId'], safe='')}{end}.zip", "application/zip", out.getvalue())


def _download(name: str, kind: str, data: bytes) -> Answer:
    disposition = ("Content-Disposition", f'attachment; filename="{name}"')
    return Answer(200, "OK", [("Content-Type", kind), disposition], data)

"""Time stamps for the log: one over a signature, or one over many (exchange protocol §12)."""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlsplit

from asn1crypto import tsp

from national.exchange import chains
from national.exchange.chains import TS_CHAIN, Leaf
from national.exchange.failures import Failure
from national.exchange.log import Log
from national.exchange.trust import Trust
from national.exchange.wires import Asked, Broken, ask
from national.exchange.xades import Xades, with_stamp

SECONDS = 60
SIGNATURES = "META-INF/signatures.xml"


def token(url: str, data: bytes, trust: Trust) -> bytes:
    """A stamp over these bytes from the service at that address (RFC 3161); raises Failure."""
    nonce = secrets.randbits(63)
    question = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha512"},
                "hashed_message": hashlib.sha512(data).digest(),
            },
            "nonce": nonce,
            "cert_req": True,
        }
    ).dump()
    place = urlsplit(url)
    asked = Asked(
        "POST",
        place.path or "/",
        [("Host", place.netloc), ("Content-Type", "application/timestamp-query")],
        question,
    )
    try:
        answer = ask((place.hostname or "", place.port or 80), asked, seconds=SECONDS)
        told = tsp.TimeStampResp.load(answer.body, strict=True)
        granted = told["status"]["status"].native == "granted"
        made = told["time_stamp_token"]
        same = granted and made["content"]["encap_content_info"]["content"].parsed["nonce"].native == nonce
    except (OSError, Broken, ValueError, TypeError, KeyError) as fault:
        raise Failure("timestamping_failed", f"{url}: {fault}") from fault
    if not same:
        raise Failure("timestamping_failed", f"{url} gives no stamp, or another's")
    data_out = bytes(made.dump())
    trust.stamp_time(data_out, data)
    return data_out


def stamp(log: Log, url: str, trust: Trust) -> int:
    """Stamp everything that waits: a single record by itself, several as a batch. Raises Failure."""
    waiting = log.unstamped()
    if len(waiting) == 1:
        signature = waiting[0].signed.signature
        made = with_stamp(signature, token(url, Xades(signature).value, trust))
        log.stamped(waiting[0].id, made, None)
    elif waiting:
        leaves = [Leaf((SIGNATURES,), (hashlib.sha512(one.signed.signature).digest(),)) for one in waiting]
        values = [leaf.value for leaf in leaves]
        result = chains.result(chains.top(values), TS_CHAIN)
        made = token(url, result, trust)
        for at, (record, leaf) in enumerate(zip(waiting, leaves, strict=True)):
            chain = chains.chain(leaf, values[:at], values[at + 1 :])
            log.stamped(record.id, record.signed.signature, (made, result, chain))
    return len(waiting)

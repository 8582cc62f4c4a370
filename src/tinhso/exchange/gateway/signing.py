"""Signing without waiting in line: what comes while a signature is being made is signed together by the next.

Keys are read once and kept. P-256 keys in files sign within the loop, since a signature takes less than
handing it to a thread; RSA and tokens sign in one thread of their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.evidence.keys import ECDSA, CannotSign, FileKey, Pkcs11Key, SigningKey
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.signatures import Signed, sign_batch
from tinhso.exchange.gateway import figures
from tinhso.exchange.gateway.snapshot import KeptKey, Snapshot
from tinhso.exchange.operations.server import TOKEN
from tinhso.exchange.protocol.faults import Fault

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 1024
GATHER_SECONDS = 0.005
"""From one signature to the next at least, so that under load few signatures cover many messages."""
Leaf = Sequence[bytes]
"""SHA-512 digests of a message's parts: the message, then its attachments (a REST body is the first)."""
_Waiting = tuple[Leaf, "asyncio.Future[Signed]"]


class Signer:
    """One member's key at work."""

    def __init__(self, kept: KeptKey, key: SigningKey, answers: Callable[[], Sequence[bytes]]) -> None:
        self.key = key
        self.shown = kept.uses
        """The certificates that go with each signature."""
        self._answers = answers
        self._seal = Seal(key, answers())
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._signed_at = 0.0
        inline = isinstance(key, FileKey) and key.algorithm == ECDSA
        self._thread = None if inline else ThreadPoolExecutor(1, thread_name_prefix="signer")

    async def sign(self, leaf: Leaf) -> Signed:
        """Sign a message by its digests, alone or with others. Raises Fault `cannot_sign`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Signed] = loop.create_future()
        self._waiting.append((leaf, future))
        if not self._busy:
            self._busy = True
            self._soon(loop)
        return await future

    def close(self) -> None:
        """Let the thread go."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)

    def _soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sign at once after a pause, else after a moment in which others come."""
        now = loop.time()
        early = self._signed_at + GATHER_SECONDS - now
        if early > 0:
            loop.call_later(early, self._next)
        else:
            loop.call_soon(self._next)

    def _next(self) -> None:
        self._signed_at = asyncio.get_running_loop().time()
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        leaves = [leaf for leaf, _future in batch]
        if self._thread is None:
            try:
                self._done(batch, self._sign(leaves), None)
            except Exception as error:  # whatever a key does, those who wait must hear of it
                self._done(batch, [], error)
            return
        loop = asyncio.get_running_loop()
        made = loop.run_in_executor(self._thread, self._sign, leaves)
        made.add_done_callback(lambda done: self._made(batch, done))

    def _made(self, batch: list[_Waiting], done: asyncio.Future[list[Signed]]) -> None:
        error = done.exception()
        self._done(batch, [] if error else done.result(), error)

    def _sign(self, leaves: Sequence[Leaf]) -> list[Signed]:
        answers = tuple(self._answers())
        if answers != self._seal.answers:
            self._seal = Seal(self.key, answers)
        figures.SIGNATURES.inc()
        figures.SIGNED.inc(len(leaves))
        return sign_batch(self._seal, leaves, at=datetime.now(UTC))

    def _done(self, batch: list[_Waiting], signed: list[Signed], error: BaseException | None) -> None:
        if error is not None:
            logger.error("a batch of %d was not signed: %s", len(batch), error)
            fault = Fault("cannot_sign", "The message could not be signed").within("signer")
            for _leaf, future in batch:
                if not future.done():
                    future.set_exception(fault)
        for (_leaf, future), one in zip(batch, signed, strict=False):
            if not future.done():
                future.set_result(one)
        self._busy = bool(self._waiting)
        if self._busy:
            self._soon(asyncio.get_running_loop())


class Signers:
    """The signing keys of the members who speak through this server."""

    def __init__(
        self,
        answer: Callable[[bytes], bytes | None],
        *,
        key_password: str = "",
        token_library: str = "",
        token_pin: str = "",
    ) -> None:
        self._answer = answer
        self._password = key_password.encode() or None
        self._library, self._pin = token_library, token_pin
        self._kept: dict[str, tuple[KeptKey, Signer]] = {}
        self.troubles: Mapping[str, str] = {}
        """Members whose key cannot be used, and why."""

    def take(self, snapshot: Snapshot) -> None:
        """Follow the configuration; keys that did not change stay loaded."""
        kept: dict[str, tuple[KeptKey, Signer]] = {}
        troubles = {}
        for key in snapshot.keys:
            if key.use is not KeyUse.SIGNING:
                continue
            held = self._kept.get(key.member)
            if held is not None and held[0] == key:
                kept[key.member] = held
                continue
            try:
                kept[key.member] = key, self._open(key)
            except (CannotSign, OSError) as error:
                troubles[key.member] = str(error)
                logger.error("the signing key of %s cannot be used: %s", key.member, error)
        gone = [
            signer
            for member, (_key, signer) in self._kept.items()
            if kept.get(member, (0, 0))[1] is not signer
        ]
        self._kept, self.troubles = kept, troubles
        for signer in gone:
            signer.close()

    def of(self, member: str, *, at: datetime) -> Signer:
        """The member's signer. Raises Fault when there is none, or its certificate is over."""
        held = self._kept.get(member)
        if held is None:
            why = self.troubles.get(member, "no active signing key")
            raise Fault("cannot_create_signature", f"Member {member}: {why}")
        key, signer = held
        if key.not_after <= at:
            raise Fault(
                "cannot_create_signature", f"The signing certificate of {member} ended {key.not_after}"
            )
        return signer

    def _open(self, key: KeptKey) -> Signer:
        own, *chain = key.certificates
        if key.reference.startswith(TOKEN):
            said = token_address(key.reference)
            opened: SigningKey = Pkcs11Key(
                said.get("module-path", self._library),
                token=said.get("token", ""),
                pin=self._pin,
                label=said.get("object", ""),
                certificate=own,
                chain=chain,
            )
        else:
            pem = Path(key.reference).read_bytes()
            opened = FileKey.read(pem, own, chain, password=self._password)
        return Signer(key, opened, lambda: [one for one in map(self._answer, key.certificates) if one])


def token_address(uri: str) -> dict[str, str]:
    """The attributes of a PKCS#11 address (RFC 7512), path and query alike, percent-decoded."""
    path, _mark, query = uri.removeprefix(TOKEN).partition("?")
    pairs = [one.partition("=") for one in (*path.split(";"), *query.split("&")) if one]
    return {name: unquote(value) for name, _sign, value in pairs}

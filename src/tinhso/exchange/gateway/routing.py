"""Which of several servers a message goes to: the least busy of those that answer (§14.3)."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration, Server
from tinhso.exchange.protocol.identifiers import ClientId, ServerId

logger = logging.getLogger(__name__)
REST_SECONDS = 15.0
"""How long a server that did not answer is asked last."""


class Routes:
    """Chooses servers and remembers how they fare."""

    def __init__(self) -> None:
        self._busy: Counter[str] = Counter()
        self._failed: dict[str, float] = {}

    def choose(
        self, owner: ClientId, wanted: ServerId | None, configuration: GlobalConfiguration
    ) -> list[Server]:
        """Servers that serve this client, the best first.

        Raises Fault: unknown_member, invalid_security_server, maintenance_mode with the operator's text.
        """
        serving = configuration.serving.get(owner, ())
        if not serving:
            raise Fault("unknown_member", f"Client {owner} is at no server of the exchange")
        if wanted is not None:
            serving = tuple(one for one in serving if one.id == str(wanted))
            if not serving:
                raise Fault("invalid_security_server", f"Server {wanted} does not serve {owner}")
        open_now = [one for one in serving if not one.maintenance]
        if not open_now:
            raise Fault("maintenance_mode", "; ".join(dict.fromkeys(one.maintenance for one in serving)))
        if len(open_now) == 1:
            return open_now
        now = time.monotonic()
        random.shuffle(open_now)
        chosen = sorted(open_now, key=lambda one: (self._rests(one, now), self._busy[one.id]))
        logger.debug("servers for %s, best first: %s", owner, [one.id for one in chosen])
        return chosen

    @contextmanager
    def underway(self, server: Server) -> Iterator[None]:
        """Counts a message to this server."""
        self._busy[server.id] += 1
        try:
            yield
        finally:
            self._busy[server.id] -= 1

    def failed(self, server: Server) -> None:
        """The server did not take a connection."""
        self._failed[server.id] = time.monotonic()

    def answered(self, server: Server) -> None:
        """The server answered."""
        self._failed.pop(server.id, None)

    def _rests(self, server: Server, now: float) -> bool:
        failed = self._failed.get(server.id)
        return failed is not None and now - failed < REST_SECONDS

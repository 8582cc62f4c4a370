"""The backend that settings name. A kept connection is asked only when its socket has something to say."""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

PREPARED = 400
"""Statements a connection keeps prepared. The driver's 100 are fewer than a desk and the API use in turn."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that went away has closed its end, which shows as input; only then is it worth a question."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that keeps more statements prepared."""
        made = super().get_new_connection(conn_params)
        made.prepared_max = PREPARED
        return made

    def is_usable(self) -> bool:
        """Whether the kept connection still answers, asked at the beginning of each request."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            return bool(super().is_usable())
        quiet = select.poll()
        quiet.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return True if not quiet.poll(0) else bool(super().is_usable())

"""Notify answers the exchange's port: messages to data owners, operators and developers of other systems."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from tinhso.identity import api as identity
from tinhso.notify.contracts import Notice, Recipient
from tinhso.notify.operations.sending import send_all


class ExchangeMessages:
    """Sends what the exchange tells officers."""

    def tell(
        self,
        *,
        to: Collection[UUID],
        template: str,
        facts: Mapping[str, str],
        link: str,
        by: UUID | None,
        at: datetime,
    ) -> None:
        """Queue one message to each officer, inside the running transaction."""
        officers = identity.officers(to, at)
        send_all(
            [
                Notice(
                    to=Recipient(name=officer.full_name, kind="officer", id=id, email=officer.email),
                    template=template,
                    facts=facts,
                    about=None,
                    link=link,
                    by=by,
                )
                for id, officer in officers.items()
            ],
            at=at,
        )

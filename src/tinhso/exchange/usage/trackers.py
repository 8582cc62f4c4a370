"""Which registers a person's page asks who used their data."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.exchange.models import Tracker
from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef


def add(*, service: str, name: str, by: ActorRef, at: datetime) -> UUID:
    """Ask this register too; its id. `service` is `class/member/subsystem/code`. Safe to repeat: the name is
    then the new one, and a register that was no longer asked is asked again."""
    held = Tracker.objects.filter(service=service).values_list("id", flat=True).first()
    tracker_id = held or new_id()
    with transactions.act(
        "exchange.add_tracker", by=by, at=at, on=SubjectRef("exchange_tracker", tracker_id)
    ) as work:
        Tracker.objects.update_or_create(
            service=service,
            defaults={"name": name, "ended_at": None},
            create_defaults={"id": tracker_id, "name": name, "added_at": at},
        )
        work.record(service=service, name=name)
    return tracker_id

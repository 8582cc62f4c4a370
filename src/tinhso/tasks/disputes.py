"""Tasks answers the exchange's port: a person's dispute is a piece of work with a due day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.tasks import operations

SUBJECT = "usage_dispute"


class DisputeTasks:
    """Keeps disputes as tasks."""

    def give(
        self, dispute_id: UUID, *, act: str, title: str, role: str, unit: UUID, due_at: datetime, at: datetime
    ) -> None:
        """Lay it in the unit's basket, for whoever holds the role there."""
        operations.give(
            subject=SUBJECT,
            subject_id=dispute_id,
            act=act,
            title=title,
            role=role,
            unit_id=unit,
            holder=None,
            due_at=due_at,
            by=SYSTEM,
            at=at,
        )

    def move(self, dispute_id: UUID, *, role: str, unit: UUID) -> None:
        """Lay it in another unit's basket, for whoever holds the role there."""
        operations.move(subject=SUBJECT, subject_id=dispute_id, role=role, unit_id=unit)

    def done(self, dispute_id: UUID, *, by: ActorRef, at: datetime) -> None:
        """It was answered."""
        operations.close(subject=SUBJECT, subject_id=dispute_id, by=by, at=at)

"""Reads of exports."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.exports.models import Export
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

PAGE = 50
OVERSEERS = frozenset({identity.Role.LEADER, identity.Role.SUPERVISOR})


def mine(officer: UUID, *, before: UUID | None = None) -> list[Export]:
    """An officer's exports, newest first; one more than a page. One query."""
    rows = Export.objects.filter(officer=officer).order_by("-id")
    return list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])


def overseen(by: ActorRef, *, at: datetime, before: UUID | None = None) -> list[Export]:
    """Who took what out in the agencies the officer oversees, newest first; all for an administrator.

    Three queries.
    """
    posts = identity.held(by.id, at) if by.id else ()
    rows = Export.objects.order_by("-id")
    if not any(post.role is identity.Role.ADMINISTRATOR for post in posts):
        units = directory.units({post.unit for post in posts if post.role in OVERSEERS})
        rows = rows.filter(agency_id__in={unit.agency_id for unit in units.values()})
    return list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])

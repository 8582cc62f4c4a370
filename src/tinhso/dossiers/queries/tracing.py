"""The trace of a search: by a number that belongs to one person it is a look at that person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries.narrowing import numbers
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


def looks_by_number(q: str, found: Sequence[UUID], *, by: ActorRef, at: datetime) -> None:
    """Leave a trace for each person among the dossiers found, when `q` is a phone or a personal id.

    A search by words leaves none here: it is a list. One query, and one a person.
    """
    theirs = numbers(q)
    if not found or theirs is None:
        return
    owners = Dossier.objects.filter(theirs, id__in=found, owner_kind="person").order_by("owner_id")
    for owner in owners.values_list("owner_id", flat=True).distinct():
        if owner:
            identity.look(by, owner, _("Tìm theo số căn cước hoặc điện thoại"), None, at)

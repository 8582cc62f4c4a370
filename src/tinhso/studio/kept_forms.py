"""Files of forms to be filled in on paper that drafts keep."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tinhso.studio.models import SampleForm


def kept(ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the files that were brought here as the form of a paper: only these are given to everybody.

    One query, none without ids.
    """
    if not ids:
        return frozenset()
    return frozenset(SampleForm.objects.filter(file_id__in=ids).values_list("file_id", flat=True))

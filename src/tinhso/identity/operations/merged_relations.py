"""Who files for whom, once two accounts are one: twins give way, nobody files for themselves."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.foundation import files, moments
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.merge_contracts import MergeStopped, Merging
from tinhso.identity.models import Proof, Relation
from tinhso.identity.models.relations import ONE_ONLY
from tinhso.identity.relation_contracts import Capacity, MemberRole


def settle(merging: Merging) -> None:
    """Make room before relations of the loser name the survivor, and say which gave way to which.

    Raises MergeStopped while one of the two may file for the other: that says they are two.
    """
    pair = [merging.loser, merging.survivor]
    rows = list(
        Relation.objects.select_for_update()
        .filter(Q(agent_id__in=pair) | Q(person_id__in=pair))
        .order_by("made_at", "id")
    )
    between = [row for row in rows if {row.agent_id, row.person_id} == set(pair)]
    _no_longer_each_others(between, merging)
    _one_of_each([row for row in rows if row not in between and row.ended_at is None], merging)


def _no_longer_each_others(rows: list[Relation], merging: Merging) -> None:
    """What once held between the two, and is over, goes: a relation is never to oneself."""
    day = moments.today(merging.at)
    for row in rows:
        if row.ended_at is None and (row.valid_to is None or row.valid_to > day):
            raise MergeStopped(
                _(
                    "Tài khoản này đang nộp hồ sơ thay tài khoản kia (%(capacity)s). Nếu đúng là một người,"
                    " hãy để người dân chấm dứt quan hệ đó trước."
                )
                % {"capacity": Capacity(row.capacity).label}
            )
    ids = [row.id for row in rows]
    held = Proof.objects.filter(relation__in=ids).values_list("file_id", flat=True)
    files.loosen([file_id for file_id in held if file_id], at=merging.at)
    Relation.objects.filter(id__in=ids).delete()
    merging.relations.update(dict.fromkeys(ids))


def _one_of_each(rows: list[Relation], merging: Merging) -> None:
    """Of the same relation held by both accounts the one that reaches further stays, else the survivor's."""
    alike: dict[tuple[object, ...], list[Relation]] = defaultdict(list)
    for row in rows:
        if row.capacity in ONE_ONLY:
            sides = (row.agent_id, row.person_id, row.organisation_id)
            one = tuple(merging.survivor if side == merging.loser else side for side in sides)
            alike[(*one, *((row.capacity,) if row.person_id else ()))].append(row)
    for twins in alike.values():
        stays, *others = sorted(
            twins,
            key=lambda row: (
                row.proven_at is None,
                row.accepted_at is None,
                row.role != MemberRole.LEAD,
                merging.loser in (row.agent_id, row.person_id),
            ),
        )
        for row in others:
            row.ended_at, row.ended_by, row.sealed = merging.at, SYSTEM.name, None
            row.ended_because = _("Hai tài khoản của một người đã gộp làm một")
            row.save(update_fields=["ended_at", "ended_by", "ended_because", "sealed"])
            merging.relations[row.id] = stays.id

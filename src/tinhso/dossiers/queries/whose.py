"""The lists of a citizen: their own dossiers, and those of each for whom they file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity


@dataclass(frozen=True, slots=True)
class Whose:
    """One list: whose it is called, what it holds, where it stands, and whether it is the one chosen."""

    name: str
    narrow: Filter
    href: str
    current: bool


def whose_lists(owner: OwnerRef, *, by: ActorRef, chosen: str, at: datetime) -> tuple[Whose, ...]:
    """The lists of this account, its own first. Whose relation has ended has no list any more.

    A proven parent, guardian or member of an organisation finds all that is theirs, a proxy what they filed.
    """
    own = Whose(_("Của tôi"), Filter(owner=owner.id), "/ho-so/", current=True)
    found: list[Whose] = []
    if by.id is None or owner.kind != "person":
        return (own,)
    for one in identity.relations_of(by.id, name=by.name, at=at):
        if not one.holds:
            continue
        whole = one.proven and one.capacity is not identity.Capacity.PROXY
        narrow = Filter(owner=one.represented.id) if whole else Filter(filed_under=one.id)
        found.append(Whose(one.name, narrow, f"/ho-so/?cho={one.id}", current=chosen == str(one.id)))
    if Dossier.objects.filter(joint__contains=[by.id]).exists():
        narrow = Filter(joint=by.id)
        found.append(Whose(_("Cùng đứng tên"), narrow, "/ho-so/?cho=chung", current=chosen == "chung"))
    if any(one.current for one in found):
        own = Whose(own.name, own.narrow, own.href, current=False)
    return (own, *found)

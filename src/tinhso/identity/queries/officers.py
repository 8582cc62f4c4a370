"""Reads of officers and their posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.identity.contracts import OfficerView, PostView, Role, UnknownPerson
from tinhso.identity.models import Account, Delegation, Officer, Post
from tinhso.identity.queries.known import KNOWN


def officers(ids: Iterable[UUID], at: datetime) -> dict[UUID, OfficerView]:
    """Officers by id, with the posts they hold at that moment, delegated ones too. Four queries."""
    wanted = list(ids)
    accounts = Account.objects.in_bulk(wanted)
    posts = _posts(wanted, at)
    return {
        row.account_id: OfficerView(
            id=row.account_id,
            login=accounts[row.account_id].login or "",
            full_name=row.full_name,
            title=row.title,
            email=row.email,
            active=accounts[row.account_id].is_active,
            posts=tuple(posts[row.account_id]),
        )
        for row in Officer.objects.filter(account_id__in=wanted).order_by("sort")
    }


def _posts(ids: list[UUID], at: datetime) -> dict[UUID, list[PostView]]:
    day = moments.today(at)
    found: dict[UUID, list[PostView]] = defaultdict(list)
    for post in Post.objects.filter(officer_id__in=ids, period__contains=day).order_by("valid_from", "id"):
        found[post.officer_id].append(PostView(Role(post.role), post.unit_id, post.valid_from, post.valid_to))
    for given in Delegation.objects.filter(deputy_id__in=ids, period__contains=at).order_by(
        "begins_at", "id"
    ):
        found[given.deputy_id].append(
            PostView(
                role=Role(given.role),
                unit_id=given.unit_id,
                valid_from=moments.today(given.begins_at),
                valid_to=moments.today(given.ends_at),
                on_behalf_of=given.delegator_id,
            )
        )
    return found


@KNOWN.each
def officer_names(ids: list[UUID]) -> dict[UUID, str]:
    """Display names of officers by id; none read once they are known."""
    return dict(Officer.objects.filter(account_id__in=ids).values_list("account_id", "full_name"))


def officer(id: UUID, at: datetime) -> OfficerView:
    """One officer. Raises UnknownPerson."""
    found = officers([id], at).get(id)
    if found is None:
        raise UnknownPerson(_("Không tìm thấy cán bộ này."))
    return found


def officers_of(units: Iterable[UUID], at: datetime, role: Role | None = None) -> tuple[OfficerView, ...]:
    """The active officers with a post in these units at that moment, absent ones too, in Vietnamese order."""
    rows = Post.objects.filter(unit_id__in=list(units), period__contains=moments.today(at))
    if role is not None:
        rows = rows.filter(role=role)
    found = officers(rows.values_list("officer_id", flat=True).distinct(), at)
    return tuple(view for view in found.values() if view.active)


def by_login(login: str, at: datetime) -> OfficerView | None:
    """The officer with that login."""
    id = Account.objects.filter(login=login.strip().lower()).values_list("id", flat=True).first()
    return officers([id], at).get(id) if id else None

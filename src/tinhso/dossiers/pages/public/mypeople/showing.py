"""A relation in plain words: in what capacity, until when, how its proof stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.identity.api import RelationView

ROOT = "/tai-khoan/nguoi-cua-toi/"


@dataclass(frozen=True, slots=True)
class Card:
    """One relation as a card: whose name, what it allows, how it stands (word and hue of its tag)."""

    view: RelationView
    name: str
    what: str
    until: str
    state: str
    hue: str
    href: str


def cards(found: tuple[RelationView, ...], *, mine: bool, at: datetime) -> list[Card]:
    """Relations as cards; of `mine` the represented is named, otherwise the agent."""
    return [card(one, mine=mine, at=at) for one in found]


def card(one: RelationView, *, mine: bool, at: datetime) -> Card:
    """One relation as a card."""
    state, hue = standing(one, at=at)
    return Card(
        view=one,
        name=one.name if mine else one.agent_name,
        what=one.role.label if one.role else one.capacity.label,
        until=_("đến hết %(day)s") % {"day": day(one.valid_to - timedelta(days=1))} if one.valid_to else "",
        state=state,
        hue=hue,
        href=f"{ROOT}{one.id}/",
    )


def standing(one: RelationView, *, at: datetime) -> tuple[str, str]:
    """How the relation stands, as a tag."""
    if one.ended_at is not None:
        return _("đã chấm dứt"), "grey"
    if one.accepted_at is None:
        return _("chờ nhận"), "amber"
    if one.valid_from > moments.today(at):
        return _("chưa đến ngày"), "grey"
    if not one.holds:
        return _("đã hết hiệu lực"), "grey"
    if one.proven:
        return _("đã xác nhận"), "green"
    if one.proof is None:
        return _("thiếu giấy tờ"), "amber"
    if identity.proof_expired(one.proof.given, moments.today(at)):
        return _("giấy tờ hết hạn"), "amber"
    return _("chờ đối chiếu"), "blue"


def day(of: date | None) -> str:
    """A day as people write it; empty for none."""
    return f"{of.day}/{of.month}/{of.year}" if of else ""


def proof_words(one: RelationView) -> str:
    """The newest proof in one line; empty without one."""
    if one.proof is None:
        return ""
    given = one.proof.given
    parts = [one.proof.kind_name, _("số %(number)s") % {"number": given.number} if given.number else ""]
    parts += [given.issuer, _("cấp %(day)s") % {"day": day(given.issued_on)} if given.issued_on else ""]
    if given.valid_until:
        parts.append(_("có hiệu lực đến hết %(day)s") % {"day": day(given.valid_until)})
    return ", ".join(part for part in parts if part)

"""A dossier's way between agencies as the desk shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.queries.passing import PhaseView, TransferView, Way


@dataclass(frozen=True, slots=True)
class Drawn:
    """The way in words; `stages` and `handed` are lines of the phases and of the hand-overs."""

    intake: str
    collect: str
    stages: tuple[dict[str, Any], ...]
    handed: tuple[dict[str, Any], ...]
    words: tuple[str, ...]
    due: str
    late: bool


def drawn(way: Way) -> Drawn | None:
    """The way as it is shown; None for a dossier that stays in its own office."""
    if not (way.intake or way.collect or way.phases or way.transfers):
        return None
    return Drawn(
        intake=way.intake,
        collect=way.collect,
        stages=tuple(_stage(phase) for phase in way.phases),
        handed=tuple(_handed(each) for each in way.transfers if each.state != "dropped"),
        words=way.now.words if way.now else (),
        due=in_words(way.now.due_at) if way.now else "",
        late=bool(way.now and way.now.late),
    )


def _stage(phase: PhaseView) -> dict[str, Any]:
    said = phase.term
    if phase.ended_at:
        said = _("xong %(date)s") % {"date": in_words(phase.ended_at)}
    elif phase.due_at:
        said = _("hạn %(date)s") % {"date": in_words(phase.due_at)}
    return {
        "state": phase.state,
        "name": phase.name,
        "agency": phase.agency_name,
        "said": said,
        "late": phase.late,
    }


def _handed(each: TransferView) -> dict[str, Any]:
    facts = {"giver": each.giver, "taker": each.taker, "at": in_words(each.sent_at)}
    received = in_words(each.received_at)
    return {
        "text": _("%(giver)s chuyển %(taker)s, %(at)s") % facts,
        "state": _("%(who)s nhận %(at)s") % {"who": each.received_by, "at": received}
        if each.received_at
        else _("chờ xác nhận trước %(at)s") % {"at": in_words(each.due_at)},
        "open": each.received_at is None,
    }

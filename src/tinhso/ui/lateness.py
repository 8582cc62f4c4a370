"""Lateness in word, number and shape, never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Unit(StrEnum):
    """Units a promise may be counted in."""

    HOUR = "hour"
    DAY = "day"


class Lateness(StrEnum):
    """Where a promise stands, worst first."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    AHEAD = "ahead"
    PAUSED = "paused"
    PAUSED_LATE = "paused_late"


@dataclass(frozen=True, slots=True)
class Shown:
    """How one standing is drawn: a tag with an icon, or plain text."""

    text: str
    classes: str
    icon: str = ""


def shown(standing: Lateness, *, amount: int = 0, unit: Unit = Unit.DAY, at: str = "") -> Shown:
    """The words, classes and icon of a standing. `amount` counts `unit`s; `at` is an hour such as 16:00."""
    days = unit is Unit.DAY
    facts = {"amount": amount, "at": at}
    if standing is Lateness.LATE:
        text = (
            ngettext("Trễ %(amount)d ngày", "Trễ %(amount)d ngày", amount)
            if days
            else ngettext("Trễ %(amount)d giờ", "Trễ %(amount)d giờ", amount)
        )
        return Shown(text % facts, "govuk-tag govuk-tag--red", "late")
    if standing is Lateness.TODAY:
        return Shown((_("Hôm nay %(at)s") % facts).strip(), "govuk-tag govuk-tag--amber", "today")
    if standing is Lateness.PAUSED_LATE:
        text = (
            ngettext("Trễ, dừng %(amount)d ngày", "Trễ, dừng %(amount)d ngày", amount)
            if days
            else ngettext("Trễ, dừng %(amount)d giờ", "Trễ, dừng %(amount)d giờ", amount)
        )
        return Shown(text % facts, "govuk-tag govuk-tag--red", "clock-pause")
    if standing is Lateness.PAUSED and not amount:
        return Shown(_("Mới dừng"), "govuk-tag govuk-tag--blue", "clock-pause")
    if standing is Lateness.PAUSED:
        text = (
            ngettext("Dừng %(amount)d ngày", "Dừng %(amount)d ngày", amount)
            if days
            else ngettext("Dừng %(amount)d giờ", "Dừng %(amount)d giờ", amount)
        )
        return Shown(text % facts, "govuk-tag govuk-tag--blue", "clock-pause")
    text = (
        ngettext("Còn %(amount)d ngày", "Còn %(amount)d ngày", amount)
        if days
        else ngettext("Còn %(amount)d giờ", "Còn %(amount)d giờ", amount)
    )
    classes = "ui-plain--amber" if standing is Lateness.SOON else "ui-plain--grey"
    return Shown(text % facts, classes)

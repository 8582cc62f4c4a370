"""How an example run is written down: a case, what happens in it, what it came to when it was recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from tinhso.foundation.errors import Invalid
from tinhso.procedures import api as procedures


class CaseUnreadable(Invalid):
    """A case that is not written as one."""

    code = "case-unreadable"


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known besides the answers: how it is filed, who files, on which day."""

    day: date
    channel: procedures.ChannelKind = procedures.ChannelKind.ONLINE
    applicant: procedures.ApplicantKind = procedures.ApplicantKind.CITIZEN


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said when a step of the process is finished, at its first visit not spoken for yet."""

    step: str
    facts: dict[str, str]


class FeeLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sum to pay, in whole đồng."""

    code: str
    name: str
    amount: int


class StepDone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step that work went through."""

    step: str
    name: str
    role: str
    phase: str = ""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a case comes to. A record that leaves a field out does not ask about it.

    `faults` maps answers to sentences, `pages` are those asked, `papers` the codes asked for, `missing` those
    not handed in, `supplement` the days to bring them (None when nothing is missing), `way` the steps of the
    process and `ends` whether it came to its end, `term` the promise and `due` the local minute it falls on.
    """

    faults: dict[str, str] | UnsetType = UNSET
    pages: tuple[str, ...] | UnsetType = UNSET
    papers: tuple[str, ...] | UnsetType = UNSET
    missing: tuple[str, ...] | UnsetType = UNSET
    supplement: int | UnsetType | None = UNSET
    fees: tuple[FeeLine, ...] | UnsetType = UNSET
    way: tuple[StepDone, ...] | UnsetType = UNSET
    ends: bool | UnsetType = UNSET
    term: procedures.Term | UnsetType | None = UNSET
    due: str | UnsetType | None = UNSET


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded case, known by its name. `expected` is None while nothing was recorded."""

    name: str
    facts: Facts
    note: str = ""
    answers: dict[str, Any] = {}
    papers: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    expected: Outcome | None = None


def read(written: Any) -> Case:
    """A case from JSON. Raises CaseUnreadable naming the place."""
    try:
        return msgspec.convert(written, Case)
    except msgspec.ValidationError as error:
        raise CaseUnreadable(_("Không đọc được trường hợp thử: %(fault)s") % {"fault": error}) from None


def read_all(body: Any) -> tuple[Case, ...]:
    """The cases of a part's body, in order. Raises CaseUnreadable."""
    written = body.get("examples") if isinstance(body, dict) else None
    if not isinstance(written, list):
        raise CaseUnreadable(_("Không đọc được danh sách trường hợp thử."))
    return tuple(read(one) for one in written)


def plain(value: Case | Outcome) -> dict[str, Any]:
    """The same as JSON values."""
    said: dict[str, Any] = msgspec.to_builtins(value)
    return said

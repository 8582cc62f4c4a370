"""The forms that a dossier has so far, each under its number in the regulation of its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers import prints
from tinhso.dossiers.contracts import DossierView, Status
from tinhso.dossiers.outcomes import ExtensionView, ReturnView
from tinhso.dossiers.queries.letters import Sent
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today

FORMS = {
    "01": prints.receipt,
    "02": prints.supplement,
    "03": prints.refusal,
    "04": prints.extension,
    "dung": prints.stop,
    "kiem-soat": prints.control,
    "tra-ban-chinh": prints.originals_slip,
}
LETTER = "thu"
INSIDE = frozenset({"kiem-soat"})
"""Forms that stay in the office: the applicant gets all others."""


@dataclass(frozen=True, slots=True)
class Print:
    """A form that can be printed: its address word, its number by the regulation of its day, its title."""

    word: str
    code: str
    title: str
    href: str

    @property
    def label(self) -> str:
        """What the link says."""
        if self.word == LETTER:
            return self.title
        if not self.code:
            return _("In phiếu trả bản chính")
        return _("In mẫu %(code)s") % {"code": self.code}


def printable(
    view: DossierView,
    *,
    later: Sequence[ExtensionView],
    back: Sequence[ReturnView],
    letters: Sequence[Sent] = (),
    root: str,
) -> tuple[Print, ...]:
    """The forms that this dossier has so far, at addresses under `root`; `later` are its later promises,
    `back` what was given back, `letters` those of its procedure that were sent."""
    row, days = view.row, _days(view, later)
    found = []
    for means, word in (
        ("receipt", "01"), ("supplement", "02"), ("refusal", "03"), ("extension", "04"), ("stop", "dung"),
        ("control", "kiem-soat"),
    ):  # fmt: skip
        day = days.get(means)
        if day is None:
            continue
        try:
            form = prints.form_of(means, on=today(day))
        except Invalid:
            continue
        found.append(Print(word, form.code, form.title, f"{root}{row.code}/mau-{word}.pdf"))
    if back:
        found.append(
            Print(
                "tra-ban-chinh", "", _("Phiếu trả lại bản chính"), f"{root}{row.code}/mau-tra-ban-chinh.pdf"
            )
        )
    found += [Print(LETTER, "", one.title, f"{root}{row.code}/thu/{one.id}.pdf") for one in letters]
    return tuple(found)


def _days(view: DossierView, later: Sequence[ExtensionView]) -> dict[str, datetime]:
    """The moment of each form that the dossier has: its regulation is that of the day."""
    days = {"control": view.row.submitted_at}
    if view.row.accepted_at is not None:
        days["receipt"] = view.row.accepted_at
    if view.supplements:
        days["supplement"] = view.supplements[-1].asked_at
    given = [one.decided_at for one in later if one.granted and one.decided_at]
    if given:
        days["extension"] = given[-1]
    if view.ending is not None and view.ending.status is Status.REFUSED:
        days["refusal"] = view.ending.at
    if view.ending is not None and view.ending.status is Status.STOPPED:
        days["stop"] = view.ending.at
    return days

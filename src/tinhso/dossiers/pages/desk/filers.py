"""Who filed, in what capacity, by what proof: what an officer must see before anything else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.dossiers import capacities
from tinhso.dossiers.contracts import DossierView, FilerView, ProofState

HUES = {
    ProofState.GOOD: "green",
    ProofState.UNCHECKED: "amber",
    ProofState.MISSING: "red",
    ProofState.EXPIRED: "red",
    ProofState.FAULTY: "red",
}


@dataclass(frozen=True, slots=True)
class FilerLine:
    """The filer in words; `wanting` while intake may not accept."""

    view: FilerView
    capacity: str
    proof: str
    state: str
    hue: str
    wanting: bool
    members: str


def filer_line(view: DossierView) -> FilerLine | None:
    """The line above a dossier that the applicant did not file alone; None otherwise."""
    found = view.filed_by
    if found is None:
        return None
    return FilerLine(
        view=found,
        capacity=found.filer.capacity.label,
        proof=_proof(found),
        state=capacities.state_in_words(found.state).rstrip("."),
        hue=HUES.get(found.state, "grey"),
        wanting=found.state.stands_in_the_way,
        members=", ".join(member.name for member in view.members),
    )


def _proof(found: FilerView) -> str:
    given = found.filer.proof
    if given is None:
        return ""
    parts = [found.proof_name]
    if given.number:
        parts.append(_("số %(number)s") % {"number": given.number})
    if given.issuer:
        parts.append(given.issuer)
    if given.issued_on:
        parts.append(_("cấp %(day)s") % {"day": f"{given.issued_on:%d/%m/%Y}"})
    if given.valid_until:
        parts.append(_("đến hết %(day)s") % {"day": f"{given.valid_until:%d/%m/%Y}"})
    return ", ".join(parts)

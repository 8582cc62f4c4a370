"""The papers asked of one dossier: one rule for filing, counter, sending, supplements and completeness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tinhso.forms import api as forms
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

TRUSTED = {
    procedures.ElectronicCopy.SCAN: frozenset(vault.Source),
    procedures.ElectronicCopy.CERTIFIED: frozenset({vault.Source.ISSUED, vault.Source.CERTIFIED}),
    procedures.ElectronicCopy.ORIGINAL: frozenset({vault.Source.ISSUED}),
}
"""From where a document of the vault may stand in for a paper, by the electronic copy it accepts."""


def asked(
    version: procedures.VersionView, answers: Mapping[str, Any], *, at: datetime
) -> tuple[procedures.PaperAsked, ...]:
    """The papers for these answers, as typed or as kept, at the moment of filing.

    Answers to questions that are not asked do not count.
    """
    if all(paper.when is None for paper in version.papers):
        return version.papers
    if version.form_version_id is not None:
        answers = forms.validate(version.form_version_id, dict(answers), at=at).answers
    return procedures.papers_asked(version, answers, on=today(at))


def stands_in(
    paper: procedures.PaperAsked, document: vault.DocumentView, *, procedure: str, at: datetime
) -> bool:
    """Whether a document of the vault may be given for a paper: its kind is one of those the paper names (or,
    where it names none, one that serves by its name), and it comes from where the paper accepts."""
    if document.source not in TRUSTED[paper.ecopy]:
        return False
    day = today(at)
    named = {one.code for one in paper.reuse if one.source is procedures.ReuseSource.VAULT}
    named |= {
        vault.kind_of_result(one.code, on=day)
        for one in paper.reuse
        if one.source is procedures.ReuseSource.RESULT
    }
    kinds = named or vault.kinds_for(procedure=procedure, paper=paper.code, name=paper.name, on=day)
    return document.kind in kinds

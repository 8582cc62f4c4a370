"""What a version asks of one dossier, by its answers: its papers, and what it pays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from tinhso.forms import api as forms
from tinhso.procedures.contracts import Content, PaperAsked
from tinhso.procedures.fees import assessing, words
from tinhso.procedures.fees.contracts import ChargeLine, Fee


def papers_asked(content: Content, answers: Mapping[str, Any], *, on: date) -> tuple[PaperAsked, ...]:
    """The papers of a dossier with these answers (judged ones, as `forms.validate` gives them) on a day.

    One whose rule holds is asked like any other: its case is settled. One whose rule does not is left out.
    """
    return tuple(
        paper if paper.when is None else dataclasses.replace(paper, case="", when=None)
        for paper in content.papers
        if paper.when is None or forms.holds(paper.when, dict(answers), on=on)
    )


def assess(
    content: Content, answers: Mapping[str, Any], facts: Mapping[str, str], *, on: date
) -> tuple[ChargeLine, ...]:
    """What a dossier pays on a legal day, each sum with its reason.

    `answers` are judged ones. `facts`: `channel` (`counter`, `online`, `post`) and `applicant` (`person`,
    `organisation`, `group`). A line with `open` words waits for an officer's eye. Pure.
    """
    return assessing.lines(content.fees, content.fee_table, answers, facts, on=on)


def fees_to_read(content: Content, *, on: date | None = None) -> tuple[Fee, ...]:
    """The sums as people read them before filing: of the table's rows in force on a day, or plain ones."""
    return words.as_fees(content.fees, content.fee_table, on=on)

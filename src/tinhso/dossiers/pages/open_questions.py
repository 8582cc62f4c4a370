"""Open questions of a form on a page of a dossier: what is drawn of them, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from tinhso.dossiers.queries.lacking import Lacking, with_typed
from tinhso.forms import api as forms


@dataclass(frozen=True, slots=True)
class Sheet:
    """The open questions of a dossier as a page draws them. `at` is the moment of filing."""

    form: UUID
    answers: forms.Answers
    paths: frozenset[str]
    faults: Mapping[str, str]
    at: datetime

    @property
    def links(self) -> list[tuple[str, str]]:
        """Each fault, behind the control it is about."""
        return forms.links(self.form, self.faults)


def typed(request: HttpRequest, found: Lacking, *, at: datetime) -> forms.Answers:
    """What was posted for the questions that a page asked, and no other. `at` is the moment of filing."""
    if found.form is None or request.method != "POST":
        return {}
    posted = forms.read_some(found.form, found.paths, request.POST, answers={}, at=at)
    wider = with_typed(found, posted, at=at).paths
    return forms.read_some(found.form, wider, request.POST, answers={}, at=at)


def sheet(found: Lacking, given: forms.Answers, faults: Mapping[str, str], *, at: datetime) -> Sheet | None:
    """The open questions with what was typed; None when there are none."""
    after = with_typed(found, given, at=at)
    if after.form is None or not after.asked:
        return None
    return Sheet(after.form, after.answers, after.paths, faults, at)

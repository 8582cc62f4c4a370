"""Example runs: one recorded case put through the form, the papers, the fees, the process and the clock of a
draft. Nothing is kept and no dossier is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from tinhso.forms import api as forms
from tinhso.foundation import legal, moments, worktime
from tinhso.procedures import api as procedures
from tinhso.studio import assembling
from tinhso.studio.contracts import Body, PartName
from tinhso.studio.runs import cases
from tinhso.studio.runs.cases import Case, Facts, FeeLine, Outcome, StepDone
from tinhso.studio.runs.outcome_words import Difference, differing
from tinhso.workflow import api as workflow

OFFICE_OPENS = time(8, 0)
PERSONS = frozenset(
    {
        procedures.ApplicantKind.CITIZEN,
        procedures.ApplicantKind.OVERSEAS,
        procedures.ApplicantKind.FOREIGNER,
        procedures.ApplicantKind.OFFICIAL,
    }
)
"""Who files for himself; the others are organisations to the table of fees."""


@dataclass(frozen=True, slots=True)
class Run:
    """One case that was run. `differences` are empty when all came out as recorded."""

    name: str
    outcome: Outcome
    differences: tuple[Difference, ...]
    recorded: bool

    @property
    def holds(self) -> bool:
        """Whether the case is recorded and came out as it was."""
        return self.recorded and not self.differences


class Trial:
    """A procedure being made, ready to run cases through; `bodies` are its parts.

    Raises what makes them unusable: procedures.BadContent, workflow.UnusableProcess, forms.DefinitionFaulty.
    """

    def __init__(self, bodies: Mapping[PartName, Body]) -> None:
        self.content = assembling.content_of(dict(bodies))
        self.definition: dict[str, Any] | None = bodies[PartName.FORM].get("definition")
        if self.definition is not None and (found := forms.unsound(self.definition)):
            raise forms.DefinitionFaulty(found)
        self.bpmn = assembling.drawing_of(bodies[PartName.PROCESS])
        self.calendar = worktime.calendar(worktime.NATIONAL)

    def run(self, case: Case) -> Run:
        """One case, and how it differs from what was recorded."""
        outcome = self.outcome(case)
        differences = tuple(differing(case.expected, outcome, self)) if case.expected else ()
        return Run(case.name, outcome, differences, recorded=case.expected is not None)

    def outcome(self, case: Case) -> Outcome:
        """What the case comes to now."""
        at = datetime.combine(case.facts.day, OFFICE_OPENS, tzinfo=moments.LOCAL)
        answers, faults, pages = self._form(case.answers, at)
        papers = self._papers(answers, case.facts)
        missing = tuple(code for code in papers if code not in case.papers)
        way = self._way(case)
        term = self._term(case.facts.channel)
        return Outcome(
            faults=faults,
            pages=pages,
            papers=papers,
            missing=missing,
            supplement=legal.integer("supplement_answer_days", on=case.facts.day) if missing else None,
            fees=self._fees(answers, case.facts),
            way=tuple(StepDone(one.step, one.name, one.role, one.phase) for one in way.steps),
            ends=way.finished,
            term=term,
            due=self._due(at, term),
        )

    def _form(self, given: dict[str, Any], at: datetime) -> tuple[Any, dict[str, str], tuple[str, ...]]:
        if self.definition is None:
            return given, {}, ()
        judged = forms.tried(self.definition, given, at=at)
        pages = forms.tried_pages(self.definition, given, at=at)
        return judged.answers, dict(judged.faults), tuple(page.name for page in pages)

    def _papers(self, answers: dict[str, Any], facts: Facts) -> tuple[str, ...]:
        asked = procedures.papers_asked(self.content, answers, on=facts.day)
        return tuple(paper.code for paper in asked if paper.always)

    def _fees(self, answers: dict[str, Any], facts: Facts) -> tuple[FeeLine, ...]:
        known = {
            "channel": facts.channel.value,
            "applicant": "person" if facts.applicant in PERSONS else "organisation",
        }
        lines = procedures.assess(self.content, answers, known, on=facts.day)
        return tuple(FeeLine(line.code, line.name, line.due) for line in lines)

    def _term(self, channel: procedures.ChannelKind) -> procedures.Term | None:
        own = next((one.term for one in self.content.channels if one.kind is channel), None)
        return own or self.content.term

    def _due(self, at: datetime, term: procedures.Term | None) -> str | None:
        if term is None:
            return None
        promised = worktime.promise(start=at, term=term, calendar=self.calendar)
        return f"{moments.local(promised.due_at):%Y-%m-%dT%H:%M}"

    def _way(self, case: Case) -> workflow.Way:
        if not self.bpmn:
            return workflow.Way(steps=(), finished=True)
        turns = [(turn.step, turn.facts) for turn in case.turns]
        return workflow.trial(self.bpmn, {"via": case.facts.channel.value}, turns)

    def paper_name(self, code: str) -> str:
        """What a paper is called; its code when the draft has it no more."""
        return next((paper.name for paper in self.content.papers if paper.code == code), code)

    def page_name(self, name: str) -> str:
        """The question that heads a page of the form; its name when the form has it no more."""
        pages = (self.definition or {}).get("pages", [])
        return next((str(page.get("question")) for page in pages if page.get("name") == name), name)

    def field_name(self, path: str) -> str:
        """What an answer is called; its path when the form does not ask it."""
        asked = forms.asked_by(self.definition) if self.definition else ()
        plain = ".".join(step for step in path.split(".") if not step.isdigit())
        return next((one.label for one in asked if one.label and plain.startswith(one.path)), path)


def run_all(bodies: Mapping[PartName, Body]) -> tuple[Run, ...]:
    """Every case of the draft, in its order. Raises as `Trial`; CaseUnreadable."""
    found = cases.read_all(bodies[PartName.EXAMPLES])
    if not found:
        return ()
    trial = Trial(bodies)
    return tuple(trial.run(case) for case in found)

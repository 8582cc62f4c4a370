"""Some questions of a form by themselves: those still open, and what was posted for them."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from tinhso.forms import queries
from tinhso.forms.contracts import Answers, OpenQuestion
from tinhso.forms.drawing import control_of
from tinhso.forms.engine import places, reading, validation
from tinhso.forms.engine.leaves import Leaf
from tinhso.foundation import moments


def open_questions(version_id: UUID, answers: Answers, *, at: datetime) -> tuple[OpenQuestion, ...]:
    """The questions that are asked with these answers and have none that will do, in the order of the form.

    `at` is the moment of filing. Raises VersionUnknown.
    """
    form, today = queries.form(version_id), moments.today(at)
    judged = validation.judge(form, answers, today=today, law=queries.law(form, today))
    found: dict[str, OpenQuestion] = {}
    for path, sentence in judged.faults.items():
        leaf = validation.leaf_at(form, path)
        top = form.leaves[leaf.table] if leaf and leaf.table else leaf
        asked = top.path if top else path
        question = found.setdefault(asked, OpenQuestion(asked, _called(top, path), {}))
        question.faults[path] = sentence
    return tuple(found.values())


def _called(leaf: Leaf | None, path: str) -> str:
    name = leaf.spoken if leaf else path
    return name[:1].upper() + name[1:]


def read_some(
    version_id: UUID, paths: Collection[str], posted: QueryDict, *, answers: Answers, at: datetime
) -> Answers:
    """The answers with what was posted for these questions put in, and nothing else touched; a new mapping.

    Raises VersionUnknown.
    """
    form, merged = queries.form(version_id), copy.deepcopy(answers)
    for page in form.pages:
        reading.read(
            form,
            page,
            posted,
            into=merged,
            finder=queries.find_communes,
            today=moments.today(at),
            only=paths,
        )
    return merged


def some(version_id: UUID, answers: Answers, paths: Collection[str]) -> Answers:
    """Those of the answers that stand at these paths. Raises VersionUnknown."""
    return overlaid(version_id, {}, answers, paths)


def overlaid(version_id: UUID, answers: Answers, over: Answers, paths: Collection[str]) -> Answers:
    """The answers, those at these paths taken from `over` where it has one; a new mapping.

    Raises VersionUnknown.
    """
    form, merged = queries.form(version_id), copy.deepcopy(answers)
    for leaf in form.top:
        value = places.get(over, leaf.keys)
        if leaf.path in paths and not places.empty(value):
            places.put(merged, leaf.keys, copy.deepcopy(value))
    return merged


def links(version_id: UUID, faults: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each fault behind the id of the first control of its question. Raises VersionUnknown."""
    form = queries.form(version_id)
    return [(control_of(form, path), sentence) for path, sentence in faults.items()]

"""Several applicants on one dossier: who they are, and the paper by which they name their contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, Filer, PaperGiven
from tinhso.foundation import text
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, ProofGiven


def members(given: Sequence[Mapping[str, str]], *, at: datetime) -> tuple[Applicant, ...]:
    """The other applicants with their accounts, made when unknown; without one where no number can be read.

    Whoever is known keeps their own data, and nothing of it is shown to who named them.
    """
    named = [Applicant(name=one["name"], personal_id=one["personal_id"], phone=one["phone"]) for one in given]
    return with_accounts(named, at=at)


def with_accounts(given: Sequence[Applicant], *, at: datetime) -> tuple[Applicant, ...]:
    """The same of applicants as they were named."""
    return tuple(_member(one, at=at) for one in given)


def _member(given: Applicant, *, at: datetime) -> Applicant:
    try:
        number = text.personal_id(given.personal_id)
    except Unreadable:
        return given
    facts = identity.PersonFacts(full_name=text.normal(given.name), personal_id=number, phone=given.phone)
    person = identity.register_person(facts=facts, source="declared", by=SYSTEM, at=at)
    return replace(given, owner=OwnerRef("person", person), personal_id=number)


def with_proof(
    filer: Filer | None, papers: tuple[PaperGiven, ...], *, on: date
) -> tuple[Filer | None, tuple[PaperGiven, ...]]:
    """The contact of a group with the paper that names them, which was among the papers."""
    if filer is None or filer.capacity is not Capacity.GROUP:
        return filer, papers
    file_id = next((paper.file_id for paper in papers if paper.code == PROOF), None)
    others = tuple(paper for paper in papers if paper.code != PROOF)
    kinds = identity.proof_kinds(Capacity.GROUP, on)
    if file_id is None or not kinds:
        return filer, others
    return replace(filer, proof=ProofGiven(kinds[0].code, file_id=file_id)), others

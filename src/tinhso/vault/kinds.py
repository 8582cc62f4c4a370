"""Which kind of document serves for which paper: legal value `vault_kinds`, so that it needs no release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tinhso.foundation import legal
from tinhso.foundation.text import fold

OTHER = "khac"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind: its code and what people call it."""

    code: str
    name: str


def kinds(*, on: date) -> tuple[DocumentKind, ...]:
    """Every kind there is on a legal day, in the order of the list."""
    return tuple(DocumentKind(line["kind"], line["name"]) for line in legal.value("vault_kinds", on=on))


def kind_of_result(procedure: str, *, on: date) -> str:
    """The kind of a procedure's result; the procedure's own code where no kind names it."""
    for line in legal.value("vault_kinds", on=on):
        if procedure in line["results_of"]:
            return str(line["kind"])
    return procedure


def kinds_for(*, procedure: str, paper: str, name: str, on: date) -> tuple[str, ...]:
    """The kinds that serve for a paper which a procedure asks for.

    A pair that is named for this very paper goes before kinds whose words stand in the paper's name.
    """
    lines = legal.value("vault_kinds", on=on)
    named = [str(line["kind"]) for line in lines if f"{procedure}/{paper}" in line["papers"]]
    if named:
        return tuple(named)
    asked = f" {fold(name)} "
    return tuple(str(line["kind"]) for line in lines if any(f" {words} " in asked for words in line["words"]))

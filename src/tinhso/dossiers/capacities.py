"""Which capacities a procedure takes and by which papers: the general rule, and the procedure's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.contracts import ProofState
from tinhso.foundation import legal
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, ProofGiven, ProofKind

PROOF = "tu-cach"
"""The code under which the proof of a capacity lies among the papers of a dossier."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one capacity needs for one procedure. `refused` says why nobody may file so, if so."""

    kinds: tuple[ProofKind, ...]
    refused: str = ""

    def kind(self, code: str) -> ProofKind | None:
        """The kind of paper of that code, when this procedure takes it."""
        return next((one for one in self.kinds if one.code == code), None)


def rule(procedure: str, capacity: Capacity, *, on: date) -> Rule:
    """The rule in force on the day of filing (dated values `relation_proofs`, `filing_exceptions`)."""
    kinds = identity.proof_kinds(capacity, on)
    own: dict[str, Any] = legal.value("filing_exceptions", on=on).get(procedure, {})
    if capacity.value not in own:
        return Rule(kinds)
    allowed = frozenset(own[capacity.value])
    if not allowed:
        return Rule((), str(own.get("why", "")) or _("Thủ tục này phải do chính người yêu cầu nộp."))
    return Rule(tuple(kind for kind in kinds if kind.code in allowed))


def name_of(capacity: Capacity, code: str, *, on: date) -> str:
    """What a kind of paper is called; the general words for one that the law of that day does not know."""
    found = next((kind for kind in identity.proof_kinds(capacity, on) if kind.code == code), None)
    return found.name if found else _("Giấy tờ chứng minh tư cách người nộp")


def fault(rule: Rule, proof: ProofGiven | None, *, on: date) -> str:
    """What is wrong with the proof for a procedure that takes the capacity; empty when nothing is."""
    if not rule.kinds:
        return ""
    if proof is None:
        return _("Còn thiếu giấy tờ chứng minh tư cách người nộp: %(kinds)s.") % {"kinds": spelled(rule)}
    if rule.kind(proof.kind) is None:
        return _("Thủ tục này cần giấy tờ khác để chứng minh tư cách: %(kinds)s.") % {"kinds": spelled(rule)}
    if identity.proof_expired(proof, on):
        return _("Giấy tờ chứng minh tư cách đã hết hiệu lực. Hãy gửi giấy tờ còn hiệu lực.")
    return ""


def spelled(rule: Rule) -> str:
    """The papers of which one is needed, in words."""
    return _(" hoặc ").join(kind.name for kind in rule.kinds)


_STATES = {
    ProofState.NOT_NEEDED: gettext_noop("Không cần giấy tờ chứng minh tư cách."),
    ProofState.GOOD: gettext_noop("Đã đối chiếu giấy tờ chứng minh tư cách."),
    ProofState.UNCHECKED: gettext_noop("Chưa đối chiếu giấy tờ chứng minh tư cách người nộp."),
    ProofState.MISSING: gettext_noop("Còn thiếu giấy tờ chứng minh tư cách người nộp."),
    ProofState.EXPIRED: gettext_noop("Giấy tờ chứng minh tư cách người nộp đã hết hiệu lực."),
    ProofState.FAULTY: gettext_noop("Giấy tờ chứng minh tư cách người nộp chưa đạt."),
    ProofState.REVOKED: gettext_noop("Việc nộp thay đã chấm dứt sau khi nộp hồ sơ."),
}


def state_in_words(state: ProofState) -> str:
    """How a proof stands, as a sentence."""
    return _(_STATES[state])

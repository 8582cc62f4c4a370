"""The vault of who stands at the counter, opened with their consent, which is traced where they read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import asked_papers
from tinhso.foundation import text
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

ASK = "kho"
CONSENT = "dong-y"
Offers = Mapping[str, Sequence[vault.DocumentView]]


def offered(
    posted: Mapping[str, Any], version: procedures.VersionView, *, by: ActorRef, at: datetime
) -> Offers:
    """The person's documents that hold, by the paper they serve for. Leaves a trace of look and consent.

    Raises Invalid with `faults` without their number or their consent, NotAllowed.
    """
    if posted.get(CONSENT) != "1":
        fault = _("Chỉ mở kho khi người dân đồng ý. Hãy hỏi rồi đánh dấu vào ô này.")
        raise Invalid(fault, faults={CONSENT: fault})
    person = _person(str(posted.get("personal_id", "")))
    unit = _unit(by, at=at)
    why = _("Tiếp nhận tại quầy, người dân đồng ý: %(procedure)s") % {
        "procedure": version.short_name or version.name
    }
    identity.look(by, person, why, None, at)
    found = vault.offer(OwnerRef("person", person), unit=unit, why=why, by=by, at=at)
    return {
        paper.code: [
            document
            for document in found
            if asked_papers.stands_in(paper, document, procedure=version.code, at=at)
        ]
        for paper in version.papers
    }


def _person(number: str) -> UUID:
    try:
        found = identity.find_person(text.personal_id(number))
    except Unreadable as fault:
        raise Invalid(str(fault), faults={"personal_id": str(fault)}) from None
    if found is None:
        sentence = _("Người này chưa có kho giấy tờ. Hãy nhận giấy hoặc quét tại quầy.")
        raise Invalid(sentence, faults={"personal_id": sentence})
    return found


def _unit(by: ActorRef, *, at: datetime) -> UUID:
    acting = identity.acting_as(by, "vault.lend", None, at)
    if acting is None or acting.unit is None:
        raise Invalid(_("Tài khoản này không mở được kho giấy tờ tại quầy."))
    return acting.unit

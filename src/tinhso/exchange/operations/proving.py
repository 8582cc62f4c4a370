"""An agreement as evidence: its terms, conditions and every transition in one file, sealed by the data owner.

The file is a ZIP of `agreement.json` (UTF-8, keys sorted) and, when the agency has a seal,
`agreement.json.p7s`, a CMS signature beside it (RFC 5652).
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from uuid import UUID

import orjson

from tinhso.directory import api as directory
from tinhso.exchange.models import Agreement, Conditions, Terms, Transition
from tinhso.exchange.operations import agreements, history, parties
from tinhso.foundation import signing, transactions
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.signing.errors import SigningError

CONTENT, SEAL = "agreement.json", "agreement.json.p7s"


def export(agreement_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """The ZIP. Raises NoSuchAgreement, NotAllowed."""
    row = agreements.held(agreement_id)
    with transactions.act("exchange.see_agreement", by=by, at=at, on=parties.agreement_ref(row)) as work:
        content = orjson.dumps(_facts(row, at), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        work.record(exported=row.number)
    seal = _seal(row, content, at=at)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(CONTENT, content)
        if seal:
            file.writestr(SEAL, seal)
    return kept.getvalue()


def _seal(row: Agreement, content: bytes, *, at: datetime) -> bytes:
    """The owner agency's signature; empty while it has no seal."""
    unit = row.plan.service.owner_unit_id
    if unit is None:
        return b""
    agency = directory.unit(unit).agency_id
    found = directory.identifier_of(agency, directory.IdentifierScheme.QD_20_2020, today(at))
    if found is None:
        return b""
    try:
        return signing.sign_beside(content, agency=found.value)
    except (SigningError, LookupError):
        return b""


def _facts(row: Agreement, at: datetime) -> dict[str, object]:
    return {
        "number": row.number,
        "status": str(row.status),
        "application": {"name": row.application.name, "client": row.application.identifier},
        "service": {
            "title": row.plan.service.title,
            "provider": row.plan.service.subsystem.identifier,
            "code": row.plan.service.code,
        },
        "plan": {"code": row.plan.code, "name": row.plan.name, "endpoints": row.plan.endpoints},
        "terms": [_terms(one) for one in Terms.objects.filter(agreement=row).order_by("revision")],
        "conditions": [
            {"revision": one.revision, "material": one.material, "text": one.text}
            for one in Conditions.objects.filter(plan=row.plan).order_by("revision")
        ],
        "transitions": [
            history.facts(one) | {"digest": one.digest}
            for one in Transition.objects.filter(agreement=row).order_by("number")
        ],
        "history_is_whole": history.whole(row.id),
        "exported_at": at.isoformat(),
    }


def _terms(one: Terms) -> dict[str, object]:
    return {
        "revision": one.revision,
        "legal_basis": one.legal_basis,
        "purpose": one.purpose,
        "data_fields": one.data_fields,
        "retention_days": one.retention_days,
        "reason_codes": one.reason_codes,
        "contact": one.contact,
        "quota_class": one.quota_class.code,
        "log_mode": str(one.log_mode),
        "starts_on": str(one.starts_on),
        "ends_on": str(one.ends_on),
        "answer": one.answer,
        "asked_by": one.asked_name,
        "accepted": one.accepted,
        "decided_by": one.decided_name,
        "reason": one.reason,
    }

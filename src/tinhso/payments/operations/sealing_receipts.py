"""The files of receipts: made, sealed with the agency's seal and kept, outside transactions.

Who makes a file puts its next time off first: others take other files meanwhile, and whatever becomes of the
maker, the file is made again then. A second file of the same receipt is thrown away.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import files, paper, signing, transactions
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import receipt_paper, subjects
from tinhso.payments.models import Receipt, ReceiptPaper
from tinhso.payments.receipt_contracts import PaperKind
from tinhso.payments.receipt_facts import ReceiptFacts, Voided
from tinhso.payments.receipt_xml import receipt_xml

logger = logging.getLogger(__name__)
BATCH = 20
PATIENCE = timedelta(minutes=1)
"""How long one maker has for a batch before others take it again."""
LONGEST = timedelta(hours=1)
CLAIM = """
UPDATE payments_receiptpaper SET due_at = %s WHERE id IN (
    SELECT id FROM payments_receiptpaper WHERE sealed_at IS NULL AND due_at <= %s
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def unsealed(*, at: datetime) -> bool:
    """Whether a file is to be made now. One query."""
    return ReceiptPaper.objects.filter(sealed_at=None, due_at__lte=at).exists()


def seal_waiting(*, at: datetime, most: int = BATCH) -> int:
    """Make and seal files that wait, at most so many; how many were tried. Call with no transaction open.

    Any number of callers may do so at once. What fails is tried again later, and says why on the desk.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at + PATIENCE, at, most])
        claimed = [id for (id,) in cursor.fetchall()]
    rows = ReceiptPaper.objects.filter(id__in=claimed).select_related("receipt__bill").order_by("number")
    for row in rows:
        _try(row, at=at)
    return len(claimed)


def facts_of(receipt: Receipt, kind: PaperKind) -> ReceiptFacts:
    """What the file of that kind says."""
    voided = Voided(reason=receipt.reason, on=today(receipt.ended_at)) if receipt.ended_at else None
    said = dict(receipt.facts)
    said["voided"] = voided and msgspec.to_builtins(voided) if kind is PaperKind.VOIDED else None
    return msgspec.convert(said, ReceiptFacts)


def scope_of(agency: UUID, *, at: datetime) -> str:
    """The identifier that an agency's seal is kept under. Raises Invalid for an agency without one."""
    found = directory.identifier_of(agency, directory.IdentifierScheme.QD_20_2020, today(at))
    if found is None:
        raise Invalid(_("Cơ quan chưa có mã định danh nên chưa ký được biên lai."))
    return found.value


def _try(row: ReceiptPaper, *, at: datetime) -> None:
    try:
        _sealed(row, at=at)
    except (Unable, paper.PaperError, LookupError) as fault:
        logger.exception("a file of receipt %s was not made", row.receipt_id)
        later = at + min(PATIENCE * 2**row.tries, LONGEST)
        ReceiptPaper.objects.filter(id=row.id, sealed_at=None).update(
            tries=row.tries + 1, due_at=later, fault=str(fault)[:500]
        )


def _sealed(row: ReceiptPaper, *, at: datetime) -> None:
    receipt = row.receipt
    facts = facts_of(receipt, PaperKind(row.kind))
    scope = scope_of(receipt.agency_id, at=at)
    pdf = receipt_paper.receipt_pdf(facts, at=at)
    sealed = signing.seal_unsigned(pdf, field=receipt_paper.FIELD, scope=scope, agency=facts.agency, at=at)
    name = f"bien-lai-{facts.symbol}-{facts.number_text}"
    made = [
        files.keep(data, name=f"{name}.{ending}", by=SYSTEM, at=at).id
        for ending, data in (("pdf", sealed.pdf), ("xml", receipt_xml(facts)))
    ]
    with transactions.act("payments.seal_receipt", by=SYSTEM, at=at, on=subjects.of_receipt(receipt)) as work:
        waits = ReceiptPaper.objects.filter(id=row.id, sealed_at=None)
        if not waits.update(pdf_id=made[0], xml_id=made[1], sealed_at=at, fault=""):
            files.loosen(made, at=at)
        work.record(number=facts.number_text, kind=row.kind, sha256=sealed.sha256)

"""One dossier as JSON text for machines: written by the database in one statement, passed on unread.

Contact, officers' notes and inner lines of the history are left out; the sealed contact is not opened.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries.feed import ROW, with_names
from tinhso.dossiers.queries.reading import leave_trace
from tinhso.dossiers.turning import SUBJECT
from tinhso.dossiers.visibility import Sight, sight, unknown
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments

STANDS = ("id", "unit_id", "owner_kind", "owner_id", "holder", "finished_at")
TOLD = f"""
SELECT {", ".join(STANDS)}, procedure_version_id::text, agency_id::text, unit_id::text, holder::text,
  (SELECT row_to_json(told)::text FROM (SELECT {ROW},
    (SELECT answers FROM dossiers_content WHERE dossier_id = d.id) AS answers,
    (SELECT coalesce(json_agg(json_build_object('code', code, 'name', name, 'form', form,
        'originals', originals, 'copies', copies, 'given_at', given_at, 'verdict', verdict,
        'current', current) ORDER BY id), '[]')
      FROM dossiers_submittedpaper WHERE dossier_id = d.id) AS papers,
    (SELECT coalesce(json_agg(json_build_object('at', at, 'act', act, 'actor', actor_name,
        'status', status, 'note', note) ORDER BY id DESC), '[]')
      FROM dossiers_historyentry WHERE dossier_id = d.id AND public) AS history,
    coalesce((SELECT words FROM dossiers_promise WHERE dossier_id = d.id ORDER BY id DESC LIMIT 1), '[]')
      AS promise,
    (SELECT json_build_object('title', title, 'state', state, 'number', number)
      FROM dossiers_result WHERE dossier_id = d.id AND current) AS result
  ) AS told)
FROM dossiers_dossier AS d WHERE d.id = %s
"""  # noqa: S608 - our own columns


def told(dossier_id: UUID, *, by: ActorRef, at: datetime, purpose: str) -> bytes:
    """The dossier as `{"id": …, "papers": […], …}`, for a reader who may see it; a look leaves its trace.

    Two queries where the reader's right and the names are known, four with bills. Raises NotFound as
    `read` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [dossier_id])
        found = cursor.fetchone()
    stands = Dossier(**dict(zip(STANDS, found, strict=False))) if found else None
    if stands is None or sight(stands, by=by, at=at).sight < Sight.ALL:
        raise unknown(dossier_id)
    leave_trace(stands, by=by, at=at, purpose=purpose)
    text = next(iter(with_names([found[len(STANDS) :]])))
    return f'{text[:-1]},"bills":{_bills(dossier_id)}}}'.encode()


def _bills(dossier_id: UUID) -> str:
    """Its bills, oldest first; `pay` is where an open one is paid."""
    bills = payments.bills_about(SUBJECT, dossier_id)
    told = [
        {
            "reference": bill.reference,
            "state": bill.state.value,
            "total": bill.total,
            "paid": bill.paid,
            "left": bill.left,
            "refunded": bill.refunded,
            "issued_at": bill.issued_at,
            "lines": [
                {"name": line.name, "amount": line.amount, "exempted": line.exempted} for line in bill.lines
            ],
            "pay": f"{settings.ORIGIN}{bill.href}" if bill.state is payments.BillState.OPEN else "",
        }
        for bill in bills
    ]
    return orjson.dumps(told).decode()

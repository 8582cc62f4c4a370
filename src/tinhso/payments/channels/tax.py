"""The tax side, which takes the XML of each receipt with the agency's signature beside it: asked over HTTP.

Requests are signed by headers (`headers`). What is handed over again is answered as before.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.errors import Invalid
from tinhso.foundation.registry import Port
from tinhso.payments.channels import headers, reading
from tinhso.payments.receipt_contracts import PaperKind

SERVICE = "tax"
LONGEST = 300
TAKEN, REFUSED = (200, 201), (400, 409, 422)


@dataclass(frozen=True, slots=True)
class Document:
    """One file for the tax side: its XML, and the agency's signature over it (CMS without content, DER)."""

    kind: PaperKind
    xml: bytes
    signature: bytes


class TaxRefused(Invalid):
    """The tax side does not take a file; the message is its reason."""

    code = "tax-refused"


class TaxSide(Protocol):
    """Whoever takes receipts for the tax administration."""

    def ready(self) -> bool:
        """Whether the province is joined to it."""

    def hand(self, document: Document, *, at: datetime) -> str:
        """Hand a file over; its own name for it. Raises TaxRefused, and Unanswered when it gives no word."""


tax_side: Port[TaxSide] = Port("tax side")


class HttpTaxSide:
    """The tax side's interface, as the agreement with it says."""

    def ready(self) -> bool:
        """Whether its address and our secret are set."""
        return bool(settings.PAYMENTS.tax.url and settings.PAYMENTS.tax.secret)

    def hand(self, document: Document, *, at: datetime) -> str:
        """POST the file; the same file again gives the same answer."""
        given = settings.PAYMENTS.tax
        body = orjson.dumps(
            {
                "kind": document.kind.value,
                "xml": base64.b64encode(document.xml).decode(),
                "signature": base64.b64encode(document.signature).decode(),
            }
        )
        answer = http.call(
            "POST",
            f"{given.url}/receipts",
            service=SERVICE,
            content=body,
            headers={
                "content-type": "application/json",
                **headers.signed(body, secret=given.secret, at=at),
            },
            repeatable=True,
        )
        if answer.status not in (*TAKEN, *REFUSED):
            answer.ensure()
        return read(answer.status, answer.body)


def read(status: int, body: bytes) -> str:
    """The name in the tax side's answer. Raises TaxRefused, also for an answer that cannot be read."""
    try:
        given = reading.members(body)
        said = given["reference" if status in TAKEN else "reason"]
        if not isinstance(said, str) or not said.strip() or "\0" in said:
            raise ValueError("no text")
        said.encode()
    except (ValueError, KeyError, TypeError):
        raise TaxRefused(_("Không đọc được trả lời của cơ quan thuế.")) from None
    if status not in TAKEN:
        raise TaxRefused(said[:LONGEST])
    return said[:LONGEST]

"""The document security store: certificates and revocation answers inside the PDF (PAdES B-LT)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tinhso.foundation.signing.trust import Evidence

__all__ = ["Evidence", "append", "supply"]


def supply(writer: IncrementalPdfFileWriter, evidence: Evidence) -> bool:
    """Put evidence into a document being written. False when all of it was there already."""
    store = DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(one) for one in evidence.certificates],
        ocsps=[ocsp.OCSPResponse.load(one) for one in evidence.answers.ocsps],
        crls=[crl.CertificateList.load(one) for one in evidence.answers.crls],
    )
    return bool(store.modified)


def append(document: io.BytesIO, evidence: Sequence[Evidence]) -> None:
    """Add evidence as a revision of its own, unless all of it is there already."""
    writer = IncrementalPdfFileWriter(document)
    added = [supply(writer, one) for one in evidence]
    if any(added):
        writer.write_in_place()

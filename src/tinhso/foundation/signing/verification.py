"""Verification of signed documents, from what they carry: nothing is asked of anybody.

The input is hostile: whatever the parser meets, the caller gets a report or `UnreadableDocument`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.diff_analysis.policy_api import DiffResult
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.foundation.signing.fields import LARGEST
from tinhso.foundation.signing.report import Change, Level, Report, Revocation, SignatureReport
from tinhso.foundation.signing.trust import CLOCKS_DIFFER, Answers
from tinhso.foundation.signing.waiting import finished

MOST_SIGNATURES = 50
_USES = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_CHANGES = {
    ModificationLevel.NONE: Change.NOTHING,
    ModificationLevel.LTA_UPDATES: Change.PROOF,
    ModificationLevel.FORM_FILLING: Change.FIELDS,
}


def verify(
    pdf: bytes,
    *,
    roots: Sequence[x509.Certificate],
    at: datetime,
    known: Answers | None = None,
) -> Report:
    """Check every signature of a document as of `at`, trusting `roots`.

    `known` adds revocation answers that the document does not carry, such as today's CRL.
    A document without signatures gives an empty report. Raises UnreadableDocument.
    """
    if len(pdf) > LARGEST:
        raise UnreadableDocument(_("Tệp quá lớn để kiểm tra chữ ký."))
    try:
        return _verify(pdf, roots, at, known or Answers())
    except UnreadableDocument:
        raise
    except Exception as error:
        raise UnreadableDocument(
            _("Không đọc được tệp PDF này để kiểm tra chữ ký. Tệp có thể bị hỏng."),
            reason=f"{type(error).__name__}: {error}"[:300],
        ) from error


def _verify(pdf: bytes, roots: Sequence[x509.Certificate], at: datetime, known: Answers) -> Report:
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures = list(reader.embedded_regular_signatures)
    if len(signatures) > MOST_SIGNATURES:
        raise UnreadableDocument(_("Tệp có quá nhiều chữ ký để kiểm tra."))
    carried = _Carried(reader, roots, known)
    return Report(tuple(_one(signature, carried, at) for signature in signatures), at)


class _Carried:
    """Certificates and revocation answers in the document, and contexts made of them."""

    def __init__(self, reader: PdfFileReader, roots: Sequence[x509.Certificate], known: Answers) -> None:
        self.roots = list(roots)
        self.labels = _labels(reader)
        self.certificates: list[x509.Certificate] = []
        self.ocsps = [ocsp.OCSPResponse.load(one) for one in known.ocsps]
        self.crls = [crl.CertificateList.load(one) for one in known.crls]
        self.has_proof = "/DSS" in reader.root
        if self.has_proof:
            store = DocumentSecurityStore.read_dss(reader)
            self.certificates = list(store.load_certs())
            for reference in store.ocsps:
                self.ocsps.append(ocsp.OCSPResponse.load(reference.get_object().data))
            for reference in store.crls:
                self.crls.append(crl.CertificateList.load(reference.get_object().data))

    def context(self, *, moment: datetime, strict: bool) -> ValidationContext:
        """`strict` demands an answer on revocation for every certificate of the path."""
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.certificates,
            moment=moment,
            allow_fetching=False,
            ocsps=self.ocsps,
            crls=self.crls,
            revocation_mode="require" if strict else "soft-fail",
            time_tolerance=CLOCKS_DIFFER,
            retroactive_revinfo=True,
        )


def _one(signature: EmbeddedPdfSignature, carried: _Carried, at: datetime) -> SignatureReport:
    claimed_at = _claimed(signature)
    stamped_at, authority = _stamp(signature, carried, at)
    moment = stamped_at or at
    status = _status(signature, carried, moment, strict=True)
    proven = status is not None and status.trusted
    loose = status if proven else _status(signature, carried, moment, strict=False)
    if loose is None:
        return _broken(signature, claimed_at)
    revoked = loose.revocation_details or (status.revocation_details if status else None)
    certificate = signature.signer_cert
    change, fields, allowed = _changes(loose, carried.labels)
    return SignatureReport(
        field=signature.field_name,
        signer=_name(certificate, "common_name"),
        agency=_name(certificate, "organization_name"),
        serial=f"{certificate.serial_number:X}",
        issuer=_issuer(certificate),
        claimed_at=claimed_at,
        stamped_at=stamped_at,
        stamp_authority=authority,
        intact=loose.intact and loose.valid and loose.coverage is not SignatureCoverageLevel.UNCLEAR,
        trusted=loose.trusted and revoked is None,
        revocation=Revocation.REVOKED if revoked else Revocation.GOOD if proven else Revocation.UNKNOWN,
        revoked_at=revoked.revocation_date if revoked else None,
        level=_level(stamped=stamped_at is not None, proven=proven and carried.has_proof),
        change=change,
        changed_fields=fields,
        changes_allowed=allowed,
        whole_document=loose.coverage is SignatureCoverageLevel.ENTIRE_FILE,
    )


def _status(
    signature: EmbeddedPdfSignature, carried: _Carried, moment: datetime, *, strict: bool
) -> PdfSignatureStatus | None:
    """None for a signature that is none: the library refuses to look further."""
    signer = carried.context(moment=moment, strict=strict)
    try:
        return finished(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=signer,
                ts_validation_context=carried.context(moment=moment, strict=strict),
                key_usage_settings=_USES,
            )
        )
    except SignatureValidationError:
        return None


def _stamp(signature: EmbeddedPdfSignature, carried: _Carried, at: datetime) -> tuple[datetime | None, str]:
    """The moment a trusted stamp vouches for, and whose stamp it is.

    The stamp's certificate is checked at the stamp's own moment: it may have expired since.
    """
    token = next(iter(extract_tst_data_iter(signature.signer_info, signed=False)), None)
    if token is None:
        return None, ""
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    if moment > at + CLOCKS_DIFFER:
        return None, ""
    status = _status(signature, carried, moment, strict=False)
    stamp: Any = status.timestamp_validity if status is not None else None
    if stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
        return None, ""
    certified: datetime = stamp.timestamp
    return certified.astimezone(UTC), _name(stamp.signing_cert, "common_name")


def _changes(status: PdfSignatureStatus, labels: Mapping[str, str]) -> tuple[Change, tuple[str, ...], bool]:
    level = status.modification_level
    change = _CHANGES.get(level, Change.OTHER) if level is not None else Change.OTHER
    fields: tuple[str, ...] = ()
    if isinstance(status.diff_result, DiffResult):
        changed = status.diff_result.changed_form_fields
        unnamed = sorted(changed - labels.keys())
        fields = (*(label for name, label in labels.items() if name in changed), *unnamed)
    return change, fields, bool(status.docmdp_ok) and change is not Change.OTHER


def _broken(signature: EmbeddedPdfSignature, claimed_at: datetime | None) -> SignatureReport:
    certificate = signature.signer_cert
    return SignatureReport(
        field=signature.field_name,
        signer=_name(certificate, "common_name"),
        agency=_name(certificate, "organization_name"),
        serial=f"{certificate.serial_number:X}",
        issuer=_issuer(certificate),
        claimed_at=claimed_at,
        stamped_at=None,
        stamp_authority="",
        intact=False,
        trusted=False,
        revocation=Revocation.UNKNOWN,
        revoked_at=None,
        level=Level.NONE,
        change=Change.OTHER,
        changed_fields=(),
        changes_allowed=False,
        whole_document=False,
    )


def _labels(reader: PdfFileReader) -> dict[str, str]:
    """What people call the form fields, in the order of the form."""
    if "/AcroForm" not in reader.root or "/Fields" not in reader.root["/AcroForm"]:
        return {}
    fields = [one.get_object() for one in reader.root["/AcroForm"]["/Fields"]]
    return {str(one["/T"]): str(one["/TU"]) for one in fields if "/T" in one and "/TU" in one}


def _level(*, stamped: bool, proven: bool) -> Level:
    if not stamped:
        return Level.B_B
    return Level.B_LT if proven else Level.B_T


def _claimed(signature: EmbeddedPdfSignature) -> datetime | None:
    moment = signature.self_reported_timestamp
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _name(certificate: x509.Certificate, part: str) -> str:
    value = certificate.subject.native.get(part, "")
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _issuer(certificate: x509.Certificate) -> str:
    return str(certificate.issuer.native.get("common_name", ""))

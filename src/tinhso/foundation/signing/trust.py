"""Whom the province trusts to vouch for signers, and the proof that a certificate was good when it signed.

Certificate paths and revocation answers are asked for before a signature and embedded with it, so that the
document can be checked later without asking anyone (PAdES B-LT).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from asn1crypto import crl, ocsp, x509
from django.utils.translation import gettext as _
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    PathValidationError,
    RevokedError,
    ValidationError,
)

from tinhso.foundation.moments import local
from tinhso.foundation.signing.cms import key_kind
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateProblem,
    CertificateRevoked,
    CertificateUnfit,
    CertificateUntrusted,
    RevocationUnknown,
)
from tinhso.foundation.signing.waiting import finished

FRESH_FOR = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(seconds=30)
SIGNING_USES = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What issuers said about certificates: OCSP answers and CRLs, DER."""

    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


class RevocationSource(Protocol):
    """Asks issuers whether certificates are revoked."""

    def ask(self, *, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Answers:
        """What is known about one certificate. Raises RevocationUnknown when nobody answers."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A certificate's path to a trusted root and the answers that it was not revoked, all DER."""

    certificates: tuple[bytes, ...]
    answers: Answers


class Trust:
    """Trusted roots with a source of revocation answers. Proof is kept for a minute per certificate."""

    def __init__(
        self,
        roots: Sequence[x509.Certificate],
        *,
        revocations: RevocationSource,
        fresh_for: timedelta = FRESH_FOR,
    ) -> None:
        self.roots = tuple(roots)
        self.revocations = revocations
        self.fresh_for = fresh_for
        self._kept: dict[bytes, tuple[datetime, Evidence]] = {}
        self._lock = threading.Lock()

    def evidence(self, chain: Chain, *, at: datetime, for_stamps: bool = False) -> Evidence:
        """Proof that the certificate may sign (or stamp) at `at`. Raises a CertificateProblem."""
        check_period(chain.certificate, at=at)
        check_use(chain.certificate, for_stamps=for_stamps)
        key = chain.certificate.sha256 + bytes(for_stamps)
        with self._lock:
            asked_at, found = self._kept.get(key, (None, None))
        if found is not None and asked_at is not None and asked_at <= at < asked_at + self.fresh_for:
            return found
        made = self._prove(chain, at=at)
        with self._lock:
            self._kept[key] = (at, made)
        return made

    def check(self, evidence: Evidence, chain: Chain, *, at: datetime, for_stamps: bool = False) -> None:
        """Look at old proof again: whether it shows that the certificate was good at `at`, asking nobody.

        Raises a CertificateProblem, also when the roots of then are trusted no more.
        """
        check_period(chain.certificate, at=at)
        check_use(chain.certificate, for_stamps=for_stamps)
        path = [x509.Certificate.load(one) for one in evidence.certificates]
        if not path or path[0].dump() != chain.certificate.dump():
            raise _untrusted()
        _validate(path, self.roots, evidence.answers, at=at)

    def _prove(self, chain: Chain, *, at: datetime) -> Evidence:
        path = self._path(chain)
        ocsps: dict[bytes, None] = {}
        crls: dict[bytes, None] = {}
        for certificate, issuer in itertools.pairwise(path):
            answers = self.revocations.ask(certificate=certificate, issuer=issuer, at=at)
            ocsps.update(dict.fromkeys(answers.ocsps))
            crls.update(dict.fromkeys(answers.crls))
        found = Answers(tuple(ocsps), tuple(crls))
        _validate(path, self.roots, found, at=at)
        return Evidence(tuple(one.dump() for one in path), found)

    def _path(self, chain: Chain) -> list[x509.Certificate]:
        """From the certificate up to a trusted root, by names; signatures are checked afterwards."""
        path = [chain.certificate]
        known = (*self.roots, *chain.issuers)
        while not any(path[-1].dump() == root.dump() for root in self.roots):
            above = next((one for one in known if one.subject == path[-1].issuer), None)
            if above is None or above in path:
                raise _untrusted()
            path.append(above)
        return path


def _untrusted() -> CertificateUntrusted:
    return CertificateUntrusted(
        _("Chứng thư không do tổ chức được tỉnh tin cậy cấp. Hãy dùng chứng thư công vụ hợp lệ.")
    )


def check_period(certificate: x509.Certificate, *, at: datetime) -> None:
    """Raise CertificateExpired or CertificateNotYetValid."""
    if at < certificate.not_valid_before - CLOCKS_DIFFER:
        raise CertificateNotYetValid(
            _("Chứng thư chỉ có hiệu lực từ %(day)s. Hãy kiểm tra giờ của máy hoặc đợi đến ngày đó.")
            % {"day": f"{local(certificate.not_valid_before):%d/%m/%Y %H:%M}"}
        )
    if at > certificate.not_valid_after:
        raise CertificateExpired(
            _("Chứng thư đã hết hạn ngày %(day)s. Hãy gia hạn chứng thư rồi ký lại.")
            % {"day": f"{local(certificate.not_valid_after):%d/%m/%Y}"}
        )


def check_use(certificate: x509.Certificate, *, for_stamps: bool = False) -> None:
    """Raise CertificateUnfit when the key is not meant for signing documents (or time stamps)."""
    key_kind(certificate)
    use = certificate.key_usage_value
    allowed = use is None or bool(set(use.native) & SIGNING_USES)
    extended = certificate.extended_key_usage_value
    purposes = set(extended.native) if extended is not None else set()
    if for_stamps:
        allowed = allowed and "time_stamping" in purposes
    if certificate.ca or not allowed:
        raise CertificateUnfit(
            _("Chứng thư này không được cấp để ký văn bản. Hãy chọn chứng thư ký số của mình.")
        )


def _validate(
    path: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    answers: Answers,
    *,
    at: datetime,
) -> None:
    context = ValidationContext(
        trust_roots=list(roots),
        other_certs=list(path[1:]),
        moment=at,
        allow_fetching=False,
        ocsps=[ocsp.OCSPResponse.load(one) for one in answers.ocsps],
        crls=[crl.CertificateList.load(one) for one in answers.crls],
        revocation_mode="require",
        time_tolerance=CLOCKS_DIFFER,
        retroactive_revinfo=True,
    )
    validator = CertificateValidator(path[0], validation_context=context)
    try:
        finished(validator.async_validate_path())
    except (ValidationError, PathError) as error:
        raise problem(error) from error


def problem(error: Exception) -> CertificateProblem:
    """The sentence for what the path validation found."""
    reason = str(error)
    if isinstance(error, RevokedError):
        return CertificateRevoked(_("Chứng thư đã bị thu hồi. Hãy liên hệ nơi cấp chứng thư."), reason=reason)
    if isinstance(error, InsufficientRevinfoError):
        return RevocationUnknown(
            _("Chưa hỏi được nơi cấp xem chứng thư còn hiệu lực không. Hãy thử lại sau ít phút."),
            reason=reason,
        )
    if isinstance(error, ExpiredError):
        return CertificateExpired(
            _("Chứng thư hoặc chứng thư của nơi cấp đã hết hạn. Hãy gia hạn rồi ký lại."), reason=reason
        )
    if isinstance(error, NotYetValidError):
        return CertificateNotYetValid(_("Chứng thư chưa đến ngày có hiệu lực."), reason=reason)
    if isinstance(error, InvalidCertificateError | PathBuildingError | PathValidationError):
        return CertificateUntrusted(
            _("Chứng thư không do tổ chức được tỉnh tin cậy cấp. Hãy dùng chứng thư công vụ hợp lệ."),
            reason=reason,
        )
    return CertificateProblem(_("Không kiểm tra được chứng thư. Hãy báo người quản trị."), reason=reason)

"""What can go wrong while signing, each with a sentence that says what to do."""

from __future__ import annotations

from tinhso.foundation.errors import Conflict, Invalid, Unable


class SigningError(Unable):
    """Signing could not be done."""

    code = "signing"


class UnreadableDocument(Invalid):
    """The file is no PDF that can be read, or hides something a signature may not cover."""

    code = "document-unreadable"


class FieldUnknown(SigningError):
    """The document has no such field."""

    code = "field-unknown"


class FieldTaken(Conflict):
    """The field is signed or filled already."""

    code = "field-taken"


class FieldLocked(SigningError):
    """A signature already made forbids filling this field."""

    code = "field-locked"


class DraftChanged(Conflict):
    """The document is not the one that the signer read."""

    code = "draft-changed"


class SignatureRefused(SigningError):
    """What the device returned is no signature of this document by this certificate."""

    code = "signature-refused"


class StateBroken(Invalid):
    """The state of phase one cannot be read or was altered."""

    code = "signing-state"


class CertificateProblem(SigningError):
    """The certificate cannot be used for signing."""

    code = "certificate"


class CertificateUnreadable(CertificateProblem):
    """Not a certificate, or one with a key that is not accepted."""

    code = "certificate-unreadable"


class CertificateNotYetValid(CertificateProblem):
    """Its period has not begun."""

    code = "certificate-not-yet-valid"


class CertificateExpired(CertificateProblem):
    """Its period is over."""

    code = "certificate-expired"


class CertificateRevoked(CertificateProblem):
    """Its issuer revoked it."""

    code = "certificate-revoked"


class CertificateUntrusted(CertificateProblem):
    """It does not lead to a root that the province trusts."""

    code = "certificate-untrusted"


class CertificateUnfit(CertificateProblem):
    """Its key usage does not allow signing documents."""

    code = "certificate-unfit"


class RevocationUnknown(CertificateProblem):
    """Nobody could say whether it is revoked."""

    code = "revocation-unknown"
    status = 503


class StampUnavailable(SigningError):
    """The time-stamp authority gave no usable stamp."""

    code = "stamp-unavailable"
    status = 503


class SignerUnavailable(SigningError):
    """The remote signing service or the token did not answer as agreed."""

    code = "signer-unavailable"
    status = 503

"""What crosses the door of the exchange."""

from __future__ import annotations

from enum import StrEnum


class Authentication(StrEnum):
    """How an information system shows who it is (exchange protocol §14.2)."""

    HTTP = "http"
    HTTPS = "https"
    MUTUAL = "mutual"


class ServiceKind(StrEnum):
    """How a service is described and spoken to."""

    REST = "REST"
    OPENAPI = "OPENAPI"
    WSDL = "WSDL"


class ServiceClass(StrEnum):
    """Who may learn what a service gives: open data, shared by law, or by agreement only."""

    OPEN = "open"
    SHARED = "shared"
    LIMITED = "limited"


class BodyLog(StrEnum):
    """What the message log keeps (§11.2); only `full` is evidence, a masked body shows digests alone."""

    FULL = "full"
    MASKED = "masked"
    METADATA = "metadata"
    NONE = "none"


class ContractCheck(StrEnum):
    """What happens to a message that its description does not allow."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


class SubjectKind(StrEnum):
    """Whom an access right names (§7); a member as such is nobody."""

    SUBSYSTEM = "subsystem"
    GLOBAL_GROUP = "global"
    LOCAL_GROUP = "local"


class KeyUse(StrEnum):
    """What a key of the server is for."""

    TLS = "tls"
    SIGNING = "signing"


class KeyKind(StrEnum):
    """What a key of the server is made of (§10.1)."""

    EC = "ec"
    RSA = "rsa"


class DependencyKind(StrEnum):
    """What kind of system exchange depends on."""

    DIRECTORY = "directory"
    OCSP = "ocsp"
    STAMPING = "stamping"
    PEER = "peer"
    GATEWAY = "gateway"


class Cause(StrEnum):
    """Why a dependency does not serve; each has its remedy in `diagnosing.remedies`."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    ANSWERED_WRONG = "answered_wrong"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    STALE = "stale"
    REVOKED = "revoked"
    CLOCK = "clock"
    UNCONFIGURED = "unconfigured"


class PlanStatus(StrEnum):
    """How far an offer of a service is: hidden, open, closed to new agreements, ended."""

    STAGING = "staging"
    PUBLISHED = "published"
    DEPRECATED = "deprecated"
    CLOSED = "closed"


class AgreementStatus(StrEnum):
    """How far an agreement is; rejected and closed are final."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CLOSED = "closed"

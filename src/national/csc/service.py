"""The signing service: credentials, approvals, clock and switches in one place."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from national.ca.authority import Authority
from national.csc.approvals import Approvals
from national.csc.credentials import Credential, Credentials


class Service:
    """One remote signing service."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.settings = authority.settings
        self.faults = authority.faults
        self.credentials = Credentials(authority)
        self.approvals = Approvals()
        self.auto_approve = authority.settings.auto_approve

    def now(self) -> datetime:
        """The service's time, UTC."""
        return self.faults.now("csc")

    def status(self, held: Credential) -> str:
        """`valid`, `expired` or `revoked`, as CSC credentials/info says it."""
        entry = self.authority.ledger.find(serial=held.certificate.serial_number, issuer="issuing")
        if entry is None or entry.revoked_at:
            return "revoked"
        inside = held.certificate.not_valid_before_utc <= self.now() <= held.certificate.not_valid_after_utc
        return "valid" if inside else "expired"


def service_of(http: Request) -> Service:
    """The service this request came to."""
    service = http.app.state.service
    if not isinstance(service, Service):
        raise TypeError("the application has no signing service")
    return service

"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.diagnostics import Dependency, ExpiryNotice
from tinhso.exchange.models.log import (
    ArchiveFile,
    ArchiveGroup,
    Message,
    Signature,
    Stamp,
    Stamped,
    Stamping,
    Unstamped,
)
from tinhso.exchange.models.members import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service

__all__ = [
    "ArchiveFile",
    "ArchiveGroup",
    "ClientCertificate",
    "Dependency",
    "Endpoint",
    "ExpiryNotice",
    "Group",
    "GroupMember",
    "Message",
    "Right",
    "ServerKey",
    "Service",
    "Signature",
    "Stamp",
    "Stamped",
    "Stamping",
    "State",
    "Subsystem",
    "Unstamped",
]

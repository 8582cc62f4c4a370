"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.diagnostics import Dependency, ExpiryNotice
from tinhso.exchange.models.members import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service

__all__ = [
    "ClientCertificate",
    "Dependency",
    "Endpoint",
    "ExpiryNotice",
    "Group",
    "GroupMember",
    "Right",
    "ServerKey",
    "Service",
    "State",
    "Subsystem",
]

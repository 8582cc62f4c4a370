"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.members import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.models.messages import Attempt, Message
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service

__all__ = [
    "Attempt",
    "ClientCertificate",
    "Endpoint",
    "Group",
    "GroupMember",
    "Message",
    "Right",
    "ServerKey",
    "Service",
    "State",
    "Subsystem",
]

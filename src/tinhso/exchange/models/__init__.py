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
from tinhso.exchange.models.messages import Attempt, Errand
from tinhso.exchange.models.publishing import Delivery, Published, Subscription
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service
from tinhso.exchange.models.usages import Dispute, Tracker, Usage

__all__ = [
    "ArchiveFile",
    "ArchiveGroup",
    "Attempt",
    "ClientCertificate",
    "Delivery",
    "Dependency",
    "Dispute",
    "Endpoint",
    "Errand",
    "ExpiryNotice",
    "Group",
    "GroupMember",
    "Message",
    "Published",
    "Right",
    "ServerKey",
    "Service",
    "Signature",
    "Stamp",
    "Stamped",
    "Stamping",
    "State",
    "Subscription",
    "Subsystem",
    "Tracker",
    "Unstamped",
    "Usage",
]

"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.members import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.models.messages import Attempt, Errand
from tinhso.exchange.models.publishing import Delivery, Published, Subscription
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service
from tinhso.exchange.models.usages import Dispute, Tracker, Usage

__all__ = [
    "Attempt",
    "ClientCertificate",
    "Delivery",
    "Dispute",
    "Endpoint",
    "Errand",
    "Group",
    "GroupMember",
    "Published",
    "Right",
    "ServerKey",
    "Service",
    "State",
    "Subscription",
    "Subsystem",
    "Tracker",
    "Usage",
]

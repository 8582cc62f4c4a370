"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.agreements import Agreement, Reminder, Terms, Transition
from tinhso.exchange.models.applications import Application, ApplicationCertificate, Developer
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
from tinhso.exchange.models.notices import ChangeNotice, MaintenanceWindow
from tinhso.exchange.models.plans import Conditions, Plan, QuotaClass, QuotaLimit
from tinhso.exchange.models.server import ServerKey, State
from tinhso.exchange.models.services import Endpoint, Right, Service

__all__ = [
    "Agreement",
    "Application",
    "ApplicationCertificate",
    "ArchiveFile",
    "ArchiveGroup",
    "ChangeNotice",
    "ClientCertificate",
    "Conditions",
    "Dependency",
    "Developer",
    "Endpoint",
    "ExpiryNotice",
    "Group",
    "GroupMember",
    "MaintenanceWindow",
    "Message",
    "Plan",
    "QuotaClass",
    "QuotaLimit",
    "Reminder",
    "Right",
    "ServerKey",
    "Service",
    "Signature",
    "Stamp",
    "Stamped",
    "Stamping",
    "State",
    "Subsystem",
    "Terms",
    "Transition",
    "Unstamped",
]

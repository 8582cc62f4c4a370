"""Tables of the exchange, and the constraints that keep them true."""

from tinhso.exchange.models.agreements import Agreement, QuotaWarning, Reminder, Terms, Transition
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
from tinhso.exchange.models.messages import Attempt, Errand
from tinhso.exchange.models.monitoring import Monitored, MonitoredHour, MonitoringLost
from tinhso.exchange.models.notices import ChangeNotice, MaintenanceWindow
from tinhso.exchange.models.plans import Conditions, Plan, QuotaClass, QuotaLimit
from tinhso.exchange.models.publishing import Delivery, Published, Subscription
from tinhso.exchange.models.server import KeyRequest, ServerKey, State
from tinhso.exchange.models.service_changes import ServiceChange
from tinhso.exchange.models.services import Endpoint, Right, Service
from tinhso.exchange.models.usages import Dispute, Tracker, Usage

__all__ = [
    "Agreement",
    "Application",
    "ApplicationCertificate",
    "ArchiveFile",
    "ArchiveGroup",
    "Attempt",
    "ChangeNotice",
    "ClientCertificate",
    "Conditions",
    "Delivery",
    "Dependency",
    "Developer",
    "Dispute",
    "Endpoint",
    "Errand",
    "ExpiryNotice",
    "Group",
    "GroupMember",
    "KeyRequest",
    "MaintenanceWindow",
    "Message",
    "Monitored",
    "MonitoredHour",
    "MonitoringLost",
    "Plan",
    "Published",
    "QuotaClass",
    "QuotaLimit",
    "QuotaWarning",
    "Reminder",
    "Right",
    "ServerKey",
    "Service",
    "ServiceChange",
    "Signature",
    "Stamp",
    "Stamped",
    "Stamping",
    "State",
    "Subscription",
    "Subsystem",
    "Terms",
    "Tracker",
    "Transition",
    "Unstamped",
    "Usage",
]

"""The door of notify."""

from tinhso.notify.contracts import Channel, MessageView, MissingFact, Recipient, State, Template
from tinhso.notify.operations import mark_all_read, mark_read, send
from tinhso.notify.queries import about, failures, inbox, unread
from tinhso.notify.templates import declare

__all__ = [
    "Channel",
    "MessageView",
    "MissingFact",
    "Recipient",
    "State",
    "Template",
    "about",
    "declare",
    "failures",
    "inbox",
    "mark_all_read",
    "mark_read",
    "send",
    "unread",
]

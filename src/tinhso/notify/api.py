"""The door of notify."""

from tinhso.notify.contracts import Channel, MessageView, MissingFact, Notice, Recipient, State, Template
from tinhso.notify.operations import mark_all_read, send, send_all
from tinhso.notify.queries import about, failures, inbox, unread
from tinhso.notify.templates import declare, declared

__all__ = [
    "Channel",
    "MessageView",
    "MissingFact",
    "Notice",
    "Recipient",
    "State",
    "Template",
    "about",
    "declare",
    "declared",
    "failures",
    "inbox",
    "mark_all_read",
    "send",
    "send_all",
    "unread",
]

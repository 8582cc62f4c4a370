"""Messages with their tries and receipts; what people chose; browsers; the state of providers."""

from tinhso.notify.models.carriers import Attempt, Provider, Receipt
from tinhso.notify.models.messages import Message
from tinhso.notify.models.readers import Browser, Preference

__all__ = ["Attempt", "Browser", "Message", "Preference", "Provider", "Receipt"]

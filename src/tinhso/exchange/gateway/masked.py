"""What the log keeps of a message at the provider: all of it, a masked copy, or little (§11.2)."""

from __future__ import annotations

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.gateway.soap_messages import SoapMessage
from tinhso.exchange.gateway.transport import Body
from tinhso.exchange.guards.mask_rules import CannotMask
from tinhso.exchange.guards.masking import Masks
from tinhso.exchange.keeping.spool import Spooled
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault


def kept(
    message: rest.Request | rest.Response, head: bytes, body: Body, mode: BodyLog, masks: Masks
) -> tuple[bytes, Body]:
    """Head and body for the log. Raises Fault `logging_failed`: what cannot be masked does not pass."""
    if mode is not BodyLog.MASKED:
        return head, body
    copy = masks.request(message) if isinstance(message, rest.Request) else masks.response(message)
    if body is None:
        return rest.head(copy), None
    if isinstance(body, Spooled):
        raise Fault("logging_failed", "The body is too long to be masked")
    kind, encoding = (message.header(name) or "" for name in ("content-type", "content-encoding"))
    try:
        return rest.head(copy), masks.body(kind, encoding, body)
    except CannotMask as error:
        raise Fault("logging_failed", f"The body cannot be masked: {error}") from error


def kept_envelope(message: SoapMessage, masks: Masks) -> bytes:
    """A SOAP message for the log in mode `masked`. Raises Fault `logging_failed`, also for attachments: no
    rule reaches into them."""
    if message.attachments:
        raise Fault("logging_failed", "The attachments cannot be masked")
    try:
        return masks.envelope(message.envelope_type, message.envelope)
    except CannotMask as error:
        raise Fault("logging_failed", f"The message cannot be masked: {error}") from error

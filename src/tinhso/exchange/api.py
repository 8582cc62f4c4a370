"""The door of exchange."""

from tinhso.exchange.message_contracts import (
    About,
    Answered,
    AnswerForgotten,
    MessageAnswered,
    MessageDied,
    MessageFailed,
    StillAsked,
)
from tinhso.exchange.messages.clients import Client, declare
from tinhso.exchange.messages.sending import answer_of, ask, send
from tinhso.exchange.operations.telling import teller

__all__ = [
    "About",
    "AnswerForgotten",
    "Answered",
    "Client",
    "MessageAnswered",
    "MessageDied",
    "MessageFailed",
    "StillAsked",
    "answer_of",
    "ask",
    "declare",
    "send",
    "teller",
]

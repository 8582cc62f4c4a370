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
from tinhso.exchange.messages.sending import answer_of, ask, asked_by, is_about, send
from tinhso.exchange.pages.desk.log import HOME as LOG

__all__ = [
    "LOG",
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
    "asked_by",
    "declare",
    "is_about",
    "send",
]

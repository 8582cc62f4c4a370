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
from tinhso.exchange.operations.telling import teller
from tinhso.exchange.pages.desk.log import HOME as LOG
from tinhso.exchange.publishing.topics import Topic
from tinhso.exchange.publishing.topics import declare as declare_topic
from tinhso.exchange.publishing.writing import is_wanted, publish
from tinhso.exchange.publishing_contracts import SubscriptionPaused

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
    "SubscriptionPaused",
    "Topic",
    "answer_of",
    "ask",
    "asked_by",
    "declare",
    "declare_topic",
    "is_about",
    "is_wanted",
    "publish",
    "send",
    "teller",
]

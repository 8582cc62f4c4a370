"""Small things that every answer over HTTP needs."""

from __future__ import annotations

from http import HTTPStatus

from tinhso.exchange.gateway.client import Outgoing
from tinhso.exchange.gateway.incoming import Incoming


def phrase(status: int) -> str:
    """The reason phrase of a status, empty for one that HTTP does not name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def every(incoming: Incoming, name: str) -> list[str]:
    """All values of a header, its name in lower case."""
    return [value for each, value in incoming.headers if each.lower() == name]


def header(message: Incoming | Outgoing, name: str) -> str:
    """The last value of a header, its name in lower case; an empty text when there is none."""
    for each, value in reversed(message.headers):
        if each.lower() == name:
            return value
    return ""


async def text(incoming: Incoming, status: int, said: str) -> None:
    """A plain sentence."""
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    await incoming.answer(status, phrase(status), headers, said.encode())

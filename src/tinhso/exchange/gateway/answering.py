"""Small things that every answer over HTTP needs."""

from __future__ import annotations

from http import HTTPStatus

from tinhso.exchange.gateway.http import Incoming


def phrase(status: int) -> str:
    """The reason phrase of a status, empty for one that HTTP does not name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def every(incoming: Incoming, name: str) -> list[str]:
    """All values of a header."""
    return [value for each, value in incoming.headers if each.lower() == name]


async def text(incoming: Incoming, status: int, said: str) -> None:
    """A plain sentence."""
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    await incoming.answer(status, phrase(status), headers, said.encode())

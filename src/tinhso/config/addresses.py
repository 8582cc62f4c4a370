"""Whose address a request has when a front server stands between: limits count visitors, not the server."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication


def behind_proxy(application: WSGIApplication) -> WSGIApplication:
    """The application with REMOTE_ADDR as the front server saw it: the last of `X-Forwarded-For`.

    Earlier ones are the visitor's own claim and count for nothing.
    """

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        last = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if is_address(last):
            environ["REMOTE_ADDR"] = last
        return application(environ, start_response)

    return answer


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

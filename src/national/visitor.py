"""Plays a person at the sign-in pages over HTTP, for tests that need no browser."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.request
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlencode, urljoin

from national.oidc.pages import ONE_TIME_CODE


class Lost(RuntimeError):
    """The pages did not lead back to the service; the text is the last page."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


class Visitor:
    """One browser with its cookies."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(_Stay(), jar).open

    def step(self, url: str, **fields: str) -> tuple[int, str, str]:
        """GET (or POST fields); gives back status, Location made absolute, and body."""
        data = urlencode(fields).encode() if fields else None
        try:
            response = self._open(urllib.request.Request(url, data=data), timeout=20)  # noqa: S310
        except urllib.error.HTTPError as answered:
            response = answered
        with response:
            target = response.headers.get("location", "")
            return response.status, urljoin(url, target) if target else "", response.read().decode()

    def sign_in(self, authorize_url: str, *, tech_id: str) -> str:
        """Go through the pages as that person; gives back the address the service is called at."""
        status, target, body = self.step(authorize_url)
        if "/oidc/sign-in?" not in target:
            return self._left(status, target, body)
        page, visit = target.split("?visit=")
        status, target, body = self.step(page, visit=visit, person=tech_id)
        if "/oidc/confirm?" in target:
            confirm = target.split("?")[0]
            status, target, body = self.step(confirm, visit=visit, code=ONE_TIME_CODE, decision="agree")
        return self._left(status, target, body)

    def refuse(self, authorize_url: str) -> str:
        """Turn back at the first page."""
        _, target, _ = self.step(authorize_url)
        page, visit = target.split("?visit=")
        return self._left(*self.step(page, visit=visit, decision="cancel"))

    def _left(self, status: int, target: str, body: str) -> str:
        if not target:
            sentence = re.search(r"<h1>(.*?)</h1>", body)
            raise Lost(f"{status}: {sentence.group(1) if sentence else body[:200]}")
        return target

"""A real mail server on loopback, which takes mails, refuses them, or breaks."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from django.conf import settings as django_settings

from national import serve
from national.ports import free_port
from tinhso.config import messaging
from tinhso.foundation import http
from tinhso.notify.carriers import push, sms, vapid, zalo

SECRET = {"authorization": "Bearer sandbox-secret"}


@dataclass
class Server:
    """What came in, and what to answer instead of taking mail: `rcpt` to an address, `data` to a mail."""

    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    asked: int = 0
    rcpt: str = ""
    data: str = ""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def server(settings: LazySettings) -> Iterator[Server]:
    """A mail server, and Django told to use it."""
    taking = Server()
    controller = Controller(taking, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield taking
    controller.stop()


@pytest.fixture(scope="session")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    """The played carriers, without anywhere to send receipts to."""
    keys = Path(django_settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(tmp_path_factory.mktemp("national"), keys=keys) as running:
        yield running


@dataclass
class Sandbox:
    """The played carriers, as a test looks into them and misuses them."""

    running: serve.Running
    web: httpx.Client

    def fault(self, service: str, mode: str, **more: object) -> None:
        """Switch a fault on."""
        given = {"service": service, "mode": mode, **more}
        assert self.web.post("/_fault", json=given, headers=SECRET).status_code == 200

    def phone(self, number: str) -> list[dict[str, str]]:
        """What arrived on a phone, newest first."""
        found: list[dict[str, str]] = self.web.get(f"/messages/{number}/all", headers=SECRET).json()
        return found

    def browser(self, *, owner: str, phone: str) -> dict[str, Any]:
        """A browser subscribes to our messages."""
        made = self.web.post(
            "/push/subscriptions",
            json={"owner": owner, "phone": phone, "server_key": vapid.public_key()},
            headers=SECRET,
        )
        found: dict[str, Any] = made.json()
        return found


@pytest.fixture
def sandbox(
    national: serve.Running, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The carriers of the sandbox, and Django told to use them; faults are cleared at the end."""
    settings.MESSAGING = messaging.read(
        home=tmp_path, production=False, sandbox=national.base, contact="mailto:a@b.vn"
    )
    quick = http.Timeouts(connect=1, read=0.6, total=1)
    for carrier in (sms, zalo, push):
        monkeypatch.setattr(carrier, "TIMEOUTS", quick)
    vapid._key.cache_clear()
    with httpx.Client(base_url=national.base, timeout=10) as web:
        yield Sandbox(running=national, web=web)
        web.delete("/_fault", headers=SECRET)


@pytest.fixture
def receipts(national: serve.Running, live_site: str) -> Iterator[None]:
    """The sandbox's receipts come to the live site of this test."""
    national.app.state.carrier.receipts.callback = f"{live_site}/goi-lai/"
    yield
    national.app.state.carrier.receipts.callback = ""

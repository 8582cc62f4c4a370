"""Who carries messages to phones and browsers: named by the environment, the sandbox's while trying out.

A carrier without an address is off: nothing goes that way and no page offers it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tinhso.config.environment import BadEnvironment

PROVIDERS = {
    "sms-a": ("TINHSO_SMS_A_URL", "TINHSO_SMS_A_TOKEN", "TINHSO_SMS_A_SECRET", "TINHSO_SMS_A_RESTING", 60),
    "sms-b": ("TINHSO_SMS_B_URL", "TINHSO_SMS_B_TOKEN", "TINHSO_SMS_B_SECRET", "TINHSO_SMS_B_RESTING", 40),
}
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """An SMS provider; `secret` signs its receipts, `resting` is its share of 100 points in quiet times."""

    name: str
    url: str
    token: str
    secret: str
    resting: int


@dataclass(frozen=True, slots=True)
class Zalo:
    """Zalo's notification service; off without `url`."""

    url: str
    token: str
    app_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Push:
    """Web push: the file of our key, whom to write to, and the push services that may be called."""

    key: Path
    contact: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Messaging:
    """All carriers. `brandname` is the sender people see on an SMS."""

    sms: tuple[SmsProvider, ...]
    brandname: str
    zalo: Zalo
    push: Push


def read(*, home: Path, production: bool, sandbox: str, contact: str) -> Messaging:
    """Carriers as `TINHSO_SMS_A_URL`, `TINHSO_ZALO_URL` and the like say. Raises BadEnvironment."""
    providers = [_provider(name, production=production, sandbox=sandbox) for name in PROVIDERS]
    hosts = tuple(_word("TINHSO_PUSH_HOSTS", " ".join(PUSH_HOSTS)).split())
    return Messaging(
        sms=tuple(provider for provider in providers if provider.url),
        brandname=_word("TINHSO_SMS_BRANDNAME", "" if production else "ANGIANG-DVC"),
        zalo=Zalo(
            url=_word("TINHSO_ZALO_URL", "" if production else f"{sandbox}/zalo"),
            token=_word("TINHSO_ZALO_TOKEN", "tinhso-demo-zalo"),
            app_id=_word("TINHSO_ZALO_APP_ID", "4100000000000000001"),
            secret=_word("TINHSO_ZALO_SECRET", "tinhso-demo-zalo-receipts"),
        ),
        push=Push(
            key=Path(_word("TINHSO_PUSH_KEY", str(home / "push.pem"))),
            contact=_word("TINHSO_PUSH_CONTACT", contact),
            hosts=hosts if production else (*hosts, "localhost", "127.0.0.1"),
        ),
    )


def _provider(name: str, *, production: bool, sandbox: str) -> SmsProvider:
    url, token, secret, resting, usual = PROVIDERS[name]
    given = _word(resting, str(usual))
    if not given.isdecimal() or int(given) > 100:
        raise BadEnvironment(f"{resting}: đặt một số từ 0 đến 100.")
    return SmsProvider(
        name=name,
        url=_word(url, "" if production else f"{sandbox}/{name}").rstrip("/"),
        token=_word(token, f"tinhso-demo-sms-{name}"),
        secret=_word(secret, f"tinhso-demo-receipts-{name}"),
        resting=int(given),
    )


def _word(name: str, usual: str) -> str:
    return os.environ.get(name, usual).strip()

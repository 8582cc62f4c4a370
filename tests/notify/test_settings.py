"""Where mail leaves, as the environment says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from tinhso.config import mail, messaging
from tinhso.config.environment import BadEnvironment
from tinhso.notify import production


def read(monkeypatch: pytest.MonkeyPatch, url: str) -> mail.Mail:
    monkeypatch.setenv("TINHSO_SMTP", url)
    monkeypatch.delenv("TINHSO_MAIL_FROM", raising=False)
    return mail.read(home=Path("/home/so"), domain="angiang.example", name="Một cửa")


def test_without_a_server_mails_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, "")
    assert found.folder == Path("/home/so/mail")
    assert "khong-tra-loi@angiang.example" in found.sender


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://m%40y:b%C3%AD%3Amat@thu.vn:2525?tls=1", 2525, "1"),
        ("smtp://m%40y:b%C3%AD%3Amat@thu.vn", 587, "1"),
        ("smtp://m%40y:b%C3%AD%3Amat@thu.vn?tls=ssl", 465, "ssl"),
        ("smtp://m%40y:b%C3%AD%3Amat@thu.vn?tls=0", 25, "0"),
    ],
)
def test_a_server_is_read_whole(monkeypatch: pytest.MonkeyPatch, url: str, port: int, tls: str) -> None:
    found = read(monkeypatch, url)
    assert (found.host, found.port, found.tls) == ("thu.vn", port, tls)
    assert (found.user, found.password) == ("m@y", "bí:mat")
    assert found.folder is None


@pytest.mark.parametrize(
    "url", ["thu.vn:25", "http://thu.vn", "smtp://", "smtp://a:b@c?tls=yes", "smtp://a:x1"]
)
def test_what_names_no_server_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(BadEnvironment, match="TINHSO_SMTP"):
        read(monkeypatch, url)


def carriers(**environment: str) -> messaging.Messaging:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return messaging.read(
            home=Path("/home/so"), production=True, sandbox="http://localhost:1", contact="mailto:a@b.vn"
        )


def test_in_production_nothing_goes_to_phones_until_somebody_carries_it(settings: LazySettings) -> None:
    found = carriers()
    assert (found.sms, found.zalo.url) == ((), "")
    assert "localhost" not in found.push.hosts


def test_production_refuses_carriers_of_the_sandbox_and_demo_secrets(settings: LazySettings) -> None:
    settings.MAIL = mail.Mail(sender="a@b.vn", backend=mail.SERVER, host="thu.vn")
    settings.MESSAGING = carriers(
        TINHSO_SMS_A_URL="http://localhost:8100/sms-a", TINHSO_ZALO_URL="http://localhost:8100/zalo"
    )
    faults = " ".join(production.production_faults())
    for name in (
        "TINHSO_SMS_A_URL",
        "TINHSO_SMS_A_TOKEN",
        "TINHSO_SMS_BRANDNAME",
        "TINHSO_ZALO_URL",
        "TINHSO_ZALO_TOKEN",
    ):
        assert name in faults
    given = {"TINHSO_SMS_BRANDNAME": "ANGIANG"}
    for stem in ("TINHSO_SMS_A", "TINHSO_ZALO"):
        given |= {f"{stem}_URL": "https://x.example", f"{stem}_TOKEN": "t", f"{stem}_SECRET": "s"}
    settings.MESSAGING = carriers(**given)
    assert production.production_faults() == []


def test_a_resting_point_is_of_a_hundred() -> None:
    with pytest.raises(BadEnvironment, match="TINHSO_SMS_B_RESTING"):
        carriers(TINHSO_SMS_B_RESTING="101")


def test_production_does_not_keep_mail_in_a_folder(settings: LazySettings) -> None:
    settings.MESSAGING = carriers()
    settings.MAIL = mail.Mail(sender="a@b.vn", folder=Path("/home/so/mail"))
    assert "TINHSO_SMTP" in production.production_faults()[0]
    settings.MAIL = mail.Mail(sender="a@b.vn", backend=mail.SERVER, host="thu.vn")
    assert production.production_faults() == []

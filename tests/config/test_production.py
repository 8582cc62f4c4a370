"""Production starts only with nothing of the demo in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from national.serve import Running
from tests.support.signing import sandbox  # noqa: F401 - a fixture
from tinhso.config import environment, production

pytestmark = pytest.mark.django_db


@pytest.fixture
def sound(settings: LazySettings, tmp_path: Path) -> LazySettings:
    """Settings as a province would have them, as far as the roof looks."""
    settings.ALLOWED_HOSTS = ["dichvucong.angiang.gov.vn"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    settings.SIGNING = {
        "stamps": "https://tsa.example.vn/",
        "csc": "https://csc.example.vn/v2",
        "confirm": "https://csc.example.vn/{person}",
        "csc_token": "riêng",
        "seals_password": "riêng",
        "roots": tmp_path / "roots",
        "seals": tmp_path / "seals",
    }
    return settings


def roofs_own() -> list[str]:
    """The roof's own sentences, without those of the rooms."""
    return [*production._switches(), *production._signing(), *production._roots(_folder())]


def _folder() -> Path:
    return Path(production.settings.SIGNING["roots"])


def test_sound_settings_have_no_fault(sound: LazySettings) -> None:
    assert roofs_own() == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DEBUG", True, "DEBUG"),
        ("ALLOWED_HOSTS", ["*"], "TINHSO_HOSTS"),
        ("ALLOWED_HOSTS", [], "TINHSO_HOSTS"),
        ("ALLOWED_HOSTS", ["dvc.example.vn", "127.0.0.1"], "TINHSO_HOSTS"),
        ("SESSION_COOKIE_SECURE", False, "Cookie"),
        ("CSRF_COOKIE_SECURE", False, "Cookie"),
        ("SECURE_HSTS_SECONDS", 0, "HSTS"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", True, "MFA_WEBAUTHN"),
    ],
)
def test_an_open_door_is_named(sound: LazySettings, name: str, value: Any, word: str) -> None:
    setattr(sound, name, value)
    (fault,) = roofs_own()

    assert word in fault


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("stamps", "http://localhost:8100/tsa", "TINHSO_STAMPS_URL"),
        ("stamps", "", "TINHSO_STAMPS_URL"),
        ("csc", "https://127.0.0.2/csc", "TINHSO_CSC_URL"),
        ("confirm", "http://[::1]/phone/{person}", "TINHSO_CSC_CONFIRM_URL"),
        ("csc_token", "tinhso-demo-csc", "TINHSO_CSC_TOKEN"),
        ("seals_password", "tinhso-demo-seals", "TINHSO_SEALS_PASSWORD"),
    ],
)
def test_a_sandbox_service_or_its_secret_is_named(
    sound: LazySettings, name: str, value: str, variable: str
) -> None:
    sound.SIGNING = {**sound.SIGNING, name: value}
    (fault,) = roofs_own()

    assert variable in fault


def test_the_sandboxes_root_is_recognised_under_any_name(
    sound: LazySettings,
    sandbox: Running,  # noqa: F811 - the fixture imported above
) -> None:
    folder = _folder()
    folder.mkdir()
    (folder / "goc.pem").write_bytes(httpx.get(f"{sandbox.base}/ca/root.pem").content)
    (fault,) = roofs_own()

    assert "goc.pem" in fault


@pytest.mark.parametrize(
    ("production_asked", "hosts", "origin", "names"),
    [
        ("0", "", "", ["*"]),
        ("1", "", "https://dvc.example.vn", ["dvc.example.vn"]),
        ("1", "a.vn, b.vn", "https://dvc.example.vn", ["a.vn", "b.vn"]),
        ("0", "a.vn", "", ["a.vn"]),
    ],
)
def test_the_site_answers_to_its_own_names(
    monkeypatch: pytest.MonkeyPatch, production_asked: str, hosts: str, origin: str, names: list[str]
) -> None:
    monkeypatch.setenv("TINHSO_PRODUCTION", production_asked)
    monkeypatch.setenv("TINHSO_HOSTS", hosts)
    if origin:
        monkeypatch.setenv("TINHSO_ORIGIN", origin)

    assert environment.read().hosts == names

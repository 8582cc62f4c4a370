"""No register is asked through the sandbox in production."""

from __future__ import annotations

from dataclasses import replace

from django.conf import LazySettings

from tinhso.config import lgsp
from tinhso.registers import production


def test_the_sandboxes_platform_and_its_secrets_are_named(settings: LazySettings) -> None:
    settings.LGSP = lgsp.read(production=False, sandbox="http://localhost:8100")

    told = [fault.split()[0] for fault in production.production_faults()]
    assert told == [
        "TINHSO_LGSP_URL",
        "TINHSO_LGSP_CLIENT_ID",
        "TINHSO_LGSP_CLIENT_SECRET",
        "TINHSO_LGSP_INTEGRATION",
    ]


def test_a_platform_with_what_it_gave_us_is_sound_and_none_is_too(settings: LazySettings) -> None:
    settings.LGSP = lgsp.Lgsp(
        url="https://lgsp.example.vn", client_id="tỉnh", client_secret="riêng", integration="H01"
    )
    assert production.production_faults() == []

    settings.LGSP = replace(settings.LGSP, client_secret="")
    assert production.production_faults() == ["TINHSO_LGSP_CLIENT_SECRET chưa có: đặt giá trị được cấp."]

    settings.LGSP = replace(settings.LGSP, url="")
    assert production.production_faults() == []

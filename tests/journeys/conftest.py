"""The demo province on a live address, with the real national side beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from national import serve
from tinhso.config import demo
from tinhso.foundation import moments
from tinhso.identity.signin import eid

expect.set_options(timeout=20_000)  # a busy machine answers late; nothing here waits longer than it must


@pytest.fixture
def national(live_site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[serve.Running]:
    """The national sandbox in a thread; it sends people back to the live site."""
    keys = Path(settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(
        tmp_path / "national",
        keys=keys,
        redirect_uris=(f"{live_site}/dang-nhap/tra-ve/",),
        logout_uris=(f"{settings.ORIGIN}/",),
    ) as running:
        monkeypatch.setitem(settings.EID, "issuer", running.settings.issuer)
        eid.forget()
        yield running
        eid.forget()


@pytest.fixture
def province(transactional_db: None) -> None:
    """The demo province as `make run` loads it."""
    demo.load(at=moments.now(), say=lambda _words: None)


def sign_in(page: Page, person: str) -> None:
    """Through the national pages, from the page that offers it, as the demo person of that name."""
    page.get_by_role("button", name="Dùng định danh điện tử").click()
    page.get_by_role("button", name=person).first.click()
    page.get_by_label("Mã xác nhận").fill("123456")
    page.get_by_role("button", name="Đồng ý và đăng nhập").click()
    expect(page.get_by_role("main")).to_be_visible()

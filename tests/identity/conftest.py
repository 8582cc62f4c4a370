from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from national import serve
from tinhso.identity.signin import eid

HERE = "http://testserver/dang-nhap/tra-ve/"


@pytest.fixture(scope="session")
def _national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    keys = Path(settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(
        tmp_path_factory.mktemp("national"),
        keys=keys,
        redirect_uris=(HERE,),
        logout_uris=(f"{settings.ORIGIN}/",),
    ) as running:
        yield running


@pytest.fixture
def national(_national: serve.Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[serve.Running]:
    """The national side on loopback, all its faults switched off, bound as our e-ID."""
    monkeypatch.setitem(settings.EID, "issuer", _national.settings.issuer)
    eid.forget()
    yield _national
    _national.app.state.faults.clear(None)
    eid.forget()

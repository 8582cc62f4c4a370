from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tinhso.foundation import ids
from tinhso.foundation.refs import ActorKind, ActorRef

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """A store of this test only."""
    settings.FILES = f"file://{tmp_path / 'store'}"
    return tmp_path / "store"


@pytest.fixture
def an() -> ActorRef:
    return ActorRef(kind=ActorKind.PERSON, id=ids.new_id(), name="Nguyễn Thị An")


@pytest.fixture
def binh() -> ActorRef:
    return ActorRef(kind=ActorKind.PERSON, id=ids.new_id(), name="Trần Văn Bình")

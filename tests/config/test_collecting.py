"""A second start does not make again what is served as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.finders import get_finder

from tinhso.config import collecting


@pytest.fixture
def source(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder of one style, from which is collected into another."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "served"
    get_finder.cache_clear()
    return folder


def test_what_did_not_change_is_not_collected_again(source: Path, settings: LazySettings) -> None:
    assert collecting.collect()
    assert not collecting.collect()
    assert list(Path(settings.STATIC_ROOT).glob("a.*css"))


def test_a_file_that_changed_came_or_went_is_noticed(source: Path) -> None:
    collecting.collect()
    os.utime(source / "a.css", ns=(1, 1))
    assert collecting.collect()
    (source / "b.css").write_text("b {}")
    assert collecting.collect()
    (source / "a.css").unlink()
    assert collecting.collect()


def test_a_run_that_was_broken_off_is_done_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(collecting, "call_command", broken)
        with pytest.raises(KeyboardInterrupt):
            collecting.collect()
    assert collecting.collect()

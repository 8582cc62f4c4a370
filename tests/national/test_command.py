"""`python -m national` serves everything from one process and ends when told."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from national.__main__ import parser, settings_of
from national.ports import PortTaken, free_port
from national.serve import Running, start_in_thread
from national.settings import SIGN_IN_RETURNS


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "national", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_up(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health").raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the sandbox did not come up")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_one_command_serves_all_and_ends_cleanly(tmp_path: Path, sign: signal.Signals) -> None:
    port = free_port()
    arguments = ("--home", str(tmp_path), "--port", str(port), "--issuer", "https://quocgia.test/oidc")
    with start(*arguments) as process:
        try:
            wait_until_up(port)
            told = httpx.get(f"http://127.0.0.1:{port}/oidc/.well-known/openid-configuration").json()
            assert told["issuer"] == "https://quocgia.test/oidc"
            assert "Môi trường thử" in httpx.get(f"http://127.0.0.1:{port}/").text
        finally:
            process.send_signal(sign)
            out, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "https://quocgia.test/" in out
    assert errors == ""


def test_a_taken_port_is_one_sentence(sandbox: Running, tmp_path: Path) -> None:
    with start("--home", str(tmp_path), "--port", str(sandbox.port)) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "port" in errors
    assert len(errors.strip().splitlines()) == 1


def test_return_addresses_come_from_the_command_line_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = ["--home", str(tmp_path)]
    assert settings_of(parser().parse_args(home)).redirect_uris == SIGN_IN_RETURNS
    monkeypatch.setenv("NATIONAL_REDIRECT_URIS", "http://a.test/1 http://a.test/2")
    given = settings_of(parser().parse_args(home))
    assert given.redirect_uris == ("http://a.test/1", "http://a.test/2")
    assert given.base == "http://localhost:8100"
    chosen = [*home, "--redirect-uri", "http://b.test/", "--issuer", "http://b.test:81/"]
    given = settings_of(parser().parse_args(chosen))
    assert (given.redirect_uris, given.base) == (("http://b.test/",), "http://b.test:81")


def test_ready_keys_are_shared_by_sandboxes_with_homes_of_their_own(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with start_in_thread(tmp_path / "one", keys=keys) as one:
        first = httpx.get(f"{one.base}/oidc/jwks").json()
        made = sorted(keys.iterdir())
        with start_in_thread(tmp_path / "two", keys=keys, redirect_uris=("http://c.test/",)) as two:
            assert httpx.get(f"{two.base}/oidc/jwks").json() == first
            assert sorted(keys.iterdir()) == made
            assert two.settings.redirect_uris == ("http://c.test/",)
            with pytest.raises(PortTaken):
                start_in_thread(tmp_path / "three", two.port, keys=keys)


def test_static_files_are_only_those_that_are_known(sandbox: Running) -> None:
    assert httpx.get(f"{sandbox.base}/static/national.css").headers["content-type"].startswith("text/css")
    assert httpx.get(f"{sandbox.base}/static/mark.svg").status_code == 200
    assert httpx.get(f"{sandbox.base}/static/people.json").status_code == 404
    assert httpx.get(f"{sandbox.base}/static/..%2fpeople.json").status_code == 404

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.browser import web_parts
from tinhso.forms import api
from tinhso.foundation.refs import SYSTEM

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BUNDLE = """
import { build } from "vite";
const lib = { entry: "src/forms/rules.ts", formats: ["es"], fileName: () => "rules.mjs" };
const target = ["es2019", "chrome75", "safari13"];
const into = { outDir: process.argv[2], emptyOutDir: false, copyPublicDir: false };
await build({ configFile: false, logLevel: "error", build: { ...into, lib, target, minify: true } });
"""

Publish = Callable[..., UUID]


@pytest.fixture
def publish(db: None) -> Publish:
    """Publishes a definition and gives its version."""

    def do(definition: dict[str, Any], code: str = "thu") -> UUID:
        return api.publish(code=code, definition=definition, by=SYSTEM, at=AT)

    return do


class Browser:
    """The evaluator that pages load, run by Node."""

    def __init__(self, bundle: Path) -> None:
        node = Path(sys.executable).parent / "node"
        self.process = subprocess.Popen(
            [str(node), str(Path(__file__).with_name("parity.mjs")), bundle.as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, plan: list[Any], answers: Any, today: str, law: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        line = json.dumps({"plan": plan, "answers": answers, "today": today, "law": law})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def browser_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's evaluator, bundled as the build does and run by the Node of this environment."""
    web_parts()
    folder = tmp_path_factory.mktemp("rules")
    node = Path(sys.executable).parent / "node"
    subprocess.run(
        [str(node), "--input-type=module", "-", str(folder)],
        input=BUNDLE,
        text=True,
        cwd=ROOT / "web",
        check=True,
        capture_output=True,
        env={**os.environ, "NODE_ENV": "production"},
    )
    browser = Browser(folder / "rules.mjs")
    yield browser
    browser.close()

"""What runs by the clock is told to operators, and tried."""

from __future__ import annotations

import re

from tests.house.rooms import ROOT, python
from tinhso.foundation.jobs import jobs


def _by_the_clock() -> dict[str, str]:
    """Names of jobs with the function behind each."""
    return {name: job.function.__name__ for name, job in jobs if job.cron and not name.startswith("test")}


def test_every_periodic_job_has_its_line_in_the_operators_manual() -> None:
    told = set(
        re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    )

    assert set(_by_the_clock()) == {name for name in told if "." in name}


def test_every_periodic_job_is_run_by_a_test() -> None:
    texts = "".join(file.read_text() for file in python("tests") if file.parent != ROOT / "tests" / "house")
    untried = {
        name for name, function in _by_the_clock().items() if not re.search(rf"\b{function}\b[.(]", texts)
    }

    assert not untried

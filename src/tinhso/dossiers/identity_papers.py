"""By which paper an officer at the counter knew who stood there: the dated value `identity_papers`."""

from __future__ import annotations

from datetime import date

from tinhso.foundation import legal


def kinds(on: date) -> dict[str, str]:
    """The kinds that serve on that day, their names by their codes, in the order officers read them."""
    return {kind["code"]: kind["name"] for kind in legal.value("identity_papers", on=on)}

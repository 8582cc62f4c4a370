"""Makes the demo able to sign: the sandbox's root is trusted, demo agencies get seals, demo leaders a
credential at the sandbox's remote signing service. Talks to the sandbox over HTTP, as anyone would."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.identity import demo as people
from tinhso.identity.api import Role

SECRET = os.environ.get("NATIONAL_SECRET", "sandbox-secret")
SECONDS = 20.0


def prepare(*, base: str = "") -> None:
    """Trust the sandbox's root. The rest needs the demo's agencies: see `equip`."""
    with sandbox(base) as nation:
        root = Path(settings.SIGNING["roots"]) / "sandbox-root.pem"
        root.parent.mkdir(parents=True, exist_ok=True)
        root.write_bytes(nation.get("/ca/root.pem").raise_for_status().content)


def equip(*, base: str = "") -> None:
    """A seal for each agency of the demo's officers, a credential for each of its leaders. Safe to repeat."""
    seals = Path(settings.SIGNING["seals"])
    seals.mkdir(parents=True, exist_ok=True, mode=0o700)
    day = moments.today(moments.now())
    with sandbox(base) as nation:
        agencies = [directory.agency(code, day) for code in sorted({one.agency for one in people.OFFICERS})]
        for agency in (*agencies, *_province(day)):
            found = directory.identifier_of(agency.id, directory.IdentifierScheme.QD_20_2020, day)
            if found is not None:
                _seal(nation, seals / f"{found.value}.p12", agency=agency.name)
        for officer in people.OFFICERS:
            if officer.role is Role.LEADER:
                _credential(nation, officer, agency=directory.agency(officer.agency, day).name)


def _province(day: date) -> Iterator[directory.AgencyView]:
    """The people's committee of the province, by whose seal packages of procedures go out."""
    for agency in directory.agencies(day, level=directory.AgencyLevel.PROVINCE):
        if agency.kind is directory.AgencyKind.PEOPLES_COMMITTEE:
            yield agency


@contextmanager
def confirming(*, base: str = "") -> Iterator[None]:
    """While the demo is laid, the sandbox's phones say yes by themselves; afterwards people confirm."""
    with sandbox(base) as nation:
        nation.post("/phone/auto", json={"enabled": True}).raise_for_status()
        try:
            yield
        finally:
            nation.post("/phone/auto", json={"enabled": False}).raise_for_status()


def sandbox(base: str = "") -> httpx.Client:
    """A client of the sandbox that knows its secret."""
    return httpx.Client(
        base_url=base or f"http://127.0.0.1:{settings.NATIONAL_PORT}",
        headers={"authorization": f"Bearer {SECRET}"},
        timeout=SECONDS,
        trust_env=False,
    )


def _seal(nation: httpx.Client, file: Path, *, agency: str) -> None:
    if file.exists():
        return
    asked: dict[str, Any] = {
        "profile": "seal",
        "common_name": agency,
        "organization": "UBND tỉnh An Giang",
        "pkcs12_password": settings.SIGNING["seals_password"],
    }
    answer = nation.post("/ca/issue", json=asked).raise_for_status()
    file.touch(mode=0o600)
    file.write_bytes(base64.b64decode(answer.json()["pkcs12"]))


def _credential(nation: httpx.Client, officer: people.Demo, *, agency: str) -> None:
    asked = {
        "credential": f"ky-{officer.login}",
        "user": officer.login,
        "profile": "officer",
        "common_name": officer.full_name,
        "organization": agency,
        "title": officer.title,
    }
    nation.post("/csc/credentials", json=asked).raise_for_status()

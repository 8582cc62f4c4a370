"""Series of receipts, and what waits for one: as a process of its own, which says what came of it in JSON.

Its standard input is JSON: `step`, `agencies`, `bills`, `most`. The steps:
`seals`   a series for each agency, and a seal from the sandbox;
`wait`    the bills are paid and wait for receipts;
`number`  50 writers write receipts at once until none waits.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from datetime import date  # noqa: E402 - Django must be ready first
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID  # noqa: E402

import httpx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from tinhso.config import demo_signing  # noqa: E402
from tinhso.directory import api as directory  # noqa: E402
from tinhso.foundation import moments  # noqa: E402
from tinhso.foundation.refs import SYSTEM  # noqa: E402
from tinhso.payments import api as payments  # noqa: E402
from tinhso.payments.models import ReceiptDue, ReceiptSeries  # noqa: E402
from tinhso.payments.operations import issuing_receipts  # noqa: E402

WRITERS = 50
BEGIN = date(2025, 7, 1)


def seals(given: dict[str, Any]) -> dict[str, Any]:
    """Each agency can number and seal."""
    at = moments.now()
    if given["sealed"]:
        demo_signing.prepare()
    for place, agency in enumerate(UUID(one) for one in given["agencies"]):
        ReceiptSeries.objects.create(
            agency_id=agency,
            form="01BLP0-001",
            symbol=f"{chr(65 + place)}G-26E",
            address="Số 1 đường Thử",
            basis="Thông báo phát hành thử",
            valid_from=BEGIN,
            opened_by="Kế toán",
            opened_at=at,
        )
        code = f"H01.98.{place:02}"
        directory.identify(
            agency_id=agency,
            scheme=directory.IdentifierScheme.QD_20_2020,
            value=code,
            verified=True,
            valid_from=BEGIN,
            by=SYSTEM,
            at=at,
        )
        if given["sealed"]:
            _give_seal(code)
    return {}


def _give_seal(code: str) -> None:
    asked = {
        "profile": "seal",
        "common_name": "UBND phường Thử",
        "pkcs12_password": settings.SIGNING["seals_password"],
    }
    answer = httpx.post(
        f"http://127.0.0.1:{settings.NATIONAL_PORT}/ca/issue",
        json=asked,
        headers={"authorization": f"Bearer {demo_signing.SECRET}"},
        trust_env=False,
    ).raise_for_status()
    file = Path(settings.SIGNING["seals"]) / f"{code}.p12"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.write_bytes(base64.b64decode(answer.json()["pkcs12"]))


def wait(given: dict[str, Any]) -> dict[str, Any]:
    """Money comes for each bill."""
    at = moments.now()
    for reference in given["bills"]:
        payments.receive(
            payments.Told(
                source=f"bank:{given['account']}",
                channel=payments.Channel.VIETQR,
                transaction=reference,
                amount=50_000,
                paid_at=at,
                content=reference,
            ),
            at=at,
        )
    return {"waiting": ReceiptDue.objects.count()}


def number(given: dict[str, Any]) -> dict[str, Any]:
    """Write receipts, 50 writers at once, a few in each transaction."""
    times: list[float] = []
    faults: list[Exception] = []
    ready = threading.Barrier(WRITERS + 1)

    def writer() -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            while ReceiptDue.objects.exists():
                began = time.perf_counter()
                if issuing_receipts.issue_waiting(at=moments.now(), most=given["most"]):
                    times.append(time.perf_counter() - began)
        except Exception as fault:
            faults.append(fault)
            ready.abort()
        finally:
            connection.close()

    writers = [threading.Thread(target=writer) for _place in range(WRITERS)]
    for each in writers:
        each.start()
    ready.wait()
    began = time.perf_counter()
    for each in writers:
        each.join()
    if faults:
        raise faults[0]
    return {"times": times, "elapsed": time.perf_counter() - began}


STEPS = {"seals": seals, "wait": wait, "number": number}


def main() -> None:
    """Do the step."""
    given = json.load(sys.stdin)
    json.dump(STEPS[given["step"]](given), sys.stdout)


if __name__ == "__main__":
    main()

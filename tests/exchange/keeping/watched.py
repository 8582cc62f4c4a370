"""Records of monitoring as a gateway would have written them at some moment."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.models import Monitored

CLIENT = "VN-DEMO/GOV/BTP/HOTICH"
PROVIDER = "VN-DEMO/GOV/H01/TINHSO"
_numbers = count(1)


def watched(at: datetime, *, took: int = 100, **facts: Any) -> Monitored:
    """An answered request to our service, written at that moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_monitored_day(%s)", [at.date()])
    number = next(_numbers)
    begins = int(at.timestamp() * 1000) - took
    return Monitored.objects.create(
        **{
            "id": UUID(int=least_id(at).int | 0x7 << 76 | 0x2 << 62 | number),
            "side": "service",
            "request_in": begins,
            "response_out": begins + took,
            "client": CLIENT,
            "provider": PROVIDER,
            "service_code": "tra-cuu",
            "service_type": "REST",
            "client_address": "10.1.0.1",
            "provider_address": "10.1.0.2",
            "own_address": "192.168.1.1",
            "message_id": f"m-{number}",
            "request_size": 1_000,
            "response_size": 3_000,
            "succeeded": True,
            **facts,
        }
    )

"""A global configuration in the state of this server, signed as its authority would."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt

from tests.exchange.evidence import trusted
from tinhso.exchange.models import State

URL = "http://127.0.0.1:1/exchange/globalconf"


def listed(der: bytes, name: str = "x", **more: str) -> dict[str, str]:
    """An authority as a document lists it."""
    return {
        "name": name,
        "url": f"http://{name}/",
        "certificate": base64.b64encode(der).decode(),
        **more,
    }


def hold(**content: Any) -> None:
    """Keep an anchor and a document of its with this content."""
    signer = trusted.key_of("ec", "anchor")
    anchor = trusted.certificate(trusted.named("Cấu hình toàn cục"), signer, None)
    document = {
        "instance": "VN-DEMO",
        "serial": 1,
        "issued": "2026-11-24T00:00:00Z",
        "expires": "2026-11-25T00:00:00Z",
        **content,
    }
    State.objects.create(
        anchor={"instance": "VN-DEMO", "url": URL, "certificate": listed(anchor.der)["certificate"]},
        global_configuration=jwt.api_jws.PyJWS().encode(
            json.dumps(document).encode(), signer, algorithm="ES256"
        ),
    )

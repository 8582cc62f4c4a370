"""An event as others read it: CloudEvents 1.0, structured JSON."""

from __future__ import annotations

from typing import Any

import orjson

from tinhso.exchange.models import Published

CONTENT_TYPE = "application/cloudevents+json"
SOURCE = "/tinhso"


def envelope(event: Published) -> dict[str, Any]:
    """The event; `sequence` is its place in the feed."""
    return {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": SOURCE,
        "type": event.topic,
        "subject": event.subject,
        "time": event.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": event.position,
        "data": event.data,
    }


def written(event: Published) -> bytes:
    """The exact bytes that are sent and signed."""
    return orjson.dumps(envelope(event))

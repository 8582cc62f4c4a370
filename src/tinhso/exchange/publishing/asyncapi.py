"""The events described for those who receive them: AsyncAPI 3.0."""

from __future__ import annotations

from typing import Any

import msgspec

from tinhso.exchange.publishing.envelopes import CONTENT_TYPE, SOURCE
from tinhso.exchange.publishing.topics import Topic, topics

SIGNATURE = (
    "Standard Webhooks: HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` under the base64 after"
    " `whsec_`; several stand while a secret changes. Refuse timestamps five minutes off."
)


def document() -> dict[str, Any]:
    """All topics that rooms declare."""
    known = [topic for _name, topic in topics]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tỉnh Số",
            "version": "1",
            "description": (
                "Events are told at least once, in order per subject: by web hook, or by polling"
                " `GET /api/v1/exchange/events?after=`. Drop what you have by `id`."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in known},
        "operations": {
            f"receive.{topic.name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "summary": str(topic.title),
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/event"}],
            }
            for topic in known
        },
        "components": {
            "messages": {topic.name: _message(topic) for topic in known},
            "schemas": {topic.name: topic.schema() for topic in known},
        },
    }


def _channel(topic: Topic[Any]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": str(topic.title),
        "messages": {"event": {"$ref": f"#/components/messages/{topic.name}"}},
    }


def _message(topic: Topic[Any]) -> dict[str, Any]:
    return {
        "name": topic.name,
        "title": str(topic.title),
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
            "properties": {
                "webhook-id": {"type": "string", "description": "The event's id, the same in every try."},
                "webhook-timestamp": {"type": "string", "description": "Seconds since 1970, of this try."},
                "webhook-signature": {"type": "string", "description": SIGNATURE},
            },
        },
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "format": "uuid"},
                "source": {"const": SOURCE},
                "type": {"const": topic.name},
                "subject": {"type": "string", "description": str(topic.subject_is)},
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "sequence": {"type": "integer", "minimum": 1},
                "data": {"$ref": f"#/components/schemas/{topic.name}"},
            },
        },
        "examples": [
            {"payload": {"type": topic.name, "data": msgspec.to_builtins(topic.example, str_keys=True)}}
        ],
    }

"""Writing down that a person's data was given to somebody (exchange lessons §5.1, §5.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from tinhso.exchange.models import Usage
from tinhso.exchange.operations import applications
from tinhso.exchange.persons import about_hash
from tinhso.foundation import legal
from tinhso.foundation.moments import today

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who was told: its code on the exchange, its name and the name of the system where known."""

    code: str
    name: str = ""
    system: str = ""


def note(
    personal_ids: Collection[str],
    *,
    action: str,
    to: Receiver,
    at: datetime,
    hidden: bool = False,
    message_id: str = "",
) -> None:
    """Note that data about these persons was given, in the running transaction.

    `action` is plain words that each of them will read; `hidden` is the receiver's wish, followed only where
    a dated rule (`usage_hiding`) names that receiver. About more than `usage_persons_each` one counted entry
    is kept, of nobody by name.
    """
    note_hashed(
        sorted({about_hash(one) for one in personal_ids}),
        action=action,
        to=to,
        at=at,
        hidden=hidden,
        message_id=message_id,
    )


def note_hashed(
    persons: Collection[bytes],
    *,
    action: str,
    to: Receiver,
    at: datetime,
    hidden: bool = False,
    message_id: str = "",
) -> None:
    """The same of persons whose keyed hash is at hand."""
    facts: dict[str, Any] = {
        "at": at,
        "action": action.strip()[:LONGEST] or _("Bên nhận không ghi lý do"),
        "receiver_code": to.code,
        "receiver_name": to.name[:LONGEST],
        "receiver_system": to.system[:LONGEST],
        "message_id": message_id,
    }
    if len(persons) > legal.integer("usage_persons_each", on=today(at)):
        Usage.objects.create(count=len(persons), **facts)
        return
    rule, until = _hiding(to.code, at) if hidden else ("", None)
    Usage.objects.bulk_create(
        Usage(person=one, hide_rule=rule, hidden_until=until, **facts) for one in persons
    )


def _hiding(code: str, at: datetime) -> tuple[str, datetime | None]:
    for name, rule in legal.value("usage_hiding", on=today(at)).items():
        if code in rule["receivers"]:
            return name, at + timedelta(days=rule["days"])
    return "", None


def note_call(headers: Mapping[str, str], personal_ids: Collection[str], *, at: datetime) -> None:
    """Note what a service of ours answered to a call that came through the gateway: who asked and why stand
    in its headers (`X-Road-Client`, `Tinhso-Reason`, `Tinhso-System`, `Tinhso-Hidden`)."""
    system = unquote(headers.get("Tinhso-System", ""), errors="replace")
    client = headers.get("X-Road-Client", "") or "?"
    note(
        personal_ids,
        action=unquote(headers.get("Tinhso-Reason", ""), errors="replace"),
        to=Receiver(client, name=applications.organisation_of(client), system=system),
        at=at,
        hidden=headers.get("Tinhso-Hidden", "").lower() == "true",
        message_id=headers.get("X-Road-Id", ""),
    )


def published_rules(at: datetime) -> list[dict[str, Any]]:
    """The rules that delay an entry, as anybody may read them."""
    rules: dict[str, dict[str, Any]] = legal.value("usage_hiding", on=today(at))
    return list(rules.values())

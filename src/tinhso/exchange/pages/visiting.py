"""What every page needs: who, when, what was typed, what stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import NoSuchAgreement
from tinhso.exchange.models import Agreement, Application, Service
from tinhso.exchange.operations import agreements, parties
from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

LONGEST = 20_000


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def typed(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """What was typed into these boxes, each cut to what anybody may write."""
    return {name: request.POST.get(name, "")[:LONGEST] for name in names}


def faults_of(refused: Unable, *, otherwise: str) -> dict[str, str]:
    """Sentences by box; one that names no box stands at `otherwise`."""
    found = dict(getattr(refused, "faults", {}))
    if not found:
        return {otherwise: refused.message}
    return {name: refused.message if len(sentence) < 8 else sentence for name, sentence in found.items()}


def by_box(words: Mapping[str, str]) -> dict[str, str]:
    """Words by the names of boxes as templates can say them: without hyphens."""
    return {name.replace("-", "_"): text for name, text in words.items()}


def shown_faults(faults: Mapping[str, str]) -> dict[str, Any]:
    """What a page shows of sentences by box: `wrong` at each, `links` to them at its top, `errors` if any."""
    return {"wrong": by_box(faults), "links": list(faults.items()), "errors": bool(faults)}


def number(text: str) -> int:
    """A whole number as people type it ("10.000"); -1 for anything else."""
    digits = text.replace(".", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def typed_moment(text: str) -> datetime | None:
    """What a `datetime-local` box holds, on the province's clock; None for nothing or nonsense."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is not None or found.year < 2000:
        return None
    return found.replace(tzinfo=LOCAL)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a box, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def may(request: HttpRequest, acts: Collection[str], subject: Any) -> set[str]:
    """Those of the room's acts that the officer may do to the subject, without the room's name. One query."""
    actor, at = visit(request)
    allowed = identity.allowed(actor, [f"exchange.{act}" for act in acts], subject, at)
    return {act.removeprefix("exchange.") for act in allowed}


def own_agreement(request: HttpRequest, agreement_id: UUID) -> Agreement:
    """An agreement the officer may see. Raises NoSuchAgreement."""
    found = agreements.held(agreement_id)
    actor, at = visit(request)
    if not identity.can(actor, "exchange.see_agreement", parties.agreement_ref(found), at):
        raise NoSuchAgreement(_("Không có thỏa thuận này."))
    return found


def own_service(request: HttpRequest, service_id: UUID) -> Service:
    """A service the officer looks after. Raises NoSuchAgreement."""
    found = Service.objects.select_related("subsystem").filter(id=service_id).first()
    actor, at = visit(request)
    if found is None or not identity.can(actor, "exchange.see_services", parties.service_ref(found), at):
        raise NoSuchAgreement(_("Không có dịch vụ này."))
    return found


def own_application(request: HttpRequest, application_id: UUID, act: str) -> Application:
    """A system to which the officer may do the act. Raises NoSuchAgreement."""
    found = Application.objects.filter(id=application_id).first()
    actor, at = visit(request)
    if found is None or not identity.can(actor, act, parties.application_ref(found), at):
        raise NoSuchAgreement(_("Không có hệ thống này."))
    return found

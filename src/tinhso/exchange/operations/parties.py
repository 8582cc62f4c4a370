"""Who stands on which side of a service: its data owner, the operators, the developers of those who ask."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exchange.models import Agreement, Application, Developer, Plan, Service
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity


def service_ref(service: Service) -> SubjectRef:
    """A service as its data owner's agency holds it."""
    return SubjectRef(kind="exchange_service", id=service.id, units=_owner(service))


def plan_ref(plan: Plan) -> SubjectRef:
    """A plan belongs to the data owner of its service."""
    return SubjectRef(kind="exchange_plan", id=plan.id, units=_owner(plan.service))


def agreement_ref(agreement: Agreement) -> SubjectRef:
    """An agreement lies between the data owner and the developers of the application."""
    return SubjectRef(
        kind="exchange_agreement",
        id=agreement.id,
        units=_owner(agreement.plan.service),
        handlers=_handlers(agreement.application),
    )


def application_ref(application: Application) -> SubjectRef:
    """An application is held by its developers."""
    return SubjectRef(kind="exchange_application", id=application.id, handlers=_handlers(application))


def developers_of(application: Application) -> frozenset[UUID]:
    """The officers who speak for an application now."""
    rows = Developer.objects.filter(application=application, removed_at=None)
    return frozenset(rows.values_list("officer_id", flat=True))


def owners_of(service: Service, *, at: datetime) -> frozenset[UUID]:
    """The officers who decide about a service's data: leaders of the agency that owns it."""
    if service.owner_unit_id is None:
        return frozenset()
    agency = directory.unit(service.owner_unit_id).agency_id
    units = [unit.id for unit in directory.units_of(agency, today(at))]
    return frozenset(identity.holders(role=identity.Role.LEADER, unit=units, at=at))


def operators(*, at: datetime) -> frozenset[UUID]:
    """The officers who run the platform."""
    return frozenset(identity.holders_anywhere(role=identity.Role.ADMINISTRATOR, at=at))


def somebody(actor: ActorRef) -> UUID:
    """The account of an officer. Raises Invalid for an act of nobody."""
    if actor.id is None:
        raise Invalid(_("Việc này phải do một cán bộ làm."))
    return actor.id


def apart_from(actor: ActorRef, others: frozenset[UUID], sentence: str) -> None:
    """Four eyes: neither the actor nor the one they stand in for is among the others. Raises NotAllowed."""
    if {actor.id, actor.on_behalf_of} & others:
        raise NotAllowed(sentence)


def _owner(service: Service) -> tuple[UUID, ...]:
    return (service.owner_unit_id,) if service.owner_unit_id else ()


def _handlers(application: Application) -> tuple[UUID, ...]:
    """The developers; the application's own id, which is no officer's, so that none means nobody."""
    return tuple(sorted(developers_of(application))) or (application.id,)

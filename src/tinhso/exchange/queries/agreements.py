"""Agreements as officers see them: operators all, owners their services', developers their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exchange.contracts import AgreementStatus, Stop
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Agreement, Application, Developer, Plan, Service, Terms
from tinhso.exchange.open_work import of_units, open_work
from tinhso.exchange.operations import reminding
from tinhso.exchange.queries import standings
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

ON_A_PAGE = 50
_PAUSED = {Stop.PROVIDER_PAUSED, Stop.CONSUMER_PAUSED, Stop.CONDITIONS}


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement of a list: its row, how it stands (colour and words), and what waits in it."""

    row: Agreement
    tag: tuple[str, str]
    waiting: Terms | None
    late: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What an officer may see: everything, services of these units, or these applications."""

    operator: bool
    units: frozenset[UUID]
    applications: frozenset[UUID]

    def agreements(self) -> Q:
        """The agreements among all."""
        if self.operator:
            return Q()
        return Q(plan__service__owner_unit_id__in=self.units) | Q(application__in=self.applications)

    def owned(self) -> frozenset[UUID] | None:
        """The units whose data is theirs to answer for; None for an operator, who answers for all."""
        return None if self.operator else self.units

    def services(self) -> Q:
        """The services among all."""
        return Q() if self.operator else Q(owner_unit_id__in=self.units)


def sight(actor: ActorRef, *, at: datetime) -> Sight:
    """What an officer may see. At most four queries."""
    posts = _posts(actor, at)
    roles = {post.role for post in posts}
    units: set[UUID] = set()
    if identity.Role.LEADER in roles:
        led = directory.units({post.unit for post in posts if post.role is identity.Role.LEADER})
        for agency in {unit.agency_id for unit in led.values()}:
            units |= {unit.id for unit in directory.units_ever(agency)}
    applications: frozenset[UUID] = frozenset()
    if identity.Role.DEVELOPER in roles:
        rows = Developer.objects.filter(officer=actor.id, removed_at=None, application__ended_at=None)
        applications = frozenset(rows.values_list("application_id", flat=True))
    return Sight(identity.Role.ADMINISTRATOR in roles, frozenset(units), applications)


def _posts(actor: ActorRef, at: datetime) -> tuple[identity.Held, ...]:
    return identity.held(actor.id, at) if actor.id else ()


def listed(
    seen: Sight, *, view: str, at: datetime, service: UUID | None = None, before: UUID | None = None
) -> tuple[list[Line], UUID | None]:
    """A page of agreements, newest first, and before what the next one begins. Three queries.

    `view` is `cho` (waits for a word or to be opened), `het-han` (ends soon), `dang-chay` or empty (all).
    """
    rows = Agreement.objects.select_related("plan__service", "application", "terms").filter(seen.agreements())
    if service is not None:
        rows = rows.filter(plan__service=service)
    if view == "cho":
        rows = rows.filter(_waits(seen))
    elif view == "dang-chay":
        rows = rows.filter(status=AgreementStatus.ACCEPTED)
    elif view == "het-han":
        last = today(at) + timedelta(reminding.marks(at)[0])
        rows = rows.filter(status=AgreementStatus.ACCEPTED, terms__ends_on__lte=last)
        return _lines(list(rows.order_by("terms__ends_on", "id")[: 4 * ON_A_PAGE]), at=at), None
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: ON_A_PAGE + 1])
    more = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None
    return _lines(found[:ON_A_PAGE], at=at), more


def number_of(agreement_id: UUID) -> str:
    """An agreement's number; empty when there is none of that id. One query."""
    return Agreement.objects.filter(id=agreement_id).values_list("number", flat=True).first() or ""


def waiting(actor: ActorRef, *, at: datetime) -> int:
    """How many agreements wait for the officer; asks what `sight` asks when some wait for an owner."""
    now = open_work()
    units = sight(actor, at=at).units if now.decided or now.both else frozenset()
    if any(post.role is identity.Role.ADMINISTRATOR for post in _posts(actor, at)):
        return of_units(now.decided, units) + of_units(now.both, None) + of_units(now.opened, None)
    return of_units(now.decided, units) + of_units(now.both, units)


def of_applications(applications: frozenset[UUID], *, at: datetime) -> list[Line]:
    """The newest agreements of these applications. Three queries."""
    rows = Agreement.objects.select_related("plan__service", "application", "terms")
    return _lines(list(rows.filter(application__in=applications).order_by("-id")[:ON_A_PAGE]), at=at)


def tag_of(row: Agreement, stop: Stop | None) -> tuple[str, str]:
    """Colour and words of how an agreement stands."""
    if row.status == AgreementStatus.PENDING:
        return "blue", _("Chờ duyệt")
    if row.status != AgreementStatus.ACCEPTED:
        return ("red" if row.status == AgreementStatus.REJECTED else "grey"), AgreementStatus(
            row.status
        ).label
    if stop is None:
        return "green", _("Đang chạy")
    words = stop.label[:1].upper() + stop.label[1:]
    if stop in _PAUSED:
        return "amber", words
    return ("blue" if stop is Stop.NOT_ENABLED else "grey"), words


def applications(seen: Sight, *, typed: str = "") -> list[Application]:
    """The systems an officer may see, by name. One query."""
    rows = (
        Application.objects.all() if seen.operator else Application.objects.filter(id__in=seen.applications)
    )
    if typed:
        rows = rows.filter(Q(name__icontains=typed) | Q(identifier__icontains=typed))
    return list(rows.order_by("ended_at", "name", "id")[:200])


def services(seen: Sight, *, typed: str = "") -> list[Service]:
    """The services an officer looks after, by title. One query."""
    rows = Service.objects.select_related("subsystem").filter(seen.services())
    if typed:
        rows = rows.filter(Q(title__icontains=typed) | Q(code__icontains=typed))
    return list(rows.order_by("title", "id")[:200])


def plans_of(service: UUID) -> list[Plan]:
    """The plans of a service, open ones first. One query."""
    rows = Plan.objects.select_related("quota_class").filter(service=service)
    return sorted(rows, key=lambda row: (_ORDER.index(row.status), row.code))


_ORDER = ["published", "staging", "deprecated", "closed"]


def _waits(seen: Sight) -> Q:
    open_terms = Exists(Terms.objects.filter(agreement=OuterRef("pk"), accepted=None))
    asked = Q(open_terms) & Q(plan__service__owner_unit_id__in=seen.units)
    if not seen.operator:
        return asked
    return asked | Q(status=AgreementStatus.ACCEPTED, enabled_at=None)


def _lines(rows: list[Agreement], *, at: datetime) -> list[Line]:
    ids = [row.id for row in rows]
    facts = standings.of(ids)
    open_terms = {one.agreement_id: one for one in Terms.objects.filter(agreement__in=ids, accepted=None)}
    lines = []
    for row in rows:
        known, waits = facts.get(row.id), open_terms.get(row.id)
        stop = standing.stopped(known, at) if known else None
        lines.append(Line(row, tag_of(row, stop), waits, bool(waits and waits.due_at < at)))
    return lines

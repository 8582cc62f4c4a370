"""What crosses the door of identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, NotFound, Unable
from tinhso.foundation.refs import ActorRef, OwnerRef


class AccountKind(StrEnum):
    """Who signs in with an account."""

    PERSON = "person"
    OFFICER = "officer"


class Role(StrEnum):
    """What an officer does in a unit. A post is a role in a unit during a period."""

    INTAKE_OFFICER = "intake_officer"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    CASHIER = "cashier"
    ACCOUNTANT = "accountant"
    DEVELOPER = "developer"
    """Speaks for a system of another agency or organisation that calls services of the province."""

    @property
    def label(self) -> str:
        """What people call the role."""
        return str(_ROLE_LABELS[self])


_ROLE_LABELS = {
    Role.INTAKE_OFFICER: _("Cán bộ tiếp nhận"),
    Role.SPECIALIST: _("Chuyên viên"),
    Role.LEADER: _("Lãnh đạo"),
    Role.CLERK: _("Văn thư"),
    Role.SUPERVISOR: _("Giám sát"),
    Role.INSPECTOR: _("Thanh tra"),
    Role.ADMINISTRATOR: _("Quản trị"),
    Role.CASHIER: _("Thu ngân"),
    Role.ACCOUNTANT: _("Kế toán"),
    Role.DEVELOPER: _("Nhà phát triển"),
}


class Scope(StrEnum):
    """How far a role reaches: subjects on its own unit's path, its agency's, or the whole province."""

    UNIT = "unit"
    AGENCY = "agency"
    PROVINCE = "province"


class Sight(IntEnum):
    """How much of a subject somebody sees, from nothing to all."""

    NOTHING = 0
    STATUS = 1
    INTAKE = 2
    ALL = 3


@dataclass(frozen=True, slots=True)
class Seeing:
    """What somebody sees, and the words of the exception by which they do; empty when by their own work."""

    sight: Sight
    because: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the table: who may do an act.

    Officers in one of `roles`, as far as `scope` reaches; with `handler` only the one who holds the
    subject, when somebody holds it. With `owner` the person whose subject it is, or who leads or files for
    the organisation whose it is; with `filer` who stands for that person by a relation; with `person` any
    signed-in person, for acts that have no subject yet; with `itself` whoever's own account the subject
    is. `classifications` limits the line to subjects so classed; empty means all.
    """

    act: str
    roles: frozenset[Role] = frozenset()
    scope: Scope = Scope.UNIT
    owner: bool = False
    filer: bool = False
    handler: bool = False
    person: bool = False
    itself: bool = False
    classifications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person. Contact data are empty once erased; `personal_id_masked` shows the last three digits."""

    id: UUID
    full_name: str
    personal_id_masked: str
    birth_date: date | None
    gender: str
    phone: str
    email: str
    address: str
    assurance_level: int
    erased: bool

    @property
    def ref(self) -> OwnerRef:
        return OwnerRef("person", self.id)


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation or enterprise, by its tax code."""

    id: UUID
    tax_code: str
    name: str

    @property
    def ref(self) -> OwnerRef:
        return OwnerRef("organisation", self.id)


@dataclass(frozen=True, slots=True)
class PostView:
    """A role in a unit during a period; `on_behalf_of` is set for one held by delegation."""

    role: Role
    unit_id: UUID
    valid_from: date
    valid_to: date | None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """A time in which an officer gets no work, with who stands in, if anybody."""

    id: UUID
    officer: UUID
    officer_name: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    deputy: UUID | None
    deputy_name: str


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A role, or some of its acts, handed to a deputy by a paper."""

    id: UUID
    delegator: UUID
    delegator_name: str
    deputy: UUID
    deputy_name: str
    role: Role
    unit: UUID
    acts: tuple[str, ...]
    basis: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Unattended:
    """A role's work in a unit that nobody does now: of `officer`, who is away without a deputy; with None
    the work of the whole place, where nobody is there at all."""

    role: Role
    unit: UUID
    officer: UUID | None


@dataclass(frozen=True, slots=True)
class OfficerView:
    """An officer with the posts held on the day asked."""

    id: UUID
    login: str
    full_name: str
    title: str
    email: str
    active: bool
    posts: tuple[PostView, ...] = ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands before a page or an API: the actor and the sign-in behind it."""

    actor: ActorRef
    applicant: OwnerRef | None = None
    sign_in_id: UUID | None = None
    assurance_level: int = 0
    """Of the national e-ID (NĐ 69/2024); 0 for everybody else."""
    expired: bool = False
    """True when a sign-in was given that has ended: the form just sent is kept."""
    ends_at: datetime | None = None
    """When the sign-in ends if nothing more is done (UTC)."""


@dataclass(frozen=True, slots=True)
class SignInView:
    """One place where somebody is signed in."""

    id: UUID
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    factors: str
    current: bool

    @property
    def device(self) -> str:
        """The browser and system in words: "Chrome trên Android"."""
        browser = next((name for mark, name in _BROWSERS if mark in self.agent), _("Trình duyệt"))
        system = system_of(self.agent)
        if not system:
            return str(browser)
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}


# The first mark that is found counts: Edge also calls itself Chrome, Chrome also Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def system_of(agent: str) -> str:
    """The system that a browser's name speaks of: "Android"; empty when it is none we know."""
    return next((name for mark, name in _SYSTEMS if mark in agent), "")


@dataclass(frozen=True, slots=True)
class LookView:
    """One look at a person's data, as that person reads it."""

    at: datetime
    actor_name: str
    unit_id: UUID | None
    purpose: str
    subject_kind: str
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class InspectionView:
    """An inspection given by decision number; it runs until the day before `valid_to`."""

    id: UUID
    officer: UUID
    officer_name: str
    agency: UUID
    decision: str
    about: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class OpeningView:
    """An opening in an emergency as one reader sees it. `asks` while it waits for that reader's word;
    `awaited` names those it waits for when the reader's word does not count."""

    id: UUID
    label: str
    link: str
    officer_name: str
    reason: str
    asked_at: datetime
    opened_at: datetime | None
    ends_at: datetime | None
    witness_name: str
    agreed: bool | None
    asks: bool
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenView:
    """A machine's token, without its secret."""

    id: UUID
    name: str
    acts: tuple[str, ...]
    agency_id: UUID | None
    expires_at: datetime | None
    revoked_at: datetime | None


class Messenger(Protocol):
    """Sends identity's messages; bound by notify."""

    def send(self, *, to: UUID, template: str, facts: Mapping[str, str], by: ActorRef, at: datetime) -> None:
        """Queue one message to an officer or person, inside the running transaction."""
        ...


class UnknownPerson(NotFound):
    """No such person, officer or organisation."""

    code = "unknown-person"


class SignInRefused(Unable):
    """The sign-in cannot be done; the message says why and what to do."""

    code = "sign-in-refused"
    status = 403


class TooManyAttempts(Unable):
    """Too many wrong attempts; `facts["minutes"]` says how long to wait."""

    code = "too-many-attempts"
    status = 429


class LevelTooLow(SignInRefused):
    """The e-ID account has a lower assurance level than the service needs."""

    code = "level-too-low"


class BadToken(Unable):
    """The machine's token is missing, unknown, expired or revoked."""

    code = "bad-token"
    status = 401


class PostOverlaps(Conflict):
    """The officer already holds that role in that unit in part of the period."""

    code = "post-overlaps"


@dataclass(frozen=True, slots=True)
class AbsenceNoted:
    """Event: an officer will be away; `deputy` stands in for them, or nobody."""

    officer: UUID
    deputy: UUID | None
    begins_at: datetime
    ends_at: datetime
    by: ActorRef
    at: datetime


@dataclass(frozen=True, slots=True)
class NoLongerHolds:
    """Event: the officer lost a role, their own or a delegated one; work they have there is nobody's."""

    officer: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonSignedIn:
    """Event: a person signed in with the national e-ID."""

    person_id: UUID
    assurance_level: int


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Event: a person's sealed data can no longer be read."""

    person_id: UUID
    at: datetime

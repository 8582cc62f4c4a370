"""What every page of this desk needs of its request: who, when, which list they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.queries import choices, desks
from tinhso.dossiers.queries.choices import Choice
from tinhso.dossiers.queries.desks import Desk, View
from tinhso.dossiers.queries.lists import neighbours
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation import ids, moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

LIST = "/can-bo/ho-so/"


@dataclass(frozen=True, slots=True)
class Came:
    """The list an officer came from: a view with what is chosen in it, which are the URL.

    `saved` is the saved view it was opened by, which it may have moved away from since.
    """

    view: View
    choice: Choice = field(default_factory=Choice)
    saved: UUID | None = None

    @property
    def q(self) -> str:
        """What is searched for."""
        return self.choice.q

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses chosen."""
        return tuple(Status(word) for word in self.choice.of("tt"))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values that lead to the list, for the hidden fields of a form."""
        saved = [("ds", str(self.saved))] if self.saved else []
        return [("xem", self.view.word), *saved, *self.choice.pairs()]

    @property
    def query(self) -> str:
        """The list as a query string, without the page."""
        return urlencode(self.pairs)

    @property
    def href(self) -> str:
        """The address of the list."""
        return f"{LIST}?{self.query}"

    @property
    def place(self) -> str:
        """What habits of this list are kept under: the saved view, or the view's word."""
        return str(self.saved) if self.saved else self.view.word

    @property
    def bare(self) -> Came:
        """The same list, not opened by a saved view."""
        return replace(self, saved=None)

    def choosing(self, choice: Choice) -> Came:
        """The same list with another choice."""
        return replace(self, choice=choice)

    def narrow(self, desk: Desk, at: datetime) -> Filter:
        """What the list holds."""
        return desks.narrowed(self.view, desk, at=at, choice=self.choice)

    def beside(self, desk: Desk, dossier_id: UUID, at: datetime) -> tuple[str, str]:
        """The codes before and after a dossier in this list."""
        return neighbours(self.narrow(desk, at), beside=dossier_id)


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def came_from(request: HttpRequest) -> Came:
    """The list named in the address, or in the form that was sent."""
    return came_of(request.GET if "xem" in request.GET or request.method != "POST" else request.POST)


def came_of(given: QueryDict) -> Came:
    """The list that names and values lead to."""
    return Came(
        view=desks.view_of(given.get("xem", "")),
        choice=choices.read(given),
        saved=ids.read(given.get("ds", "")),
    )

"""What every page of this desk needs of its request: who, when, which list they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.desks import Desk, View
from tinhso.dossiers.queries.lists import Filter, neighbours
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

LIST = "/can-bo/ho-so/"


@dataclass(frozen=True, slots=True)
class Came:
    """The list an officer came from: a view with its search and filter, which are the URL."""

    view: View
    q: str = ""
    statuses: tuple[Status, ...] = ()

    @property
    def query(self) -> str:
        """The list as a query string, without the page."""
        given = [("xem", self.view.word)]
        given += [("q", self.q)] if self.q else []
        given += [("tt", status.value) for status in self.statuses]
        return urlencode(given)

    @property
    def href(self) -> str:
        """The address of the list."""
        return f"{LIST}?{self.query}"

    def narrow(self, desk: Desk, at: datetime) -> Filter:
        """What the list holds."""
        return desks.narrowed(self.view, desk, at=at, q=self.q, statuses=self.statuses)

    def beside(self, desk: Desk, dossier_id: UUID, at: datetime) -> tuple[str, str]:
        """The codes before and after a dossier in this list."""
        return neighbours(self.narrow(desk, at), beside=dossier_id)


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def came_from(request: HttpRequest) -> Came:
    """The list named in the address, or in the form that was sent."""
    given = request.GET if "xem" in request.GET or request.method != "POST" else request.POST
    known = {status.value for status in Status}
    return Came(
        view=desks.view_of(given.get("xem", "")),
        q=given.get("q", "").strip()[:200],
        statuses=tuple(Status(word) for word in given.getlist("tt") if word in known),
    )

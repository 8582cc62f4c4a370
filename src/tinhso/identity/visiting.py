"""Who stands before this request, as the middleware found out."""

from __future__ import annotations

from django.http import HttpRequest

from tinhso.foundation.refs import NOBODY, ActorRef, OwnerRef
from tinhso.identity.contracts import Visitor

STRANGER = Visitor(actor=NOBODY)


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor of a request; a stranger when nobody is signed in."""
    found = getattr(request, "visitor", None)
    return found if isinstance(found, Visitor) else STRANGER


def actor_of(request: HttpRequest) -> ActorRef:
    """The actor of a request: person, officer, machine, or NOBODY."""
    return visitor_of(request).actor


def applicant_of(request: HttpRequest) -> OwnerRef | None:
    """Whose dossiers this sign-in is about: the person, or the organisation whose e-ID account it is."""
    return visitor_of(request).applicant

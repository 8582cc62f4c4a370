"""Whose vault stands open: one's own, or that of an organisation one files for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.foundation import access, ids, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.vault.contracts import NotInVault
from tinhso.vault.pages.words import ROOT
from tinhso.vault.queries.documents import subject_of

CHOSEN = "vault_of"
"""The organisation whose vault a session has open; asked for again at every request."""


def owner_of(request: HttpRequest) -> OwnerRef:
    """Whose vault this visitor has open. Raises NotAllowed when nobody is signed in.

    An organisation's closes by itself when the visitor no longer files for it.
    """
    own = identity.applicant_of(request)
    if own is None:
        raise NotAllowed(_("Hãy đăng nhập để xem trang này."))
    chosen = ids.read(request.session.get(CHOSEN, ""))
    return _theirs(request, chosen, at=moments.now()) or own if chosen else own


def _theirs(request: HttpRequest, organisation: UUID, *, at: datetime) -> OwnerRef | None:
    owner = OwnerRef("organisation", organisation)
    subject = subject_of(organisation, owner)
    return owner if identity.can(identity.actor_of(request), "vault.keep", subject, at) else None


def choices(request: HttpRequest, *, at: datetime) -> list[tuple[str, str]]:
    """The vaults a visitor may open, their own first; empty when there is no other. Four queries at most."""
    actor, own = identity.actor_of(request), identity.applicant_of(request)
    if actor.id is None or own is None or own.kind != "person":
        return []
    relations = identity.relations_of(actor.id, name=actor.name, at=at)
    others = {
        relation.represented.id: relation.name
        for relation in relations
        if relation.holds and relation.capacity is identity.Capacity.ORGANISATION
    }
    theirs = [(str(id), name) for id, name in others.items() if _theirs(request, id, at=at)]
    return [("", _("Của tôi")), *theirs] if theirs else []


@access.person()
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Open another vault. Raises NotInVault for one the visitor has no right to."""
    wanted = ids.read(request.POST.get("kho", ""))
    if wanted is None:
        request.session.pop(CHOSEN, None)
    elif _theirs(request, wanted, at=moments.now()) is None:
        raise NotInVault(_("Ông/bà không nộp hồ sơ cho tổ chức này."))
    else:
        request.session[CHOSEN] = str(wanted)
    return HttpResponseRedirect(ROOT)

"""One page per act: a short form that carries what was read; after it the next dossier opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.contracts import DossierView, Stale, WrongTurn
from tinhso.dossiers.models import NoteDraft
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import clock, endings
from tinhso.dossiers.pages.desk.forms import About, ActForm
from tinhso.dossiers.pages.desk.offers import BY_SLUG, Offer
from tinhso.dossiers.pages.desk.screen import around, beside
from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, visit
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.queries import presence
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.visibility import Sight, within
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound, Unable
from tinhso.foundation.refs import ActorRef
from tinhso.ui.api import preferences


@never_cache
@access.officer("dossiers.open")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """Show an act's form, or do it. A form that was open too long answers 409 and keeps what was typed."""
    offer = BY_SLUG.get(slug)
    if offer is None or offer.do is None:
        raise NotFound(_("Không có việc này trên hồ sơ."))
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Giải quyết hồ sơ"), least=Sight.STATUS)
    if not within(view.sight, [offer.act]):
        raise _not_now(offer, view.row.status, actor)
    about = About(view=view, actor=actor, at=at)
    form = offer.form(request.POST or None, about=about)
    if request.method != "POST":
        return form_page(request, offer, form, about=about, status=200)
    if not form.is_valid():
        return form_page(request, offer, form, about=about, status=422)
    return _do(request, offer, form, about=about)


def _do(request: HttpRequest, offer: Offer, form: ActForm, *, about: About) -> HttpResponse:
    came = came_from(request)
    _before, after = beside(came, about.actor, about.view.row.id, about.at)
    try:
        perform(offer, form, about=about)
    except Invalid as fault:
        for name, sentence in (fault.faults or {"": fault.message}).items():
            form.add_error(name if name in form.fields else None, sentence)
        return form_page(request, offer, form, about=about, status=422)
    except (Stale, WrongTurn) as fault:
        return lost(request, offer, form.written(), fault, about=about)
    return onwards(request, offer, about.view, came=came, after=after)


def perform(offer: Offer, form: ActForm, *, about: About) -> None:
    """Do the act with what the form gives. Raises what the operation raises."""
    if offer.do is None:
        raise NotFound(_("Không có việc này trên hồ sơ."))
    given: dict[str, Any] = {"dossier_id": about.view.row.id, "by": about.actor, "at": about.at}
    if offer.do is not endings.note:
        given["seen"] = form.cleaned_data["version"]
    offer.do(**given, **form.given())
    if offer.do is endings.note:
        NoteDraft.objects.filter(dossier_id=about.view.row.id, officer=about.writer).delete()


def onwards(
    request: HttpRequest, offer: Offer, view: DossierView, *, came: Came, after: str
) -> HttpResponseRedirect:
    """To the next dossier of the list with a line of success; a note stays where it was written."""
    said = {"xong": offer.slug, "ma": view.row.code}
    if offer.act == "note":
        where = f"{LIST}{view.row.code}/"
    elif after and preferences(request).next_opens:
        where = f"{LIST}{after}/"
    elif preferences(request).next_opens:
        where = LIST
    else:
        where = f"{LIST}{view.row.code}/"
    return HttpResponseRedirect(f"{where}?{came.query}&{urlencode(said)}")


def lost(request: HttpRequest, offer: Offer, mine: str, fault: Unable, *, about: About) -> HttpResponse:
    """Somebody was first: who, what, when; my text stays; on with the new version."""
    view = about.view
    facts = around(view, actor=about.actor, at=about.at, came=came_from(request))
    did = str(fault.facts.get("act", ""))
    facts |= {
        "title": _("Hồ sơ đã đổi từ lúc anh/chị mở"),
        "sentence": fault.message,
        "did": _(ACTS[did]) if did in ACTS and isinstance(fault, Stale) else "",
        "mine": mine,
        "again": f"{LIST}{view.row.code}/{offer.slug}/" if offer.act in facts["acts"] else "",
        "offer": offer,
    }
    return render(request, "dossiers/desk/lost.html", facts, status=409)


def form_page(
    request: HttpRequest, offer: Offer, form: ActForm, *, about: About, status: int, **more: Any
) -> HttpResponse:
    """The act's form: a piece for the dossier screen when htmx asks, else a page."""
    facts = around(about.view, actor=about.actor, at=about.at, came=came_from(request))
    if offer.act not in facts["acts"]:
        raise _not_now(offer, facts["row"].status, about.actor)
    presence.seen(about.view.row.id, by=about.actor, at=about.at, writing=True)
    facts |= {
        "title": _(offer.question),
        "heading": _(offer.question),
        "offer": offer,
        "form": form,
        "errors": bool(form.errors),
        "will": _will(offer, about),
        **_previewed(offer, about.view),
        **more,
    }
    facts["piece"] = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/act_form.html" if facts["piece"] else "dossiers/desk/act.html"
    return render(request, template, facts, status=status)


def _not_now(offer: Offer, status: str, actor: ActorRef) -> Unable:
    return NotAllowed(
        _("Lúc này anh/chị không làm được việc “%(act)s” trên hồ sơ này. Hãy mở lại hồ sơ.")
        % {"act": offer.label},
        act=offer.act,
        status=status,
        actor=str(actor.id),
    )


def _previewed(offer: Offer, view: DossierView) -> dict[str, str]:
    if offer.act != "draft_result":
        return {}
    return {
        "preview": f"{LIST}{view.row.code}/{offer.slug}/xem-truoc/",
        "preview_label": _("Xem trước văn bản"),
    }


def _will(offer: Offer, about: About) -> str:
    """What follows from the act, in a sentence, where it can be told before."""
    if offer.act == "accept":
        due = _would_promise(about, about.at)
        return _("Hẹn trả kết quả: %(due)s.") % {"due": in_words(due)} if due else ""
    return ""


def _would_promise(about: About, at: datetime) -> datetime | None:
    try:
        return clock.would_promise(about.view.procedure_version, agency_id=about.view.row.agency, at=at)
    except Unable:
        return None
